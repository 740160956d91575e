from odoo import fields, models


class CrmUserCreateLine(models.TransientModel):
    """What became of one line of the table."""

    _name = "crm.user.create.line"
    _description = "Account to Be Created"
    _order = "row"

    wizard_id = fields.Many2one("crm.user.create", required=True, ondelete="cascade")
    row = fields.Integer("Line", readonly=True)
    login = fields.Char("Log-in", readonly=True)
    status = fields.Selection(
        [("created", "New Account"), ("exists", "There Already"), ("failed", "Error")],
        readonly=True,
    )
    message = fields.Char(readonly=True)
    link = fields.Char("Link to Choose a Password", readonly=True)
