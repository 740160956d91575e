import re
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.crm_base.tools.domains import parse_domain

from ..tools import guarded_http, robots

ALLOW_LIST = "crm_connect.allowed_hosts"
ROBOTS = ("wecom", "dingtalk", "feishu")
# what is never sent, whoever asks for it
SECRET_FIELDS = re.compile(r"password|secret|token|api_?key", re.I)
PLACEHOLDER = re.compile(r"{{\s*([a-z_][a-z0-9_]*)\s*}}")


class CrmWebhook(models.Model):
    """An address outside that is told what happens here."""

    _name = "crm.webhook"
    _description = "Webhook"
    _order = "sequence, id"
    _crm_recycle = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Only records of this company. Empty: of all."
    )
    kind = fields.Selection(
        [
            ("json", "Signed JSON"),
            ("wecom", "WeCom Group Robot"),
            ("dingtalk", "DingTalk Group Robot"),
            ("feishu", "Feishu Group Robot"),
        ],
        "Format",
        required=True,
        default="json",
    )
    url = fields.Char(
        "Address",
        required=True,
        groups="crm_base.group_boss",
        help="For a robot, the address that the platform shows, with its key.",
    )
    secret = fields.Char(groups=fields.NO_ACCESS, copy=False)
    new_secret = fields.Char(
        compute="_compute_new_secret",
        inverse="_inverse_new_secret",
        groups="crm_base.group_boss",
        help="Signs every delivery. It can be set, never read again. Robots: the secret"
        " that the platform shows when you choose signing.",
    )
    has_secret = fields.Boolean(
        compute="_compute_new_secret", groups="crm_base.group_boss"
    )
    model_id = fields.Many2one(
        "ir.model",
        "Records",
        ondelete="cascade",
        domain=[("transient", "=", False), ("abstract", "=", False)],
        help="Whose events are told. Empty: used for notices and reminders only.",
    )
    model = fields.Char(related="model_id.model", string="Technical Model")
    event_ids = fields.Many2many(
        "crm.webhook.event", string="Events", domain="[('model_id', '=', model_id)]"
    )
    domain = fields.Char(
        "Filter", default="[]", help="Only records that fit are told about."
    )
    field_ids = fields.Many2many(
        "ir.model.fields",
        string="Fields Sent",
        domain="[('model_id', '=', model_id), ('store', '=', True)]",
        help="Empty: number, name and when it was changed.",
    )
    template = fields.Text(
        "Message",
        groups="crm_base.group_boss",
        help="Text of a robot's message, or a JSON document; {{name}} stands for the"
        " value of a field that is sent.",
    )
    timeout = fields.Integer("Time Limit (s)", default=10)
    max_attempts = fields.Integer(
        default=12, help="After so many the delivery is put aside as failed."
    )
    rate_per_minute = fields.Integer(
        compute="_compute_rate_per_minute",
        store=True,
        readonly=False,
        help="0 means no limit. The platforms take 20 from one robot.",
    )
    paused_until = fields.Datetime(readonly=True, copy=False)
    delivery_ids = fields.One2many(
        "crm.webhook.delivery", "webhook_id", groups="crm_base.group_boss"
    )
    waiting_count = fields.Integer(
        "Waiting", compute="_compute_counts", groups="crm_base.group_boss"
    )
    dead_count = fields.Integer(
        "Failed", compute="_compute_counts", groups="crm_base.group_boss"
    )

    _timeout_range = models.Constraint(
        "CHECK (timeout BETWEEN 1 AND 30)", "The time limit is 1 to 30 seconds."
    )
    _attempts_range = models.Constraint(
        "CHECK (max_attempts BETWEEN 1 AND 50)", "Attempts are 1 to 50."
    )
    _rate_range = models.Constraint(
        "CHECK (rate_per_minute >= 0)", "The rate cannot be negative."
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("secret")
    def _compute_new_secret(self):
        for webhook in self:
            webhook.new_secret = False
            # sudo: only whether there is one
            webhook.has_secret = bool(webhook.sudo().secret)

    def _inverse_new_secret(self):
        for webhook in self.filtered("new_secret"):
            # sudo: nobody may read it; who may change the webhook may set it
            webhook.sudo().secret = webhook.new_secret.strip()

    @api.depends("kind")
    def _compute_rate_per_minute(self):
        for webhook in self:
            is_robot = webhook.kind in ROBOTS
            webhook.rate_per_minute = robots.RATE_PER_MINUTE if is_robot else 0

    def _compute_counts(self):
        counts = {
            (webhook, state): count
            for webhook, state, count in self.env["crm.webhook.delivery"]._read_group(
                [("webhook_id", "in", self.ids)], ["webhook_id", "state"], ["__count"]
            )
        }
        for webhook in self:
            webhook.waiting_count = counts.get((webhook, "waiting"), 0)
            webhook.dead_count = counts.get((webhook, "dead"), 0)

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains("url")
    def _check_url(self):
        for webhook in self:
            try:
                guarded_http.split_url(webhook.url)
            except guarded_http.Refused as error:
                raise ValidationError(
                    self.env._(
                        "The address begins with http:// or https:// and holds no user"
                        " name or password."
                    )
                ) from error

    @api.constrains("model_id", "domain", "event_ids", "field_ids", "kind", "template")
    def _check_definition(self):
        for webhook in self:
            strange = webhook.event_ids.filtered(
                lambda event, webhook=webhook: event.model_id != webhook.model_id
            )
            if strange or webhook.field_ids.model_id - webhook.model_id:
                raise ValidationError(
                    self.env._("Events and fields belong to the records chosen above.")
                )
            if not webhook.model_id:
                continue
            # Odoo checks constraints as the system; this one is about the person
            model = self.env[webhook.model_id.model].sudo(False)
            model.check_access("read")
            domain = webhook._crm_domain()
            domain.validate(model)
            model.search(domain, limit=1)
            for field in webhook.field_ids:
                if (
                    SECRET_FIELDS.search(field.name)
                    or field.ttype == "binary"
                    or not model._has_field_access(model._fields[field.name], "read")
                ):
                    raise ValidationError(
                        self.env._(
                            "“%(field)s” is not for sending.",
                            field=field.field_description,
                        )
                    )
            unknown = set(PLACEHOLDER.findall(webhook.template or "")) - {
                *webhook._crm_field_names(),
                "event",
                "url",
            }
            if unknown:
                raise ValidationError(
                    self.env._(
                        "The message names fields that are not sent: %(names)s",
                        names=", ".join(sorted(unknown)),
                    )
                )

    def _crm_domain(self):
        """Return the filter (Domain).

        :raise ValidationError: when it cannot be read
        """
        try:
            return Domain(parse_domain(self.domain))
        except (ValueError, TypeError) as error:
            raise ValidationError(
                self.env._("The filter of “%(name)s” cannot be read.", name=self.name)
            ) from error

    def _crm_field_names(self):
        """Return the names (list of str) of the fields that are sent."""
        chosen = self.field_ids.mapped("name")
        return list(dict.fromkeys(["id", "display_name", *chosen, "write_date"]))

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache("stable")
        webhooks = super().create(vals_list)
        # sudo: nobody may read a secret, not even the one made here
        for webhook in webhooks.sudo():
            if webhook.kind == "json" and not webhook.secret:
                webhook.secret = secrets.token_urlsafe(32)
        return webhooks

    def write(self, vals):
        self.env.registry.clear_cache("stable")
        if "url" in vals and "new_secret" not in vals:
            # a secret follows no address that somebody else entered
            for webhook in self:
                old, new = (
                    guarded_http.urlsplit(url or "").hostname
                    for url in (webhook.url, vals["url"])
                )
                if old != new:
                    # sudo: the secret is in nobody's reach
                    webhook.sudo().secret = (
                        secrets.token_urlsafe(32) if webhook.kind == "json" else False
                    )
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache("stable")
        return super().unlink()

    def copy_data(self, default=None):
        # whoever chooses a robot for messages gets nothing of what the boss alone reads
        hidden = {
            name
            for name, field in self._fields.items()
            if field.copy
            and not (
                self._has_field_access(field, "read")
                and (
                    not field.relational
                    or self.env[field.comodel_name].has_access("read")
                )
            )
        } - set(default or ())
        copies = super().copy_data({**dict.fromkeys(hidden), **(default or {})})
        return [
            values and {key: values[key] for key in values.keys() - hidden}
            for values in copies
        ]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_new_secret(self):
        """Make a new secret and show it, this once.

        :return: action (dict) of a message with the secret
        :raise AccessError: when the webhook is not yours to change
        """
        self.ensure_one()
        self.check_access("write")
        if self.kind != "json":
            raise UserError(self.env._("The platform makes the secret of its robot."))
        secret = secrets.token_urlsafe(32)
        # sudo: the secret is in nobody's reach
        self.sudo().secret = secret
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Copy it now, it is not shown again"),
                "message": secret,
                "type": "warning",
                "sticky": True,
            },
        }

    def action_test(self):
        """Queue a test message to each of these addresses; return True.

        :raise AccessError: when a webhook is not yours to change
        """
        self.check_access("write")
        for webhook in self:
            webhook._crm_send_message(
                self.env._("Test"),
                self.env._(
                    "The connection from %(company)s works.",
                    company=self.env.company.name,
                ),
            )
        return True

    def action_view_deliveries(self):
        """Open the deliveries of this webhook; return the action (dict)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_connect.crm_webhook_delivery_action"
        )
        action["domain"] = [("webhook_id", "=", self.id)]
        action["context"] = {}
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_allowed(self):
        """Return what the administrator opened beside the internet (Allowed)."""
        # sudo: a parameter of the system, used for the check only
        text = self.env["ir.config_parameter"].sudo().get_param(ALLOW_LIST, "")
        return guarded_http.Allowed(text)

    def _crm_send_message(self, title, text, url=""):
        """Queue a message (a notice, a reminder) to these addresses.

        :param str title: one line
        :param str text: plain text
        :param str url: where it leads
        :return: the deliveries
        """
        values = [
            {
                "webhook_id": webhook.id,
                "event": "message",
                "record_name": title,
                "message": {
                    "title": robots.harmless(title),
                    "text": "\n".join(map(robots.harmless, (text or "").splitlines())),
                    "url": url,
                },
            }
            for webhook in self
            if webhook.active
        ]
        # sudo: the outbox is written by the system only
        return self.env["crm.webhook.delivery"].sudo()._crm_queue(values)

    def _crm_check_admin(self):
        """Refuse everybody who may not set up webhooks."""
        if not self.has_access("write"):
            raise AccessError(self.env._("Webhooks are set up by the boss."))
