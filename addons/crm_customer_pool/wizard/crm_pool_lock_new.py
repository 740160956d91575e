from odoo import fields, models


class CrmPoolLockNew(models.TransientModel):
    """Asks for how long customers are to be locked, and why."""

    _name = "crm.pool.lock.new"
    _description = "Lock Customers"
    _inherit = ["crm.customer.batch.mixin"]

    # a table of links leaves with the addon that declares the field
    partner_ids = fields.Many2many()
    days = fields.Integer(required=True, default=30)
    reason = fields.Char(required=True)

    def action_request(self):
        """Ask for the locks; return the action (dict) that says how many."""
        self.ensure_one()
        result = self.partner_ids.action_lock(self.days, self.reason)
        return self._crm_success(
            self.env._(
                "%(count)s locks have been asked for. The protection begins when they"
                " are granted.",
                count=len(result["request_ids"]),
            )
        )
