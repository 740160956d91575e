from odoo import api, fields, models
from odoo.tools import SQL


class CrmPoolRowMixin(models.AbstractModel):
    """What is pooled can be watched, see ``crm.pool.watch``."""

    _inherit = "crm.pool.row.mixin"

    is_watched = fields.Boolean(
        "Watched by Me", compute="_compute_is_watched", search="_search_is_watched"
    )

    @api.depends_context("uid")
    def _compute_is_watched(self):
        watches = self._crm_my_watches([("customer_res_id", "in", self.ids)])
        watched = set(watches.mapped("customer_res_id"))
        for row in self:
            row.is_watched = row.id in watched

    @api.model
    def _search_is_watched(self, operator, value):
        if operator != "in":
            return NotImplemented
        watched = self._crm_my_watches().mapped("customer_res_id")
        return [("id", "in" if True in value else "not in", watched)]

    def action_watch(self):
        """Keep an eye on these pooled customers, or what else they are.

        You are told when one is claimed or assigned, and when it can be claimed again.

        :return: True
        :raise AccessError: one is in a pool that you do not see
        """
        self._crm_check_chosen()
        self.check_access("read")
        self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_pool_watch
                       (user_id, holds, customer_res_id, create_uid, create_date,
                        write_uid, write_date)
                SELECT %(user)s, %(holds)s, chosen.id, %(user)s,
                       now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
                  FROM unnest(%(ids)s) AS chosen (id)
                    ON CONFLICT DO NOTHING
             RETURNING id
                """,
                user=self.env.uid,
                holds=self._crm_held()._crm_pool_kind,
                ids=self.ids,
            )
        )
        self.env["crm.pool.watch"].invalidate_model()
        self.invalidate_recordset(["is_watched"])
        return True

    def action_unwatch(self):
        """Watch these no more; return True."""
        self._crm_my_watches([("customer_res_id", "in", self.ids)]).unlink()
        self.invalidate_recordset(["is_watched"])
        return True

    @api.model
    def _crm_my_watches(self, domain=()):
        """Return what the current user watches of this kind (crm.pool.watch)."""
        return self.env["crm.pool.watch"].search(
            [
                ("user_id", "=", self.env.uid),
                ("holds", "=", self._crm_held()._crm_pool_kind),
                *domain,
            ]
        )
