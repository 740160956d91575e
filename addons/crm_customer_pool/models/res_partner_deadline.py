from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """When a customer goes back to a pool, and why, for its owner to see."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.pool.mixin"]

    # the scan of the nightly run, and the lists sorted by the date
    _pool_deadline_idx = models.Index(
        "(pool_deadline, id) WHERE pool_deadline IS NOT NULL"
    )

    # ------------------------------------------------------------
    # THE FORMULA
    # ------------------------------------------------------------

    @api.model
    def _crm_deadline_columns(self):
        columns = {
            name: SQL.identifier("record", column)
            for name, column in {
                "level": "customer_level_id",
                "stage": "customer_stage_id",
                "type": "customer_type_id",
                "followup": "last_effective_followup_at",
                "opportunity": "last_opportunity_at",
                "deal": "last_deal_at",
                "contract": "crm_contract_end_at",
                "locked": "pool_locked_until",
            }.items()
        }
        return {
            **super()._crm_deadline_columns(),
            **columns,
            "candidate": SQL(
                "record.is_crm_customer AND record.active"
                " AND record.user_id IS NOT NULL AND record.pool_id IS NULL"
            ),
            "has_deal": SQL("record.last_deal_at IS NOT NULL"),
            "has_opportunity": SQL("COALESCE(record.crm_has_open_opportunity, false)"),
        }

    @api.model
    def _crm_deadline_depends(self):
        return [
            *super()._crm_deadline_depends(),
            "active",
            "company_id",
            "crm_contract_end_at",
            "crm_has_open_opportunity",
            "customer_level_id",
            "customer_stage_id",
            "customer_type_id",
            "is_crm_customer",
            "last_deal_at",
            "last_effective_followup_at",
            "last_opportunity_at",
            "owner_since",
            "pool_id",
            "pool_locked_until",
            "user_id",
        ]

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    def _compute_pool_deadline(self):
        # contacts are asked about whenever their owner changes, and never have a date
        customers = self.filtered("is_crm_customer")
        result = super(ResPartner, customers)._compute_pool_deadline()
        (self - customers)._crm_forget_deadline()
        return result

    def _crm_forget_deadline(self):
        for partner in self:
            partner.pool_deadline = partner.pool_deadline_rule_id = False
            partner.pool_clock = partner.pool_clock_at = False
