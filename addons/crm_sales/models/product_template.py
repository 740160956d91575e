from odoo import fields, models


class ProductTemplate(models.Model):
    """What a salesperson has to know of a product."""

    _inherit = "product.template"

    specification = fields.Html(
        translate=True,
        help="Technical data, configuration, scope of delivery: what customers read.",
    )
    faq_ids = fields.One2many(
        "crm.product.faq",
        "product_tmpl_id",
        "Questions and Answers",
        copy=True,
        groups="base.group_user",
    )
