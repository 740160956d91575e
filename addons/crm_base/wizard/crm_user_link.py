from odoo import fields, models


class CrmUserLink(models.TransientModel):
    """Shows the link by which a colleague chooses a new password."""

    _name = "crm.user.link"
    _description = "Link for a New Password"

    name = fields.Char("Colleague", readonly=True)
    login = fields.Char("Log-in", readonly=True)
    link = fields.Char(readonly=True)
