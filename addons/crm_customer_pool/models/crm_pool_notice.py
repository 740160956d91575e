from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# names told in the title of a notice
NAMES = 3


class CrmPoolNotice(models.Model):
    """What one person is told in one go of customers about to go back into a pool.

    One a day: what comes up after the day's notice waits for the next one, unless it
    would be too late by then.
    """

    _name = "crm.pool.notice"
    _description = "Pool Notice"
    _order = "due_at desc, id desc"
    _rec_name = "due_at"

    user_id = fields.Many2one(
        "res.users", "Person", required=True, index=True, ondelete="cascade"
    )
    due_at = fields.Datetime("Told On", required=True, index=True)
    is_escalation = fields.Boolean("Told to a Superior", required=True)
    warning_ids = fields.One2many("crm.pool.warning", "notice_id", "Warnings")
    is_open = fields.Boolean(compute="_compute_is_open", search="_search_is_open")

    _once_uniq = models.UniqueIndex("(user_id, due_at, is_escalation)")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    def _compute_is_open(self):
        current = self._crm_current()
        for notice in self:
            notice.is_open = bool(current.get(notice.id))

    @api.model
    def _search_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented

        def to_sql(model, alias, query):
            return SQL(
                """
                %s IN (
                    SELECT warning.notice_id
                      FROM crm_pool_warning warning
                      JOIN res_partner partner ON partner.id = warning.partner_id
                     WHERE partner.user_id = warning.owner_id
                       AND partner.pool_deadline = warning.deadline
                )
                """,
                SQL.identifier(alias, "id"),
            )

        self.env["res.partner"].flush_model(["user_id", "pool_deadline"])
        found = Domain.custom(to_sql=to_sql, predicate=lambda notice: notice.is_open)
        return found if True in value else ~found

    @api.depends("warning_ids", "is_escalation")
    @api.depends_context("lang")
    def _compute_display_name(self):
        current = self._crm_current()
        for notice in self:
            customers = current.get(notice.id, self.env["res.partner"])
            # sudo: they were the person's own, or those of the person's people
            names = customers.sudo()[:NAMES].mapped("name")
            values = {
                "count": len(customers),
                "names": ", ".join(names) + ("…" if len(customers) > NAMES else ""),
            }
            if not customers:
                notice.display_name = ""
            elif notice.is_escalation:
                notice.display_name = self.env._(
                    "%(count)s customers of your people go back into a pool: %(names)s",
                    **values,
                )
            else:
                notice.display_name = self.env._(
                    "%(count)s customers of yours go back into a pool: %(names)s",
                    **values,
                )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def get_formview_action(self, access_uid=None):
        """Open the customers of a notice instead of the notice; return the action."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_pool.res_partner_lost_soon_action_team"
            if self.is_escalation
            else "crm_customer_pool.res_partner_lost_soon_action"
        )
        customers = self._crm_current().get(self.id)
        if customers:
            action["domain"] = [("id", "in", customers.ids)]
            action["context"] = {}
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_current(self):
        """Return what is still true: a dict of id to customers (res.partner)."""
        if not self.ids:
            return {}
        self.env["res.partner"].flush_model(["user_id", "pool_deadline"])
        self.env["crm.pool.warning"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT warning.notice_id,
                       array_agg(DISTINCT warning.partner_id)
                  FROM crm_pool_warning warning
                  JOIN res_partner partner ON partner.id = warning.partner_id
                 WHERE warning.notice_id IN %s
                   AND partner.user_id = warning.owner_id
                   AND partner.pool_deadline = warning.deadline
                 GROUP BY warning.notice_id
                """,
                tuple(self.ids),
            )
        )
        # sudo: sorted by date, whoever asks
        Partner = self.env["res.partner"].sudo()
        return {
            notice_id: Partner.browse(ids)
            .sorted(lambda customer: (customer.pool_deadline, customer.id))
            .sudo(False)
            for notice_id, ids in rows
        }

    @api.model
    def _crm_take(self, user, is_escalation, deadline, now):
        """Return the notice that a person is told next, a new one if need be.

        :param user: res.users record
        :param bool is_escalation: whether it tells a superior
        :param date deadline: the earliest date that is told
        :param datetime now: UTC
        """
        kind = self.env.ref("crm_customer_pool.reminder_kind_pool_warning")
        zone = pytz.timezone(user.tz or "UTC")
        today = pytz.utc.localize(now).astimezone(zone).date()
        due_at = self._crm_at(zone, today, kind.hour)
        if due_at < now:
            tomorrow = today + timedelta(days=1)
            due_at = (
                now if deadline <= tomorrow else self._crm_at(zone, tomorrow, kind.hour)
            )
        values = {"user_id": user.id, "due_at": due_at, "is_escalation": is_escalation}
        known = self.search([(name, "=", value) for name, value in values.items()])
        return known or self.create(values)

    @api.model
    def _crm_at(self, zone, day, hour):
        """Return an hour of a day in a time zone as UTC (datetime)."""
        local = datetime.combine(day, time()) + timedelta(hours=hour)
        return zone.localize(local).astimezone(pytz.utc).replace(tzinfo=None)

    @api.autovacuum
    def _gc_notices(self):
        """Forget notices after three months, like the reminders of them."""
        old = self.search([("due_at", "<", "today -90d")], limit=1000)
        old.warning_ids.notice_id = False
        old.unlink()
        return len(old), len(old) == 1000
