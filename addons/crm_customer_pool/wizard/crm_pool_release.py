from odoo import fields, models


class CrmPoolRelease(models.TransientModel):
    """Asks into which pool customers go, and why."""

    _name = "crm.pool.release"
    _description = "Release Customers to a Pool"
    _inherit = ["crm.customer.batch.mixin", "crm.pool.release.mixin"]
    _crm_home = "crm_base.res_partner_my_customer_action"

    # a table of links leaves with the addon that declares the field
    partner_ids = fields.Many2many()
