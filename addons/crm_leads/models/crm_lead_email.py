from odoo import api, models
from odoo.tools import email_normalize


class CrmLead(models.Model):
    """Leads that come in by e-mail: one for each person that is being dealt with."""

    _inherit = "crm.lead"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Take an e-mail in as a lead.

        Who writes again while a lead is open is answered there: the message goes to
        that lead. What a customer writes is given to the customer's owner.

        :param dict msg_dict: the e-mail, see mail.thread
        :param dict custom_values: values of the alias
        :return: crm.lead record
        """
        known = self._crm_lead_of_email(msg_dict)
        if known:
            return known
        values = dict(custom_values or {})
        # sudo: the mail gateway knows everybody's customers
        author = self.env["res.partner"].sudo().browse(msg_dict.get("author_id") or ())
        owner = author.crm_customer_id.user_id
        if owner and "user_id" not in values:
            values["user_id"] = owner.id
        # the gateway works as the system; whoever calls this is none
        leads = self._crm_capturing("email") if self.env.su else self
        return super(CrmLead, leads).message_new(msg_dict, custom_values=values)

    @api.model
    def _crm_lead_of_email(self, msg_dict):
        """Return the open lead of whoever writes, the one last dealt with."""
        address = email_normalize(msg_dict.get("from") or "")
        if not address:
            return self.browse()
        return self.search(
            [
                ("email_normalized", "=", address),
                ("lead_state", "in", ["new", "working"]),
                ("company_id", "in", [False, *self.env.companies.ids]),
            ],
            order="last_followup_at desc nulls last, id desc",
            limit=1,
        )
