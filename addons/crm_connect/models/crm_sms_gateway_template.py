import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

VARIABLE = re.compile(r"{(\w+)}")


class CrmSmsGatewayTemplate(models.Model):
    """A text that the service has approved, and how it is recognized."""

    _name = "crm.sms.gateway.template"
    _description = "SMS Template"
    _order = "sequence, id"
    _rec_name = "code"

    gateway_id = fields.Many2one(
        "crm.sms.gateway", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="gateway_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    code = fields.Char("Template Code", required=True)
    text = fields.Char(
        required=True,
        help="As approved, with {names} for what varies: messages of this form are sent"
        " by this template. {code} in: “Your code is {code}.”",
    )

    @api.constrains("text")
    def _check_text(self):
        for template in self:
            names = VARIABLE.findall(template.text)
            if len(names) != len(set(names)):
                raise ValidationError(self.env._("Each name stands in the text once."))

    def _crm_match(self, text):
        """Return the values (dict) that make this template say a text, or None."""
        self.ensure_one()
        parts = VARIABLE.split(self.text.strip())
        pattern = "".join(
            f"(?P<{part}>.*?)" if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )
        found = re.fullmatch(pattern, " ".join(text.split()), re.S)
        return found and found.groupdict()
