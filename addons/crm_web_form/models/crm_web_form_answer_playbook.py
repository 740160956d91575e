from odoo import models


class CrmWebFormAnswer(models.Model):
    """Somebody whose lead is in a playbook answers a form: that is a reply."""

    _inherit = "crm.web.form.answer"

    def _crm_tell(self, form):
        result = super()._crm_tell(form)
        emails = set(filter(None, self.lead_id.mapped("email_normalized")))
        phones = set(filter(None, self.lead_id.mapped("phone_sanitized")))
        # the lead may be another than the one that the answer made
        leads = self.env["crm.lead"].search(
            [
                ("playbook_run_ids.state", "=", "running"),
                "|",
                ("email_normalized", "in", list(emails)),
                ("phone_sanitized", "in", list(phones)),
            ]
        )
        leads._crm_playbook_replied(form.name)
        return result
