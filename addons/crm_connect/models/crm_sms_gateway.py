import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import guarded_http, sms_providers
from ..tools.sms_api import SmsApiGateway


class CrmSmsGateway(models.Model):
    """The account of a company at an SMS service."""

    _name = "crm.sms.gateway"
    _description = "SMS Gateway"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies without their own."
    )
    kind = fields.Selection(
        [
            ("aliyun", "Alibaba Cloud SMS"),
            ("tencent", "Tencent Cloud SMS"),
            ("http", "Any Service over HTTP"),
        ],
        "Service",
        required=True,
        default="aliyun",
    )
    url = fields.Char("Address", help="Empty: the usual address of the service.")
    key = fields.Char("Key Id", help="AccessKey ID, SecretId or account.")
    secret = fields.Char(groups=fields.NO_ACCESS, copy=False)
    new_secret = fields.Char(
        "Key Secret",
        compute="_compute_new_secret",
        inverse="_inverse_new_secret",
        help="It can be set, never read again.",
    )
    has_secret = fields.Boolean(compute="_compute_new_secret")
    sign_name = fields.Char(
        "Signature", help="As the service approved it, without brackets."
    )
    app_id = fields.Char("Application Id", help="SmsSdkAppId of Tencent Cloud.")
    region = fields.Char()
    timeout = fields.Integer("Time Limit (s)", default=5)
    template_ids = fields.One2many(
        "crm.sms.gateway.template", "gateway_id", "Templates"
    )
    report_token = fields.Char(
        default=lambda self: secrets.token_urlsafe(24), copy=False, readonly=True
    )
    report_url = fields.Char(
        "Address for Delivery Reports",
        compute="_compute_report_url",
        help="Enter it at the service, if you want to know what arrived.",
    )

    _timeout_range = models.Constraint(
        "CHECK (timeout BETWEEN 1 AND 30)", "The time limit is 1 to 30 seconds."
    )

    def _compute_new_secret(self):
        for gateway in self:
            gateway.new_secret = False
            # sudo: only whether there is one
            gateway.has_secret = bool(gateway.sudo().secret)

    def _inverse_new_secret(self):
        for gateway in self.filtered("new_secret"):
            # sudo: nobody may read it; who may change the gateway may set it
            gateway.sudo().secret = gateway.new_secret.strip()

    @api.depends("report_token")
    def _compute_report_url(self):
        for gateway in self:
            gateway.report_url = (
                f"{gateway.get_base_url()}/crm_connect/sms/{gateway.report_token}"
            )

    @api.constrains("url", "kind")
    def _check_url(self):
        for gateway in self:
            if not gateway.url and gateway.kind != "http":
                continue
            try:
                guarded_http.split_url(gateway.url)
            except guarded_http.Refused as error:
                raise ValidationError(
                    self.env._("The address begins with http:// or https://.")
                ) from error

    def write(self, vals):
        if {"url", "kind"} & vals.keys() and "new_secret" not in vals:
            for gateway in self:
                moved = vals.get("url", gateway.url) != gateway.url
                if moved or vals.get("kind", gateway.kind) != gateway.kind:
                    # sudo: a secret follows no address that somebody else entered
                    gateway.sudo().secret = False
        return super().write(vals)

    def action_send_test(self, number):
        """Send a text message right now, to see whether the account works.

        :param str number: mobile number
        :return: ``{"state": …, "reason": …}`` as the service says
        :raise AccessError: when the gateway is not yours to change
        :raise UserError: when no template fits
        """
        self.ensure_one()
        self.check_access("write")
        first = self.template_ids[:1]
        text = first.text if first else self.env._("Test")
        company = self.company_id or self.env.company
        if company._crm_sms_gateway() != self:
            raise UserError(
                self.env._(
                    "Another gateway comes first for %(company)s.",
                    company=company.name,
                )
            )
        api_class = SmsApiGateway(self.env)
        api_class._set_company(company)
        recipient = {"number": number, "uuid": secrets.token_hex(16)}
        result = api_class._send_sms_batch([{"content": text, "numbers": [recipient]}])
        return {
            "state": result[0]["state"],
            "reason": result[0]["failure_reason"]
            or api_class._get_sms_api_error_messages().get(result[0]["state"], ""),
        }

    def _crm_account(self, report_url):
        """Return what a request is made of (dict)."""
        self.ensure_one()
        host = sms_providers.HOSTS.get(self.kind)
        return {
            "url": self.url or f"https://{host}/",
            "key": self.key or "",
            # sudo: the secret is in nobody's reach
            "secret": self.sudo().secret or "",
            "sign_name": self.sign_name or "",
            "app_id": self.app_id or "",
            "region": self.region or "",
            "report_url": report_url or "",
            "allowed": self.env["crm.webhook"]._crm_allowed(),
        }

    def _crm_template(self, text):
        """Return the code and values (dict) of the template that says this text.

        :return: (code, values), or None when the service needs a template and none fits
        """
        for template in self.template_ids:
            values = template._crm_match(text)
            if values is not None:
                return template.code, values
        return None if self.kind != "http" else ("", {})
