from odoo import fields, models


class CrmPoolViewLog(models.Model):
    """Who looked at the contact details of which pooled customer, when and why.

    It keeps which details were shown, never what they were.
    """

    _name = "crm.pool.view.log"
    _description = "Log of Looks at Pooled Customers"
    _inherit = ["crm.log.mixin"]
    _rec_name = "customer_name"
    _crm_keep_parameter = "crm_base.operation_log_days"

    pool_id = fields.Many2one("crm.pool", readonly=True, index=True, ondelete="cascade")
    customer_res_id = fields.Integer("Customer ID", readonly=True)
    customer_name = fields.Char(
        "Customer", readonly=True, help="As members of the pool see it."
    )
    shown_fields = fields.Char("Details Shown", readonly=True)
    reason = fields.Char(required=True, readonly=True)

    _user_logged_at_idx = models.Index("(user_id, logged_at)")
