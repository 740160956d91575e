from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_base.models.crm_consistency import ConsistencyCheck

from .crm_pool_mixin_refresh import STORED


class CrmConsistency(models.AbstractModel):
    _inherit = "crm.consistency"

    @api.model
    def _crm_checks(self):
        return [
            *super()._crm_checks(),
            ConsistencyCheck(
                "pooled_owners",
                self.env._("A customer is in a pool or has an owner, never both"),
                SQL(
                    """
                    SELECT id FROM res_partner
                     WHERE is_crm_customer
                       AND (pool_id IS NULL) = (user_id IS NULL)
                    """
                ),
            ),
            ConsistencyCheck(
                "pool_ledger",
                self.env._("The pool of each customer is the one of the ledger"),
                SQL(
                    """
                    SELECT partner.id
                      FROM res_partner partner
                      LEFT JOIN LATERAL (
                            SELECT pool_id FROM crm_owner_move
                             WHERE partner_id = partner.id
                             ORDER BY id DESC LIMIT 1
                           ) AS move ON true
                     WHERE partner.pool_id IS NOT NULL
                       AND partner.pool_id IS DISTINCT FROM move.pool_id
                    """
                ),
            ),
            ConsistencyCheck(
                "pool_deadlines",
                self.env._("Dates of return are those that the rules give"),
                self._crm_deadline_check(),
            ),
        ]

    @api.model
    def _crm_deadline_check(self):
        """Return the SQL of customers with another date than the formula gives them.

        None are found while new dates are on their way in the background.
        """
        Partner = self.env["res.partner"]
        columns = SQL(", ").join(
            SQL("%s", SQL.identifier("kept", name)) for name in STORED
        )
        return SQL(
            """
            SELECT kept.id
              FROM res_partner kept
              LEFT JOIN (%s) AS due ON due.id = kept.id
             WHERE (due.id IS NOT NULL OR kept.pool_deadline IS NOT NULL)
               AND (%s) IS DISTINCT FROM
                   (due.deadline, due.rule_id, due.clock, due.clock_at)
               AND NOT EXISTS (
                   SELECT FROM crm_pool_run run
                    WHERE run.kind = 'refresh' AND run.state = 'running'
                   )
            """,
            Partner._crm_deadline_sql(SQL("TRUE")),
            columns,
        )
