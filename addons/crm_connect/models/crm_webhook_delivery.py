import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import robots
from .base import PENDING
from .crm_webhook import ROBOTS

# how long deliveries are kept, in days
KEEP_SENT = 30
KEEP_DEAD = 180


class CrmWebhookDelivery(models.Model):
    """The outbox: one message to one address, written with the event it tells.

    It is committed with the event or not at all. :mod:`crm_webhook_delivery_sending`
    sends what is due.
    """

    _name = "crm.webhook.delivery"
    _description = "Webhook Delivery"
    _order = "id desc"
    _rec_name = "record_name"

    uuid = fields.Char(
        "Delivery Id", required=True, readonly=True, default=lambda self: str(uuid4())
    )
    webhook_id = fields.Many2one(
        "crm.webhook", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="webhook_id.company_id", store=True, index=True
    )
    event = fields.Char(required=True, readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True
    )
    record_name = fields.Char("Subject", readonly=True)
    message = fields.Json(readonly=True)
    body = fields.Text("Content", compute="_compute_body")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sending", "Being Sent"),
            ("sent", "Delivered"),
            ("dead", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    attempts = fields.Integer(readonly=True, required=True, default=0)
    next_attempt_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    lease_until = fields.Datetime(readonly=True)
    sent_at = fields.Datetime("Delivered On", readonly=True)
    status_code = fields.Integer("Answer", readonly=True)
    error = fields.Char("Last Failure", readonly=True)
    response = fields.Text("Answer Text", readonly=True)

    _uuid_uniq = models.UniqueIndex("(uuid)", "A delivery has one id.")
    _due_idx = models.Index(
        "(next_attempt_at, id) WHERE state IN ('waiting', 'sending')"
    )
    _order_idx = models.Index(
        "(webhook_id, res_model, res_id, id) WHERE state IN ('waiting', 'sending')"
    )
    _rate_idx = models.Index("(webhook_id, sent_at) WHERE sent_at IS NOT NULL")

    @api.depends("message")
    def _compute_body(self):
        for delivery in self:
            delivery.body = json.dumps(delivery.message, ensure_ascii=False, indent=2)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_replay(self):
        """Send deliveries again that failed, were cancelled, or arrived.

        They keep their id, so that a receiver who got one can tell.

        :return: the number (int) of deliveries that wait now
        :raise AccessError: when you may not set up webhooks
        :raise UserError: when none of them has ended
        """
        self.check_access("read")
        self.env["crm.webhook"]._crm_check_admin()
        ended = self.filtered(lambda one: one.state not in ("waiting", "sending"))
        if not ended:
            raise UserError(self.env._("These deliveries are still on their way."))
        # sudo: nobody writes the outbox by hand
        ended.sudo().write(
            {
                "state": "waiting",
                "attempts": 0,
                "next_attempt_at": fields.Datetime.now(),
                "error": False,
            }
        )
        # sudo: an address that was given up is tried again
        ended.webhook_id.sudo().paused_until = False
        self._crm_wake()
        return len(ended)

    def action_cancel(self):
        """Give up deliveries that wait or failed.

        :return: the number (int) of deliveries given up
        :raise AccessError: when you may not set up webhooks
        """
        self.check_access("read")
        self.env["crm.webhook"]._crm_check_admin()
        open_ones = self.filtered(lambda one: one.state in ("waiting", "dead"))
        # sudo: nobody writes the outbox by hand
        open_ones.sudo().state = "cancelled"
        return len(open_ones)

    def action_open_record(self):
        """Open what a delivery tells about; return the action (dict).

        :raise UserError: when it is gone
        """
        self.ensure_one()
        record = (
            self.env[self.res_model].browse(self.res_id).exists()
            if self.res_model in self.env
            else None
        )
        if not record:
            raise UserError(self.env._("This record was deleted."))
        return record.get_formview_action()

    # ------------------------------------------------------------
    # OUTBOX
    # ------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_except_system(self):
        if not self.env.su:
            raise AccessError(self.env._("Deliveries are kept as long as set."))

    @api.model
    def _crm_queue_pending(self, uid):
        """Write what happened in this transaction to the outbox; before its commit."""
        pending = self.env.cr.precommit.data.pop(PENDING, None)
        if pending:
            self._crm_queue(self._crm_prepare(pending["happened"], uid))

    @api.model
    def _crm_queue(self, values):
        """Put deliveries into the outbox and wake up whoever sends them.

        :param list values: values (dict) of deliveries; with ``id``, of one that this
            transaction wrote before and that now says more
        :return: the new deliveries
        """
        for more in values:
            if "id" in more:
                self.browse(more["id"]).message = more["message"]
        deliveries = self.create([one for one in values if "id" not in one])
        if deliveries:
            self._crm_wake()
        return deliveries

    @api.model
    def _crm_prepare(self, happened, uid):
        """Return the deliveries (list of dict) for what happened.

        The number of queries depends on the number of webhooks and models, not on the
        number of records.

        :param dict happened: (event id, (model, id)) to the names of changed fields
        :param int uid: who did it
        """
        by_event = defaultdict(dict)
        for (event_id, (_model, record_id)), names in happened.items():
            by_event[event_id][record_id] = names
        values = []
        for event in self.env["crm.webhook.event"].browse(by_event):
            webhooks = self.env["crm.webhook"].search([("event_ids", "in", event.ids)])
            changed = by_event[event.id]
            told = self._crm_told(webhooks, event.model, changed)
            for webhook in webhooks:
                values += self._crm_prepare_event(webhook, event, changed, uid, told)
        return values

    @api.model
    def _crm_told(self, webhooks, model, record_ids):
        """Return what this transaction has put into the outbox about records.

        A transaction writes to the outbox at its end, and before each savepoint that
        it opens. All its rows bear the time of its beginning.

        :return: dict of (webhook id, record id) to {event code: (id, uuid, changed)}
        """
        if not webhooks or not record_ids:
            return {}
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT webhook_id, res_id, event, id, uuid, message->'changed'
                  FROM crm_webhook_delivery
                 WHERE webhook_id = ANY(%s) AND res_model = %s AND res_id = ANY(%s)
                   AND state IN ('waiting', 'sending') AND create_date = %s
                """,
                webhooks.ids,
                model,
                list(record_ids),
                self.env.cr.now(),
            )
        )
        told = defaultdict(dict)
        for webhook_id, res_id, event, row_id, uuid, changed in rows:
            told[webhook_id, res_id][event] = (row_id, uuid, changed or ())
        return told

    @api.model
    def _crm_forget_made(self, model, record_ids):
        """Take back that records were made, which this same transaction deletes.

        :return: the ids (set of int) of those records
        """
        events = self.env["crm.webhook.event"].search(
            [("model", "=", model), ("operation", "=", "create")]
        )
        webhooks = self.env["crm.webhook"].search([("event_ids", "in", events.ids)])
        codes = set(events.mapped("code"))
        told = self._crm_told(webhooks, model, record_ids)
        made = {
            record_id
            for (_webhook, record_id), rows in told.items()
            if codes & set(rows)
        }
        self.browse(
            row[0]
            for (_webhook, record_id), rows in told.items()
            if record_id in made
            for row in rows.values()
        ).unlink()
        return made

    def _crm_prepare_event(self, webhook, event, changed, uid, told):
        model = self.env[event.model].with_context(active_test=False, bin_size=True)
        domain = (
            Domain("id", "in", list(changed))
            & event._crm_domain()
            & webhook._crm_domain()
        )
        if webhook.company_id and "company_id" in model._fields:
            domain &= Domain("company_id", "in", [webhook.company_id.id, False])
        is_any = event.operation == "write" and event._crm_is_any()
        makings = webhook.event_ids.filtered(lambda one: one.operation == "create")
        values = []
        for record in model.search(domain).sorted("id"):
            rows = told.get((webhook.id, record.id), {})
            speaks = event
            if is_any:
                # the message about its making tells how it is in the end
                speaks = makings.filtered(lambda one, rows=rows: one.code in rows)[:1]
                speaks = speaks or event
            row_id, uuid, before = rows.get(speaks.code) or (None, str(uuid4()), ())
            names = {*changed[record.id], *before} if speaks == event else ()
            one = self._crm_prepare_record(webhook, speaks, record, names, uid, uuid)
            values.append({"id": row_id, **one} if row_id else one)
        return values

    def _crm_prepare_record(self, webhook, event, record, changed, uid, uuid):
        names = webhook._crm_field_names()
        url = f"{self.get_base_url()}/odoo/{record._name}/{record.id}"
        if webhook.kind in ROBOTS:
            message = {
                "title": robots.harmless(event.name),
                "text": webhook._crm_text(record, event, url),
                "url": url if event.operation != "unlink" else "",
            }
        elif webhook.template:
            message = webhook._crm_document(record, event, url)
        else:
            message = {
                "id": uuid,
                "event": event.code,
                "model": record._name,
                "record_id": record.id,
                "occurred_at": _moment(fields.Datetime.now()),
                "user_id": uid,
                "changed": sorted(name for name in changed if name in record._fields),
                "url": url,
                "data": {
                    name: _plain(record, name)
                    for name in names
                    if name in record._fields
                },
            }
        return {
            "uuid": uuid,
            "webhook_id": webhook.id,
            "event": event.code,
            "res_model": record._name,
            "res_id": record.id,
            "record_name": record.display_name,
            "message": message,
        }

    @api.model
    def _crm_wake(self, at=None):
        # sudo: whoever causes an event may not run scheduled actions by hand
        self.env.ref("crm_connect.ir_cron_webhook_send").sudo()._trigger(at)

    @api.autovacuum
    def _gc_deliveries(self):
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                DELETE FROM crm_webhook_delivery
                 WHERE id IN (
                    SELECT id FROM crm_webhook_delivery
                     WHERE (state IN ('sent', 'cancelled') AND create_date < %s)
                        OR (state = 'dead' AND create_date < %s)
                     LIMIT 10000
                 ) RETURNING id
                """,
                now - timedelta(days=KEEP_SENT),
                now - timedelta(days=KEEP_DEAD),
            )
        )
        return len(rows), len(rows) == 10000


def _moment(value):
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(record, name):
    """Return the value of a field as JSON carries it."""
    value = record[name]
    field = record._fields[name]
    if field.type == "many2one":
        return {"id": value.id, "name": value.display_name} if value else None
    if field.relational:
        return value.ids
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is False and field.type != "boolean":
        return None
    if isinstance(value, (str, int, float, bool, list, dict)):
        return value
    return str(value)
