from odoo import fields, models


class ResCompany(models.Model):
    """Whether this company reviews products before it sells them."""

    _inherit = "res.company"

    crm_product_review = fields.Boolean(
        "Review of Products",
        help="New products are drafts: they are sold once a director has published"
        " them. Without it they are on sale at once.",
    )
