from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmDuplicateCheck(models.TransientModel):
    """Look up whether customers are there already."""

    _name = "crm.duplicate.check"
    _description = "Duplicate Check"

    query = fields.Text(
        "Look Up",
        help="A name, phone number, e-mail address, credit code or customer number;"
        " several, one in each line.",
    )
    is_checked = fields.Boolean()
    line_ids = fields.One2many("crm.duplicate.check.line", "check_id", "Found")

    @api.depends("query")
    def _compute_display_name(self):
        self.display_name = self.env._("Duplicate Check")

    def action_check(self):
        """Look up each line; return the action (dict) that shows what was found.

        :raise UserError: nothing to look up, or too much within an hour
        """
        self.ensure_one()
        texts = [text.strip() for text in (self.query or "").splitlines()]
        texts = list(dict.fromkeys(filter(None, texts)))
        if not texts:
            raise UserError(
                self.env._("Type a name, a phone number, an address or a code.")
            )
        Partner = self.env["res.partner"]
        results = Partner.crm_check_duplicates(
            [Partner._crm_row_of_text(text) for text in texts]
        )
        lines = [fields.Command.clear()]
        for text, result in zip(texts, results, strict=True):
            matches = result["matches"]
            lines += [
                fields.Command.create(self._crm_line(text, match)) for match in matches
            ]
            if not matches:
                lines.append(fields.Command.create({"asked": text}))
        self.write({"line_ids": lines, "is_checked": True})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Duplicate Check"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    @api.model
    def _crm_line(self, text, match):
        labels = self.env["crm.duplicate.check.line"]._crm_reason_labels()
        return {
            "asked": text,
            "verdict": "certain" if match["certain"] else "likely",
            "place": match["place"],
            "reasons": ", ".join(labels[reason] for reason in match["reasons"]),
            "partner_id": match.get("id"),
            "token": match["token"],
        }
