from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.arguments import as_id
from ..tools.board import BoardColumn, BoardDeed
from ..tools.domains import plain_domain


class CrmTeamBoard(models.AbstractModel):
    """What each person of a superior is at right now.

    People are those of the one scope, figures are read under the rights of whoever
    asks, one statement for each column whatever the number of people. Nothing is kept:
    the page asks again while somebody looks at it.
    """

    _name = "crm.team.board"
    _description = "Team Board"

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_board_columns(self):
        """Hook: return the figures of the board, a list of BoardColumn.

        Call ``super()`` first and append; ``sequence`` decides the place. Columns of
        models that the user may not read are left out.
        """
        start, end = self._crm_day_span("day")
        today, work = self.env._("Today"), self.env._("Work")
        planned = Domain("state", "=", "planned")
        return [
            BoardColumn(
                "followups_done",
                self.env._("Followed Up"),
                today,
                10,
                "crm.followup",
                Domain("state", "=", "done") & self._crm_between("done_at", start, end),
                tone="success",
                action="crm_base.crm_followup_action",
            ),
            BoardColumn(
                "followups_planned",
                self.env._("Still Planned"),
                today,
                20,
                "crm.followup",
                planned & self._crm_between("planned_at", fields.Datetime.now(), end),
                action="crm_base.crm_followup_action",
            ),
            BoardColumn(
                "followups_overdue",
                self.env._("Plans Overdue"),
                work,
                30,
                "crm.followup",
                planned & Domain("planned_at", "<", fields.Datetime.now()),
                tone="danger",
                action="crm_base.crm_followup_action",
            ),
            BoardColumn(
                "tasks_overdue",
                self.env._("Tasks Overdue"),
                work,
                40,
                "crm.task",
                Domain("is_overdue", "=", True),
                user_field="executor_ids",
                tone="danger",
                action="crm_base.crm_task_action",
            ),
            BoardColumn(
                "customers",
                self.env._("Customers"),
                work,
                50,
                "res.partner",
                Domain("is_crm_customer", "=", True),
                action="crm_base.res_partner_customer_action",
            ),
        ]

    @api.model
    def _crm_board_deeds(self):
        """Hook: return what people do, a list of BoardDeed.

        The board shows the last thing that each person did. Call ``super()`` first and
        append.
        """
        return [
            BoardDeed(
                "followup",
                self.env._("Followed up"),
                "crm.followup",
                "done_at",
                "user_id",
                Domain("state", "=", "done"),
                "partner_id",
            ),
        ]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def compute_board(self, team_id=False, mine=False):
        """Return what each person in the caller's scope is at right now.

        A superior sees the people of the own teams and of all teams below, an assistant
        those of the assisted teams, a salesperson the own figures.

        :param int team_id: a team with all teams below it, False for all
        :param bool mine: the caller alone
        :return: dict with ``now`` (UTC), ``currency_id``, ``columns`` (list of dicts
            with ``code``, ``label``, ``group``, ``tone``, ``has_amount``), ``teams``
            (list of dicts with ``id``, ``name``, ``level``, ``parent_id``, in the
            order of the tree) and ``people``, a list of dicts (see
            :meth:`_prepare_person`)
        :raise AccessError: for users without a role
        :raise UserError: a team that is not there
        """
        people = self._crm_people(bool(mine))
        homes, memberships, teams = self._crm_places(people)
        people = self._crm_within(people, memberships, teams, team_id)
        columns = self._crm_columns()
        figures = {
            column.code: self._crm_figures(column, people.ids) for column in columns
        }
        seen = self._crm_seen(people)
        absences = self._crm_absences(people)
        deeds = self._crm_last_deeds(people)
        return {
            "now": fields.Datetime.to_string(fields.Datetime.now()),
            "currency_id": self.env.company.currency_id.id,
            "columns": [
                {
                    "code": column.code,
                    "label": column.label,
                    "group": column.group,
                    "tone": column.tone,
                    "has_amount": bool(column.amount),
                }
                for column in columns
            ],
            "teams": self._prepare_teams(teams, memberships),
            "people": [
                self._prepare_person(
                    person,
                    team_id=homes.get(person.id, False),
                    figures={
                        code: found.get(person.id, {"count": 0, "amount": 0})
                        for code, found in figures.items()
                    },
                    absence=absences.get(person.id, False),
                    last_deed=deeds.get(person.id, False),
                    **seen.get(person.id, {"status": "offline", "last_seen_at": False}),
                )
                for person in people
            ],
        }

    @api.model
    def action_open(self, code, user_id=False, team_id=False):
        """Return the action (dict) that lists what is behind a figure of the board.

        :param str code: of a column
        :param int user_id: a person in the caller's scope, False for all of them
        :param int team_id: a team with all teams below it, False for all
        :raise AccessError: for users without a role, somebody out of the scope
        :raise UserError: unknown column or team
        """
        people = self._crm_people()
        memberships, teams = self._crm_places(people)[1:]
        people = self._crm_within(people, memberships, teams, team_id)
        title = []
        if user_id:
            people = people.filtered(lambda person: person.id == as_id(user_id))
            if not people:
                raise AccessError(
                    self.env._("This person is not among those whose work you see.")
                )
            title = people.mapped("name")
        columns = {column.code: column for column in self._crm_columns()}
        column = columns.get(code) if isinstance(code, str) else None
        if not column:
            raise UserError(self.env._("The board has no such column."))
        whose = Domain(column.user_field, "in", people.ids)
        action = {
            "type": "ir.actions.act_window",
            "res_model": column.model,
            "views": [(False, "list"), (False, "form")],
        }
        if column.action:
            action = self.env["ir.actions.act_window"]._for_xml_id(column.action)
            # the list as it stands, not what its address stands for
            action.update(id=False, path=False)
        name = " · ".join([*title, column.label])
        action.update(
            name=name,
            display_name=name,
            domain=plain_domain(column.domain & whose),
            context={},
        )
        return action

    # ------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------

    @api.model
    def _crm_people(self, mine=False):
        """Return the people (res.users) whose work the user sees, himself included."""
        user = self.env.user
        if not user._crm_has_group("crm_base.group_salesperson"):
            raise AccessError(
                self.env._("The board is for people who have a role in the CRM.")
            )
        ids = [user.id] if mine else user._crm_scope_ids("read")
        domain = Domain("share", "=", False) & Domain(
            "all_group_ids", "in", self.env.ref("crm_base.group_salesperson").ids
        )
        domain &= Domain("company_ids", "in", self.env.companies.ids)
        if ids is not None:
            domain &= Domain("id", "in", ids)
        # sudo: colleagues in the scope, whatever else hides accounts
        return self.env["res.users"].sudo().search(domain, order="name, id")

    @api.model
    def _crm_places(self, people):
        """Return where people are in the organisation.

        :return: a tuple of the home team of each person (dict of ids), all the teams
            of each (dict of id to recordset), and all teams
        """
        # sudo: who is in which team is no secret
        teams = (
            self.env["crm.team"]
            .sudo()
            .search([("active", "=", True)], order="sequence, id")
        )
        rows = (
            self.env["crm.team.member"]
            .sudo()
            ._read_group(
                [("user_id", "in", people.ids), ("crm_team_id", "in", teams.ids)],
                ["user_id"],
                ["crm_team_id:recordset"],
            )
        )
        member_of = {user.id: found for user, found in rows}
        led = teams.grouped(lambda team: team.user_id.id)
        homes, memberships = {}, {}
        for person in people:
            leads = led.get(person.id, teams.browse())
            leads = leads.sorted(lambda team: len(team.parent_path))
            mine = member_of.get(person.id, teams.browse())
            memberships[person.id] = leads | mine
            # a leader stands with those who are led
            homes[person.id] = (leads or mine)[:1].id
        return homes, memberships, teams

    @api.model
    def _crm_within(self, people, memberships, teams, team_id):
        """Return the people of a team and of all teams below it."""
        if not team_id:
            return people
        team = teams.filtered(lambda team: team.id == as_id(team_id))
        if not team:
            raise UserError(self.env._("This team is not there any more."))
        below = teams.filtered(
            lambda other: other.parent_path.startswith(team.parent_path)
        )
        return people.filtered(lambda person: memberships[person.id] & below)

    @api.model
    def _prepare_teams(self, teams, memberships):
        """Return the teams that have people on the board, in the order of the tree."""
        shown = teams.browse().union(*memberships.values())
        children = teams.grouped(lambda team: team.parent_id)
        result = []

        def walk(siblings, parent, level):
            for team in siblings:
                below, depth = parent, level
                if team in shown:
                    result.append(
                        {
                            "id": team.id,
                            "name": team.name,
                            "level": level,
                            "parent_id": parent,
                        }
                    )
                    below, depth = team.id, level + 1
                walk(children.get(team, ()), below, depth)

        # a team below an archived one begins a tree of its own
        roots = teams.filtered(lambda team: team.parent_id not in teams)
        walk(roots, False, 0)
        return result

    @api.model
    def _prepare_person(self, person, **facts):
        """Return one person of the board.

        :return: dict with ``id``, ``name``, ``search`` (name, login, pinyin, initials),
            ``is_me``, ``team_id``, ``status`` (online, away or offline),
            ``last_seen_at`` (UTC, False for never), ``absence`` (False, or a dict with
            ``until`` and ``deputy``), ``last_deed`` (False, or a dict with ``code``,
            ``label``, ``at``, ``about``, ``model`` and ``res_id``) and ``figures``, a
            dict of column's code to a dict with ``count`` and ``amount`` (in the
            company's currency)
        """
        read, initials = person._crm_pinyin()
        return {
            "id": person.id,
            "name": person.name,
            "search": " ".join((person.name, person.login, read, initials)).lower(),
            "is_me": person.id == self.env.uid,
            **facts,
        }

    # ------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------

    @api.model
    def _crm_seen(self, people):
        """Return who is there, and when people were last there (dict of id to dict)."""
        # sudo: superiors see when their people were last at work
        presences = self.env["mail.presence"].sudo()
        logs = self.env["res.users.log"].sudo()
        last = {
            user.id: at
            for user, at in logs._read_group(
                [("create_uid", "in", people.ids)], ["create_uid"], ["create_date:max"]
            )
        }
        found = presences.search([("user_id", "in", people.ids)])
        status = {presence.user_id.id: presence.status for presence in found}
        # whoever asks is there, with or without an open line
        status[self.env.uid] = "online"
        for presence in found:
            times = (last.get(presence.user_id.id), presence.last_presence)
            last[presence.user_id.id] = max(filter(None, times), default=False)
        return {
            person.id: {
                "status": status.get(person.id, "offline"),
                "last_seen_at": fields.Datetime.to_string(last.get(person.id)) or False,
            }
            for person in people
        }

    @api.model
    def _crm_absences(self, people):
        """Return who is away today, until when, and who stands in (dict)."""
        today = fields.Date.context_today(self)
        away = self.env["crm.absence"].search(
            [
                ("user_id", "in", people.ids),
                ("state", "=", "confirmed"),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ]
        )
        return {
            absence.user_id.id: {
                "until": fields.Date.to_string(absence.date_to),
                # sudo: the name of a colleague
                "deputy": absence.sudo().substitute_id.name or "",
            }
            for absence in away
        }

    # ------------------------------------------------------------
    # TIMES
    # ------------------------------------------------------------

    @api.model
    def _crm_day_span(self, unit):
        """Return begin and end (UTC) of the day or month that it is for the user.

        :param str unit: ``day`` or ``month``
        """
        zone = pytz.timezone(str(self.env.tz))
        day = fields.Date.context_today(self)
        following = day + timedelta(days=1)
        if unit == "month":
            day = day.replace(day=1)
            following = fields.Date.add(day, months=1)
        return tuple(
            zone.localize(datetime.combine(one, time()))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for one in (day, following)
        )

    @api.model
    def _crm_between(self, field, start, end):
        """Return the Domain of what lies from one moment to before another."""
        return Domain(field, ">=", start) & Domain(field, "<", end)
