from odoo import fields, models


class CrmHandoverRow(models.Model):
    _inherit = "crm.handover.row"

    op = fields.Selection(
        selection_add=[
            ("pool", "Into the pool"),
            ("called_off", "Called off, went into the pool"),
            ("pool_admin", "Pool to the successor"),
        ],
        ondelete={
            "pool": "cascade",
            "called_off": "cascade",
            "pool_admin": "cascade",
        },
    )
