from odoo import api, fields, models


class CrmDuplicateCheckLine(models.TransientModel):
    """One customer that a look-up has met, or none."""

    _name = "crm.duplicate.check.line"
    _description = "Duplicate Check Result"

    check_id = fields.Many2one(
        "crm.duplicate.check", required=True, ondelete="cascade", index=True
    )
    asked = fields.Char("Looked Up", required=True)
    verdict = fields.Selection(
        [("none", "Not There"), ("likely", "Possibly There"), ("certain", "There")],
        "Result",
        required=True,
        default="none",
    )
    place = fields.Char("Where")
    reasons = fields.Char("Agrees In")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    token = fields.Char()
    request_state = fields.Selection(
        [("open", "Asked"), ("accepted", "Accepted"), ("refused", "Refused")],
        "Request",
    )

    @api.model
    def _crm_reason_labels(self):
        """Return the name of each reason in the user's language (dict)."""
        return {
            "vat": self.env._("Credit code"),
            "number": self.env._("Customer number"),
            "name": self.env._("Name"),
            "phone": self.env._("Phone"),
            "email": self.env._("E-mail"),
        }

    def action_ask_to_join(self):
        """Ask the owner to share the customer; return the action that shows it (dict).

        :raise UserError: nobody owns it, or it is in sight already
        """
        self.ensure_one()
        answer = self.env["res.partner"].crm_ask_to_join(self.token)
        self.request_state = answer["state"]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The owner was asked. You will be told."),
                "next": {
                    "type": "ir.actions.act_window",
                    "res_model": "crm.duplicate.check",
                    "res_id": self.check_id.id,
                    "views": [(False, "form")],
                    "target": "current",
                },
            },
        }

    def action_open_customer(self):
        """Open the customer, when it is in sight; return the action (dict)."""
        self.ensure_one()
        self.partner_id.check_access("read")
        return self.partner_id.action_open_overview()
