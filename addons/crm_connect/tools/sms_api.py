"""Odoo's text messages through the company's own SMS service."""

import logging
from time import time

from odoo.addons.sms.tools.sms_api import SmsApiBase

from . import guarded_http, sms_providers

_logger = logging.getLogger(__name__)


class SmsApiGateway(SmsApiBase):
    """What ``sms.sms`` sends with where a company has a gateway."""

    PROVIDER_TO_SMS_FAILURE_TYPE = SmsApiBase.PROVIDER_TO_SMS_FAILURE_TYPE | {
        "insufficient_credit": "sms_credit",
        "unregistered": "sms_acc",
        "crm_template": "crm_template",
        "crm_limit": "crm_limit",
        "crm_rejected": "crm_rejected",
    }

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        # sudo: whoever sends a text message need not know the account it is sent with
        gateway = self.company.sudo()._crm_sms_gateway()
        account = gateway._crm_account(delivery_reports_url)
        results = []
        for message in messages:
            for recipient in message["numbers"]:
                sent = self._crm_send(
                    gateway, account, message["content"] or "", recipient
                )
                results.append(
                    {
                        "uuid": recipient["uuid"],
                        "state": sent.state,
                        "failure_reason": sent.reason,
                    }
                )
        return results

    def _crm_send(self, gateway, account, text, recipient):
        number = recipient["number"] or ""
        if not any(char.isdigit() for char in number):
            return sms_providers.Result("sms_number_missing")
        found = gateway._crm_template(text)
        if found is None:
            return sms_providers.Result("crm_template")
        build = sms_providers.BUILD[gateway.kind]
        request = build(account, number, text, found, recipient["uuid"], time())
        try:
            answer = guarded_http.call(
                request.url,
                request.body,
                request.headers,
                allowed=account["allowed"],
                timeout=gateway.timeout,
            )
        except (guarded_http.Refused, guarded_http.Failed) as error:
            _logger.info("SMS gateway %s: %s", gateway.id, error)
            return sms_providers.Result("server_error", str(error)[:200])
        return sms_providers.READ[gateway.kind](answer.status, answer.text)

    def _get_sms_api_error_messages(self):
        return {
            **super()._get_sms_api_error_messages(),
            "unregistered": self.env._("The SMS service does not accept the account."),
            "insufficient_credit": self.env._(
                "The balance at the SMS service is used up."
            ),
            "wrong_number_format": self.env._(
                "The number is not one that can get messages."
            ),
            "crm_template": self.env._(
                "No approved template or signature fits the text."
            ),
            "crm_limit": self.env._("The SMS service limits messages to this number."),
            "crm_rejected": self.env._("The SMS service refuses this number or text."),
        }
