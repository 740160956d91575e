from odoo import api, fields, models


class CrmDeedSplit(models.Model):
    """Shares in contracts."""

    _inherit = "crm.deed.split"
    _crm_recycle_parents = ("order_id", "contract_id")

    contract_id = fields.Many2one(
        "crm.contract", index="btree_not_null", ondelete="cascade"
    )

    _one_share_in_contract = models.UniqueIndex(
        "(contract_id, user_id) WHERE contract_id IS NOT NULL",
        "This person has a share already.",
    )

    @api.model
    def _crm_deed_fields(self):
        causes = ("amount_total", "currency_id", "company_id", "version_ids")
        return {**super()._crm_deed_fields(), "contract_id": causes}
