from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

CONTACT_COLUMNS = ("phone", "mobile", "email", "wechat", "qq", "name")


class CrmPoolCustomer(models.Model):
    """Rows of quarantines, which hide nothing, and the way to the full file."""

    _inherit = "crm.pool.customer"

    is_quarantine = fields.Boolean("Quarantine", readonly=True)

    @api.model
    def _crm_columns(self):
        columns = super()._crm_columns()
        ids = self.env["crm.pool"]._crm_quarantine_ids()
        columns["is_quarantine"] = SQL("FALSE")
        if ids:
            columns["is_quarantine"] = SQL("(record.pool_id IN %s)", ids)
            for name in CONTACT_COLUMNS:
                columns[name] = SQL(
                    "CASE WHEN record.pool_id IN %s THEN %s ELSE %s END",
                    ids,
                    SQL.identifier("record", name),
                    columns[name],
                )
        return columns

    def action_open_file(self):
        """Open the full file of a customer in a quarantine; return the action (dict).

        :raise AccessError: the customer is in another kind of pool, or in none
        """
        self.ensure_one()
        self.check_access("read")
        partner = self.env["res.partner"].browse(self.id)
        if not partner.has_access("read"):
            raise AccessError(
                self.env._("The full file can be read once you have claimed it.")
            )
        return partner.action_open_overview()
