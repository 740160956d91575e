from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# names told in the title of a notice
NAMES = 3


class CrmPoolNotice(models.Model):
    """What one person is told in one go of records about to go back into a pool.

    One a day for each kind of pool, so that a click opens the right list: what comes up
    after the day's notice waits for the next one, unless it would be too late by then.
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
    holds = fields.Char(
        "Of",
        required=True,
        default="customer",
        help="The kind of pool that is told of.",
    )
    warning_ids = fields.One2many("crm.pool.warning", "notice_id", "Warnings")
    is_open = fields.Boolean(compute="_compute_is_open", search="_search_is_open")

    _once_uniq = models.UniqueIndex("(user_id, due_at, is_escalation, holds)")

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

        current = SQL(" UNION ALL ").join(
            SQL("SELECT warning.notice_id %s", self._crm_current_sql(held))
            for held in self.env["crm.pool"]._crm_all_held()
        )

        def to_sql(model, alias, query):
            return SQL("%s IN (%s)", SQL.identifier(alias, "id"), current)

        found = Domain.custom(to_sql=to_sql, predicate=lambda notice: notice.is_open)
        return found if True in value else ~found

    @api.depends("warning_ids", "is_escalation", "holds")
    @api.depends_context("lang")
    def _compute_display_name(self):
        current = self._crm_current()
        for notice in self:
            records = current.get(notice.id)
            if not records:
                notice.display_name = ""
                continue
            # sudo: they were the person's own, or those of the person's people
            names = records.sudo()[:NAMES].mapped("name")
            texts = records._crm_lost_soon_texts()
            notice.display_name = texts["team" if notice.is_escalation else "own"] % {
                "count": len(records),
                "names": ", ".join(names) + ("…" if len(records) > NAMES else ""),
            }

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def get_formview_action(self, access_uid=None):
        """Open the records of a notice instead of the notice; return the action."""
        self.ensure_one()
        own, team = self.env["crm.pool"]._crm_held_of(self.holds)._crm_lost_soon
        action = self.env["ir.actions.act_window"]._for_xml_id(
            team if self.is_escalation else own
        )
        records = self._crm_current().get(self.id)
        if records:
            action["domain"] = [("id", "in", records.ids)]
            action["context"] = {}
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_current_sql(self, held):
        """Return the SQL, from FROM on, of warnings of a model that are still true."""
        held.flush_model(["user_id", "pool_deadline"])
        self.env["crm.pool.warning"].flush_model()
        return SQL(
            """
              FROM crm_pool_warning warning
              JOIN %s record ON record.id = warning.%s
             WHERE record.user_id = warning.owner_id
               AND record.pool_deadline = warning.deadline
            """,
            SQL.identifier(held._table),
            SQL.identifier(held._crm_pool_link),
        )

    def _crm_current(self):
        """Return what is still true: a dict of id to records of what was told."""
        current = {}
        for holds, notices in self.grouped("holds").items():
            held = self.env["crm.pool"]._crm_held_of(holds)
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT warning.notice_id, array_agg(DISTINCT record.id)
                    %s AND warning.notice_id IN %s
                     GROUP BY warning.notice_id
                    """,
                    self._crm_current_sql(held),
                    tuple(notices.ids) or (0,),
                )
            )
            # sudo: sorted by date, whoever asks
            records = held.sudo()
            for notice_id, ids in rows:
                current[notice_id] = (
                    records.browse(ids)
                    .sorted(lambda record: (record.pool_deadline, record.id))
                    .sudo(False)
                )
        return current

    @api.model
    def _crm_take(self, user, is_escalation, deadline, now, holds):
        """Return the notice that a person is told next, a new one if need be.

        :param user: res.users record
        :param bool is_escalation: whether it tells a superior
        :param date deadline: the earliest date that is told
        :param datetime now: UTC
        :param str holds: the kind of pool
        """
        held = self.env["crm.pool"]._crm_held_of(holds)
        # an archived kind reminds nobody, and may be switched on again
        kinds = self.env["crm.reminder.kind"].with_context(active_test=False)
        kind = kinds.search([("code", "=", held._crm_warning_kind)])
        zone = pytz.timezone(user.tz or "UTC")
        today = pytz.utc.localize(now).astimezone(zone).date()
        due_at = self._crm_at(zone, today, kind.hour)
        if due_at < now:
            tomorrow = today + timedelta(days=1)
            due_at = (
                now if deadline <= tomorrow else self._crm_at(zone, tomorrow, kind.hour)
            )
        values = {
            "user_id": user.id,
            "due_at": due_at,
            "is_escalation": is_escalation,
            "holds": holds,
        }
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
