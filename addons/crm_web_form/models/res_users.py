from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    """Who sees which forms, and which answers."""

    _inherit = "res.users"

    def _crm_web_form_rule(self, mode, path=""):
        """Return the record rule of forms: of those in charge, readable for handlers.

        :param str mode: ``read`` or ``write``
        :param str path: from the model to the form, with a dot at the end
        """
        owned = self._crm_owner_domain(mode, f"{path}user_id")
        if mode != "read" or owned.is_true():
            return owned
        return owned | self._crm_owner_domain(mode, f"{path}handler_id")

    def _crm_web_form_answer_rule(self):
        """Return the record rule of answers: of their leads, and of one's own forms.

        What became a lead that is sealed, in a pool for example, is sealed as well: it
        says how to reach whoever answered.
        """
        owned = self._crm_owner_domain("read")
        if owned.is_true():
            return owned
        leads = self._crm_sealed_domain("crm.lead")
        customers = self._crm_sealed_domain("res.partner")
        sealed = Domain("lead_id", "any!", leads) | Domain(
            "followup_id", "any!", Domain("partner_id", "any!", customers)
        )
        return (owned | self._crm_owner_domain("read", "form_id.user_id")) & ~sealed
