from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.assigning import Desk, Person

# rows of the ledger by which nobody got a new lead from somebody else
NOT_NEW = ["create", "convert", "handover", "merge", "undo"]


class CrmLeadAssignRule(models.Model):
    """Who may get leads by a rule, and what these people have at the moment."""

    _inherit = "crm.lead.assign.rule"

    def _crm_recipients(self):
        """Return who may get leads by this rule (res.users), in order.

        Those of the list, or the members of the team and of those below it, as far as
        they can own leads and are led by whoever is responsible.
        """
        self.ensure_one()
        # sudo: who is a member of which team, with an account, is no secret
        rule = self.sudo()
        if rule.recipient_kind == "team":
            members = (
                self.env["crm.team.member"]
                .sudo()
                .search(
                    [
                        ("crm_team_id", "child_of", rule.team_id.ids),
                        ("crm_team_id.active", "=", True),
                    ],
                    order="id",
                )
            )
            users = members.user_id
        else:
            users = rule.line_ids.user_id
        scope = rule.user_id._crm_scope_ids("write")
        return users.filtered(
            lambda user: (
                user.active
                and not user.share
                and (scope is None or user._origin.id in scope)
                and user._origin._crm_has_group("crm_base.group_salesperson")
            )
        )

    def _crm_people(self, desks):
        """Return the people of this rule, a list of Person.

        :param dict desks: by user's id, shared by the rules of a run; filled up
        """
        self.ensure_one()
        users = self._crm_recipients()._origin
        missing = users.filtered(lambda user: user.id not in desks)
        desks.update(self._crm_desks(missing))
        lines = {line.user_id._origin.id: line for line in self.line_ids}
        people = []
        for place, user in enumerate(users, 1):
            line = lines.get(user.id, self.env["crm.lead.assign.line"])
            people.append(
                Person(
                    desk=desks[user.id],
                    weight=max(line.weight, 1),
                    place=place,
                    lag=line.lag,
                    last=line.last_at.timestamp() if line.last_at else 0.0,
                )
            )
        return people

    @api.model
    def _crm_desks(self, users):
        """Return what people have at the moment, a dict of user's id to Desk.

        The number of queries does not depend on that of the people.

        :param users: res.users records, sudo
        """
        if not users:
            return {}
        now = fields.Datetime.now()
        # sudo: how much somebody has counts, whoever sees it
        Lead = self.env["crm.lead"].sudo().with_context(active_test=True)
        of_them = Domain("user_id", "in", users.ids)
        open_counts = dict(
            Lead._read_group(
                of_them & Domain("lead_state", "in", ["new", "working"]),
                ["user_id"],
                ["__count"],
            )
        )
        month_counts = dict(
            Lead.with_context(active_test=False)._read_group(
                of_them & Domain("date_open", ">=", now - timedelta(days=30)),
                ["user_id"],
                ["__count"],
            )
        )
        # sudo: as above
        members = self.env["crm.team.member"].sudo().search(list(of_them))
        members = members.grouped("user_id")
        clocks = {user: self._crm_clock(user, now) for user in users}
        today_counts = self._crm_today_counts(clocks)
        absent = set()
        for day in {clock.date() for clock in clocks.values()}:
            there = users.filtered(lambda user, day=day: clocks[user].date() == day)
            absent.update(there._crm_absent_on(day).ids)
        rooms = users._crm_lead_rooms()
        desks = {}
        for user in users:
            memberships = members.get(user, self.env["crm.team.member"])
            desks[user.id] = Desk(
                user_id=user.id,
                now=clocks[user],
                is_absent=user.id in absent,
                is_workday=self.env["crm.workday"]._crm_is_working(
                    user.company_id, clocks[user].date()
                ),
                is_paused=bool(memberships)
                and all(member.assignment_optout for member in memberships),
                open=open_counts.get(user, 0),
                today=today_counts.get(user.id, 0),
                month=month_counts.get(user, 0),
                month_max=sum(memberships.mapped("assignment_max"))
                if memberships
                else None,
                room=rooms.get(user.id),
                companies=frozenset(user.company_ids.ids),
            )
        return desks

    @api.model
    def _crm_clock(self, user, now):
        """Return the time (datetime) on somebody's own clock."""
        zone = user.tz or user.company_id.partner_id.tz or "Asia/Shanghai"
        return (
            pytz.utc.localize(now).astimezone(pytz.timezone(zone)).replace(tzinfo=None)
        )

    @api.model
    def _crm_today_counts(self, clocks):
        """Return how many leads people got today, a dict of user's id to number.

        :param dict clocks: the time on each user's (res.users) clock
        """
        now = fields.Datetime.now()
        starts = defaultdict(list)
        for user, clock in clocks.items():
            midnight = datetime.combine(clock.date(), time.min)
            starts[now - (clock - midnight)].append(user.id)
        found = {}
        # sudo: the ledger counts for everybody
        ledger = self.env["crm.owner.move"].sudo()
        for start, ids in starts.items():
            found.update(
                (user.id, count)
                for user, count in ledger._read_group(
                    [
                        ("to_user_id", "in", ids),
                        ("lead_id", "!=", False),
                        ("kind", "not in", NOT_NEW),
                        ("moved_at", ">=", start),
                    ],
                    ["to_user_id"],
                    ["__count"],
                )
            )
        return found
