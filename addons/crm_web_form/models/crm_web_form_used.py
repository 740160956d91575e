from odoo import api, fields, models
from odoo.tools.misc import hmac


class CrmWebFormUsed(models.Model):
    """Answers that may be given only once, as keyed hashes."""

    _name = "crm.web.form.used"
    _description = "Used Answer of a Web Form"
    _rec_name = "element"

    form_id = fields.Many2one("crm.web.form", required=True, ondelete="cascade")
    answer_id = fields.Many2one(
        "crm.web.form.answer", index=True, required=True, ondelete="cascade"
    )
    element = fields.Char(required=True)
    digest = fields.Char(required=True)

    _digest_uniq = models.UniqueIndex(
        "(form_id, element, digest)", "This answer has been given before."
    )

    @api.model
    def _crm_digest(self, form_id, element, value):
        """Return what an answer is known by (str), which does not tell it."""
        text = f"{form_id}|{element}|{str(value).strip().lower()}"
        # sudo: the secret of the database
        return hmac(self.env(su=True), "crm_web_form_used", text)
