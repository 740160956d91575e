from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.crm_base.tools.playbook import StepKind


class CrmPlaybookStep(models.Model):
    """Steps that send a text message, through the gateway of the company."""

    _inherit = "crm.playbook.step"

    sms_text = fields.Text(
        "Text Message",
        translate=True,
        help="Fields are written like {{ object.contact_name }}. The service may ask"
        " for a text that fits one of its templates.",
    )

    @api.model
    def _crm_step_kinds(self):
        return {
            **super()._crm_step_kinds(),
            "sms": StepKind(self.env._("Send a Text Message"), "_crm_do_sms", True),
        }

    @api.constrains("kind", "sms_text")
    def _check_sms_text(self):
        for step in self.filtered(lambda step: step.kind == "sms"):
            step._crm_check_sms_text()

    def _crm_check_sms_text(self):
        """Refuse texts that are empty or more than text and fields.

        The text is filled in as whoever started the playbook: code of its author must
        not be carried out with that person's rights.
        """
        self.ensure_one()
        if not (self.sms_text or "").strip():
            raise ValidationError(self.env._("Write the text message."))
        if self.env[
            "mail.render.mixin"
        ]._has_unsafe_expression_template_inline_template(
            self.sms_text, self.playbook_id.res_model
        ):
            raise ValidationError(
                self.env._(
                    "A text message may name fields, like {{ object.contact_name }},"
                    " and nothing else."
                )
            )

    def _crm_do_sms(self, record, run):
        """Put a text message to the person into the queue."""
        self._crm_check_sms_text()
        number = record._crm_playbook_phone()
        if not number:
            return self._crm_left_out(self.env._("No mobile number"))
        texts = self.env["mail.render.mixin"]._render_template(
            self.sms_text, record._name, record.ids
        )
        record._message_sms(texts[record.id], sms_numbers=[number], put_in_queue=True)
        return {"note": self.env._("To %(number)s", number=number)}
