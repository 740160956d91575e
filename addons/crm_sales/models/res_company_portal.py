from odoo import fields, models


class ResCompany(models.Model):
    """Whether customers serve themselves in the portal."""

    _inherit = "res.company"

    crm_portal_order = fields.Boolean(
        "Orders in the Portal",
        help="Customers with access to the portal see the products on sale at their own"
        " prices there, and order them.",
    )
