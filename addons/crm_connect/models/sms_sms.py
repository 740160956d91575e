from odoo import fields, models


class SmsSms(models.Model):
    """Text messages go through the gateway of the company that they are of."""

    _inherit = "sms.sms"

    failure_type = fields.Selection(
        selection_add=[
            ("crm_template", "No Template Fits"),
            ("crm_limit", "Limited by the Service"),
            ("crm_rejected", "Refused by the Service"),
        ]
    )

    def _split_by_api(self):
        rest = self.browse()
        for company, messages in self._crm_by_company().items():
            if company._crm_sms_gateway():
                api = company._get_sms_api_class()(self.env)
                api._set_company(company)
                yield api, messages
            else:
                rest |= messages
        if rest:
            yield from super(SmsSms, rest)._split_by_api()

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        if self.env.context.get("sms_api"):
            return super()._send(unlink_failed, unlink_sent, raise_exception)
        # the queue holds messages of several companies
        for api, messages in self._split_by_api():
            super(SmsSms, messages.with_context(sms_api=api))._send(
                unlink_failed, unlink_sent, raise_exception
            )
        return None

    def _crm_by_company(self):
        """Return the messages of each company (dict)."""
        found = {}
        for message in self:
            company = message._get_sms_company() or self.env.company
            found[company] = found.get(company, self.browse()) | message
        return found
