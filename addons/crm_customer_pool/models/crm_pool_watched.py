from odoo import api, models
from odoo.tools import SQL


class CrmPool(models.Model):
    """Watchers and what pools do by themselves."""

    _inherit = "crm.pool"

    def _crm_end_run(self, run):
        result = super()._crm_end_run(run)
        self._crm_tell_returned(run.batch_id)
        return result

    def _crm_tell_returned(self, batch_id):
        """Tell watchers what a run has taken back, each in one message.

        :param str batch_id: of the rows of the ledger
        """
        held = self._crm_held()
        link = SQL.identifier(held._crm_pool_link)
        self.env["crm.pool.watch"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT record.id
                  FROM crm_owner_move move
                  JOIN crm_pool_watch watch
                    ON watch.customer_res_id = move.%(link)s AND watch.holds = %(holds)s
                  JOIN %(table)s record
                    ON record.id = move.%(link)s AND record.pool_id = %(pool)s
                 WHERE move.batch_id = %(batch)s AND move.kind = 'recycle'
                """,
                link=link,
                holds=held._crm_pool_kind,
                table=SQL.identifier(held._table),
                pool=self.id,
                batch=batch_id,
            )
        )
        if rows:
            # sudo: masked names alone are told
            records = held.sudo().browse(id_ for (id_,) in rows)
            self.env["crm.pool.watch"]._crm_tell(
                records, "recycle", self.env["res.users"], self
            )

    @api.model
    def _crm_dissolve(self, holds="customer"):
        # sudo: what is watched leaves with its kind
        watches = self.env["crm.pool.watch"].sudo()
        watches.search([("holds", "=", holds)]).unlink()
        return super()._crm_dissolve(holds)
