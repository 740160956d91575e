from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    machine_count = fields.Integer(
        "Machines", help="How many of our machines the customer runs."
    )
