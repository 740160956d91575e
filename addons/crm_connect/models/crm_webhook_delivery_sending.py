import json
import logging
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic, time
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import guarded_http, robots
from ..tools.signature import sign
from .crm_webhook import ROBOTS

_logger = logging.getLogger(__name__)

# deliveries of one webhook in one go, and the seconds that they may take together
LANE = 50
LANE_SECONDS = 30
# webhooks served side by side, so that one that hangs holds up nobody else
LANES = 16
# a sender that died gives its deliveries back after so many seconds
LEASE = 300
# waits between attempts, in seconds: doubled each time, and never quite the same
FIRST_WAIT = 30
LONGEST_WAIT = 6 * 3600
# an address that is down is asked again at the latest after so many
LONGEST_PAUSE = 900
KEPT_RESPONSE = 500


class Outcome(NamedTuple):
    """What became of one attempt.

    :ivar str state: ``sent``, ``waiting`` (again), ``dead`` or ``skipped``
    :ivar str error: the kind of failure
    :ivar int status: of HTTP
    :ivar str response: beginning of the answer
    :ivar int wait: seconds that the receiver asks to wait
    :ivar bool is_down: nothing else will arrive there either for now
    """

    state: str
    error: str = ""
    status: int = 0
    response: str = ""
    wait: int = 0
    is_down: bool = False


class CrmWebhookDelivery(models.Model):
    """Sending what is in the outbox.

    Deliveries are taken by a lease that is committed before anything is sent; so no
    transaction waits for a network, and what a killed sender held is sent again.
    Deliveries about one record to one webhook go out in their order.
    """

    _inherit = "crm.webhook.delivery"

    @api.model
    def _cron_send(self):
        """Send what is due; more of it and what waits come with the next round."""
        IrCron = self.env["ir.cron"]
        while True:
            leased = self._crm_lease()
            IrCron._commit_progress(remaining=len(leased))
            if not leased:
                break
            leased._crm_settle(_transmit(leased._crm_lanes()))
            # there may be more; the round that finds none says so
            if not IrCron._commit_progress(len(leased), remaining=1):
                break
        due = self._crm_next_due()
        if due:
            self._crm_wake(due)

    @api.model
    def _crm_lease(self):
        """Take what is due, oldest first, at most LANE of each webhook.

        :return: the deliveries, in the order of their making
        """
        now = fields.Datetime.now()
        self.env.flush_all()
        ids = []
        webhooks = self.env["crm.webhook"].search(
            ["|", ("paused_until", "=", False), ("paused_until", "<=", now)]
        )
        for webhook in webhooks:
            limit = min(LANE, webhook._crm_rate_left(now))
            rows = self.env.execute_query(
                SQL(
                    """
                    UPDATE crm_webhook_delivery
                       SET state = 'sending',
                           attempts = attempts + 1,
                           lease_until = %(until)s
                     WHERE id IN (
                        SELECT due.id
                          FROM crm_webhook_delivery due
                         WHERE due.webhook_id = %(webhook)s
                           AND (
                               due.state = 'waiting' AND due.next_attempt_at <= %(now)s
                               OR due.state = 'sending' AND due.lease_until < %(now)s
                           )
                           AND NOT EXISTS (
                               SELECT FROM crm_webhook_delivery earlier
                                WHERE earlier.webhook_id = due.webhook_id
                                  AND earlier.res_model = due.res_model
                                  AND earlier.res_id = due.res_id
                                  AND earlier.id < due.id
                                  AND earlier.state IN ('waiting', 'sending')
                           )
                         ORDER BY due.id
                         LIMIT %(limit)s
                           FOR UPDATE SKIP LOCKED
                     ) RETURNING id
                    """,
                    until=now + timedelta(seconds=LEASE),
                    webhook=webhook.id,
                    now=now,
                    limit=limit,
                )
            )
            ids += [row[0] for row in rows]
        self.invalidate_model()
        return self.browse(sorted(ids))

    def _crm_lanes(self):
        """Return what is sent, as plain values: one list of jobs for each webhook."""
        allowed = self.env["crm.webhook"]._crm_allowed()
        lanes = {}
        for delivery in self:
            webhook = delivery.webhook_id
            lanes.setdefault(webhook.id, []).append(
                {
                    "id": delivery.id,
                    "uuid": delivery.uuid,
                    "event": delivery.event,
                    "message": delivery.message,
                    "kind": webhook.kind,
                    "url": webhook.url,
                    # sudo: the secret is in nobody's reach
                    "secret": webhook.sudo().secret or "",
                    "timeout": webhook.timeout,
                    "allowed": allowed,
                }
            )
        return list(lanes.values())

    def _crm_settle(self, outcomes):
        """Write down what became of deliveries.

        :param dict outcomes: delivery id to :class:`Outcome`
        """
        now = fields.Datetime.now()
        died = self.browse()
        for delivery in self:
            outcome = outcomes.get(delivery.id) or Outcome("skipped")
            state, wait = outcome.state, outcome.wait
            if state == "skipped":
                # it was not tried: the attempt is given back
                delivery.write(
                    {
                        "state": "waiting",
                        "attempts": delivery.attempts - 1,
                        "lease_until": False,
                    }
                )
                continue
            if state == "waiting" and (
                delivery.attempts >= delivery.webhook_id.max_attempts
            ):
                state = "dead"
            if state == "dead":
                died |= delivery
            wait = wait or _wait(delivery.attempts)
            delivery.write(
                {
                    "state": state,
                    "lease_until": False,
                    "next_attempt_at": now + timedelta(seconds=wait),
                    "sent_at": now,
                    "status_code": outcome.status,
                    "error": delivery._crm_failure(outcome.error),
                    "response": outcome.response,
                }
            )
            if outcome.is_down:
                pause = outcome.wait or min(wait, LONGEST_PAUSE)
                delivery.webhook_id.paused_until = now + timedelta(seconds=pause)
        died.webhook_id._crm_tell_failures(died)

    def _crm_failure(self, kind):
        """Return what a failure is called (str), without the address or a secret."""
        return {
            "form": self.env._("This is no address of a web server."),
            "inside": self.env._(
                "The address leads into your own network. An administrator can allow"
                " it in the settings."
            ),
            "unknown_host": self.env._("No server of this name is known."),
            "refused": self.env._("The server refuses connections."),
            "timeout": self.env._("The server did not answer in time."),
            "tls": self.env._("The server's certificate is not valid."),
            "broken": self.env._("The answer broke off."),
            "redirect": self.env._(
                "The server sends to another address. Enter that one."
            ),
            "status": self.env._("The server answered with a failure."),
        }.get(kind, kind)

    @api.model
    def _crm_next_due(self):
        """Return when the next delivery is due (datetime), None when none waits."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT MIN(GREATEST(
                           CASE WHEN due.state = 'sending' THEN due.lease_until
                                ELSE due.next_attempt_at END,
                           hook.paused_until
                       ))
                  FROM crm_webhook_delivery due
                  JOIN crm_webhook hook ON hook.id = due.webhook_id AND hook.active
                 WHERE due.state IN ('waiting', 'sending')
                """
            )
        )
        due = rows[0][0]
        return due and max(due, fields.Datetime.now() + timedelta(seconds=1))


