from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_base.models.crm_consistency import ConsistencyCheck


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
        ]
