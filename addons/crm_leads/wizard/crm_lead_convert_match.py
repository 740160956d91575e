from odoo import api, fields, models


class CrmLeadConvertMatch(models.TransientModel):
    """A customer that a lead may be already, as far as the reader may know."""

    _name = "crm.lead.convert.match"
    _description = "Customer That a Lead May Be"

    convert_id = fields.Many2one(
        "crm.lead.convert", required=True, ondelete="cascade", index=True
    )
    verdict = fields.Selection(
        [("likely", "Possibly There"), ("certain", "There")], "Result", required=True
    )
    place = fields.Char("Where")
    reasons = fields.Char("Agrees In")
    is_visible = fields.Boolean()
    partner_id = fields.Many2one("res.partner", "Customer", ondelete="cascade")
    # out of everybody's reach: a many2one tells its name to whoever reads the record
    met_partner_id = fields.Many2one(
        "res.partner", ondelete="cascade", groups=fields.NO_ACCESS
    )
    is_asked = fields.Boolean("Asked")

    @api.model
    def _crm_line(self, match, place):
        """Return the values (dict) of the line of a DuplicateMatch."""
        labels = self.env["crm.duplicate.check.line"]._crm_reason_labels()
        return {
            "verdict": "certain" if match.exact else "likely",
            "place": place,
            "reasons": ", ".join(labels[reason] for reason in match.reasons),
            "is_visible": match.visible,
            "partner_id": match.partner_id if match.visible else False,
            "met_partner_id": match.partner_id,
        }

    def action_ask_to_join(self):
        """Ask the owner of the customer to share it; return the dialog's action (dict).

        :raise UserError: nobody owns it, or it is in sight already
        """
        self.ensure_one()
        self.check_access("read")
        lead = self.convert_id.lead_id
        # sudo: whoever met the customer need not see it
        customer = self.sudo().met_partner_id
        self.env["crm.join.request"]._crm_ask(
            customer,
            lead._crm_came_in_as()[:200],
            self.env._("Met by converting the lead %(name)s", name=lead.name),
        )
        self.is_asked = True
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Convert"),
            "res_model": "crm.lead.convert",
            "res_id": self.convert_id.id,
            "views": [(False, "form")],
            "target": "new",
        }
