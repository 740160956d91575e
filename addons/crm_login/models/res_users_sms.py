import re

from odoo import api, fields, models
from odoo.exceptions import AccessDenied, ValidationError

# what shows that a code was redeemed in this very process; no caller can send it
REDEEMED = object()
# the country code of mainland China
CHINA = 86


class ResUsers(models.Model):
    """Logging in by a code that was sent to a phone."""

    _inherit = "res.users"

    crm_login_phone = fields.Char(
        "Phone for Log-in",
        copy=False,
        groups="base.group_erp_manager",
        help="Codes to log in are sent to this number. One number, one account.",
    )

    _crm_login_phone_uniq = models.UniqueIndex(
        "(crm_login_phone) WHERE crm_login_phone IS NOT NULL",
        "This number belongs to another account.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._crm_with_phone(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._crm_with_phone(vals))

    @api.model
    def _crm_with_phone(self, vals):
        if not vals.get("crm_login_phone"):
            if "crm_login_phone" in vals:
                return {**vals, "crm_login_phone": None}
            return vals
        number = self._crm_international(vals["crm_login_phone"])
        if not number:
            raise ValidationError(self.env._("This is no mobile number."))
        return {**vals, "crm_login_phone": number}

    @api.model
    def _crm_international(self, number):
        """Return a number with + and country (str), "" when it is none."""
        text = re.sub(r"[\s().-]", "", str(number)[:64])
        code = self.env.company.country_id.phone_code or CHINA
        if re.fullmatch(r"1[3-9][0-9]{9}", text):
            # what everybody types here, wherever the company sits
            code = CHINA
        elif re.fullmatch(r"(86)1[3-9][0-9]{9}", text):
            text = f"+{text}"
        if text.startswith("00"):
            text = f"+{text[2:]}"
        if not text.startswith("+"):
            text = f"+{code}{text.lstrip('0')}"
        return text if re.fullmatch(r"\+[1-9][0-9]{7,14}", text) else ""

    def _check_credentials(self, credential, env):
        if credential.get("type") == "sms":
            if credential.get("proof") is not REDEEMED or not self.env.user.active:
                raise AccessDenied()
            # a second factor is asked for as after a password
            return {
                "uid": self.env.user.id,
                "auth_method": "sms",
                "mfa": "default",
            }
        return super()._check_credentials(credential, env)
