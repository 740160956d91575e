from odoo import fields, models


class CrmHandover(models.Model):
    """A leaver's open leads go into a pool of leads, if one is chosen."""

    _inherit = "crm.handover"

    lead_pool_id = fields.Many2one(
        "crm.pool",
        "Leads Go to",
        domain=[("holds", "=", "lead")],
        ondelete="restrict",
        help="The pool that takes in the open leads. Without one they go to people.",
    )

    def _crm_pools(self):
        leads = {"lead": self.lead_pool_id} if self.lead_pool_id else {}
        return {**super()._crm_pools(), **leads}