def _wait(attempts):
    """Return the seconds (float) until the attempt after so many."""
    wait = min(FIRST_WAIT * 2 ** max(0, attempts - 1), LONGEST_WAIT)
    # spread, so that what failed together does not come back together
    return wait * random.uniform(0.5, 1.5)  # noqa: S311  # no secret


def _transmit(lanes):
    """Send what the lanes hold, side by side; return delivery id to Outcome.

    Runs outside of Odoo: no environment, no cursor.
    """
    if not lanes:
        return {}
    outcomes = {}
    with ThreadPoolExecutor(min(LANES, len(lanes))) as pool:
        for found in pool.map(_send_lane, lanes):
            outcomes.update(found)
    return outcomes


def _send_lane(jobs):
    """Send to one address, one after the other, until it is down or time is up."""
    outcomes = {}
    end = monotonic() + LANE_SECONDS
    for job in jobs:
        if monotonic() >= end:
            break
        try:
            outcome = _send(job)
        except Exception:
            # one delivery that cannot be made must not hold up the others
            _logger.exception("Webhook delivery %s cannot be sent", job["uuid"])
            outcome = Outcome("dead", "broken")
        outcomes[job["id"]] = outcome
        if outcome.is_down:
            break
    return outcomes


def _send(job):
    now = time()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    url = job["url"]
    if job["kind"] in ROBOTS:
        url, body = robots.build(job["kind"], url, job["secret"], job["message"], now)
    else:
        body = json.dumps(job["message"], ensure_ascii=False).encode()
        moment = str(int(now))
        headers |= {
            "X-CRM-Delivery": job["uuid"],
            "X-CRM-Event": job["event"],
            "X-CRM-Timestamp": moment,
            "X-CRM-Signature": sign(job["secret"], moment, body),
        }
    try:
        answer = guarded_http.call(
            url, body, headers, allowed=job["allowed"], timeout=job["timeout"]
        )
    except guarded_http.Refused as error:
        return Outcome("dead", str(error))
    except guarded_http.Failed as error:
        return Outcome("waiting", error.kind, is_down=True)
    return _judge(job["kind"], answer)


def _judge(kind, answer):
    seen = {"status": answer.status, "response": answer.text[:KEPT_RESPONSE]}
    if kind in ROBOTS and answer.status == 200:
        verdict = robots.judge(kind, answer)
        if verdict.ok:
            return Outcome("sent", **seen)
        state = "waiting" if verdict.later else "dead"
        wait = 60 if verdict.later else 0
        return Outcome(
            state, verdict.reason[:200], wait=wait, is_down=verdict.later, **seen
        )
    if 200 <= answer.status < 300:
        return Outcome("sent", **seen)
    if 300 <= answer.status < 400:
        return Outcome("dead", "redirect", **seen)
    if answer.status == 410:
        return Outcome("dead", "status", **seen)
    is_down = answer.status == 429 or answer.status >= 500
    return Outcome("waiting", "status", wait=answer.wait, is_down=is_down, **seen)
