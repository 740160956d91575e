from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# what the period and the people of a funnel are about
COLUMNS = {
    "cohort": ("began_at", "began_owner_id", "began_team_id"),
    "entered": ("reached_at", "owner_id", "team_id"),
    "present": ("date_last_stage_update", "user_id", "team_id"),
}
GROUPS = ("user", "team", "month", "quarter", "year")


class CrmFunnel(models.AbstractModel):
    """The sales funnel: of those that entered a stage, how many came further.

    It is computed from the history of stages under the rights of whoever asks, in one
    statement whatever the number of opportunities. Each figure comes with the domain
    of the very opportunities behind it.
    """

    _name = "crm.funnel"
    _description = "Sales Funnel"
    _inherit = ["crm.analysis.mixin"]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def compute_funnel(
        self,
        date_from=False,
        date_to=False,
        team_id=False,
        user_id=False,
        mode="cohort",
        process_id=False,
        group_by=False,
    ):
        """Return the funnel of one process.

        :param str date_from: first day ``YYYY-MM-DD``, False for no beginning
        :param str date_to: last day ``YYYY-MM-DD``, False for no end
        :param int team_id: a team with all teams below it, False for all
        :param int user_id: a person, False for everybody
        :param str mode: ``cohort`` (opportunities that began in the period, with whom
            they began), ``entered`` (stages that were reached in the period, by whom)
            or ``present`` (what is open now, with whoever has it; without a period)
        :param int process_id: one of ``processes``, False for the usual one
        :param str group_by: False, ``user``, ``team``, ``month``, ``quarter`` or
            ``year``
        :return: dict with ``mode``, ``process_id``, ``processes`` (list of dicts with
            ``id``, ``name``, ``stage_ids``), ``currency_id``, ``stages`` (see
            :meth:`_prepare_stage`) and ``groups``, a list of dicts with ``key``,
            ``label`` and ``stages``
        :raise AccessError: for users without a role
        :raise UserError: unknown mode or group, dates that are none
        """
        self._crm_check_reader()
        if not isinstance(mode, str) or mode not in COLUMNS:
            raise UserError(self.env._("A funnel is by cohort, entered or present."))
        if group_by and (
            group_by not in GROUPS
            or (mode == "present" and group_by not in ("user", "team"))
        ):
            raise UserError(self.env._("A funnel cannot be grouped like that."))
        start, end = self._crm_dates(date_from, date_to)
        team, user = self._crm_team(team_id), self._crm_user_id(user_id)
        processes = self._crm_processes()
        process = self._crm_process(processes, process_id, team)
        result = {
            "mode": mode,
            "process_id": process["id"] if process else False,
            "processes": [
                {key: one[key] for key in ("id", "name", "stage_ids")}
                for one in processes
            ],
            "currency_id": self.env.company.currency_id.id,
            "stages": [],
            "groups": [],
        }
        if not process:
            return result
        domain = self._crm_domain(mode, process, start, end, team, user)
        rows = self._crm_rows(mode, domain, group_by)
        result["stages"] = self._crm_stages(mode, process, domain, rows.pop(None, {}))
        labels = self._crm_group_labels(group_by, rows)
        for key in sorted(rows, key=lambda key: self._crm_order(group_by, rows, key)):
            within = domain & self._crm_group_domain(mode, group_by, key)
            result["groups"].append(
                {
                    "key": self._crm_json(key),
                    "label": labels[key],
                    "stages": self._crm_stages(mode, process, within, rows[key]),
                }
            )
        return result

    # ------------------------------------------------------------
    # ARGUMENTS
    # ------------------------------------------------------------

    @api.model
    def _crm_processes(self):
        """Return the processes (list of dicts): teams that share the same stages."""
        # sudo: which teams there are, and how they work, is no secret
        teams = self.env["crm.team"].sudo().search([("active", "=", True)])
        stages = self.env["crm.stage"]
        paths = {0: stages._crm_path_ids(False)}
        paths.update((team.id, stages._crm_path_ids(team.id)) for team in teams)
        found = {}
        for team_id in sorted(paths):
            if paths[team_id]:
                found.setdefault(paths[team_id], []).append(team_id)
        # sudo: as above
        by_id = {team.id: team.name for team in teams}
        return [
            {
                "id": team_ids[0],
                "name": self._crm_process_name(
                    [by_id[team_id] for team_id in team_ids if team_id]
                ),
                "stage_ids": list(path),
                "team_ids": team_ids,
            }
            for path, team_ids in found.items()
        ]

    @api.model
    def _crm_process_name(self, names):
        """Return how a process is called (str), after its teams."""
        if not names:
            return self.env._("Without a Team")
        if len(names) <= 3:
            return self.env._(", ").join(names)
        return self.env._(
            "%(names)s and %(count)s more",
            names=self.env._(", ").join(names[:3]),
            count=len(names) - 3,
        )

    @api.model
    def _crm_process(self, processes, process_id, team):
        """Return the process (dict) that was asked for, or the usual one."""
        if process_id is not False and process_id is not None:
            chosen = [one for one in processes if one["id"] == process_id]
            if not chosen:
                raise UserError(self.env._("This process is not there any more."))
            return chosen[0]
        own = team or self.env.user.sale_team_id  # of whoever asks
        for process in processes:
            if own.id in process["team_ids"]:
                return process
        return max(
            processes, key=lambda process: len(process["team_ids"]), default=None
        )

    @api.model
    def _crm_domain(self, mode, process, start, end, team, user_id):
        """Return the domain of what is counted: stages reached, or opportunities."""
        at, owner, in_team = COLUMNS[mode]
        if mode == "present":
            teams = Domain("team_id", "in", [id_ for id_ in process["team_ids"] if id_])
            if 0 in process["team_ids"]:
                teams |= Domain("team_id", "=", False)
            domain = teams & Domain(
                [
                    ("type", "=", "opportunity"),
                    ("won_status", "=", "pending"),
                    ("active", "=", True),
                    ("stage_id", "in", process["stage_ids"]),
                ]
            )
        else:
            domain = Domain("process_id", "=", process["id"])
            domain &= self._crm_days(at, start, end)
        if team:
            domain &= Domain(in_team, "child_of", team.id)
        if user_id:
            domain &= Domain(owner, "=", user_id)
        return domain

    @api.model
    def _crm_days(self, field, start, end):
        """Return the domain of days (dates or None) in the time zone of the user."""
        metric, domain = self.env["crm.metric"], Domain.TRUE
        kind = self.env["crm.stage.report"]._fields[field]
        if start:
            domain &= Domain(field, ">=", metric._crm_day_value(kind, start))
        if end:
            following = fields.Date.add(end, days=1)
            domain &= Domain(field, "<", metric._crm_day_value(kind, following))
        return domain

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    @api.model
    def _crm_rows(self, mode, domain, group_by):
        """Return the figures: dict of group (None is all) to dict of stage to dict."""
        name = "crm.lead" if mode == "present" else "crm.stage.report"
        model = self.env[name]
        if mode == "present":
            # what the figures read beside what the domain asks
            model.flush_model(["date_last_stage_update", "expected_revenue"])
        query = model._search(domain)
        table = SQL.identifier(query.table)
        self._crm_join_rates(query)
        group = self._crm_group_column(mode, group_by, table)
        figures = self._crm_present(table) if mode == "present" else self._crm_past()
        stage = SQL("%s.stage_id", table)
        is_total = self._crm_grouping(query, group, stage)
        query.order = None
        rows = {}
        for row in self.env.execute_query_dict(
            query.select(
                SQL("%s AS is_total", is_total),
                SQL("%s AS key", group or SQL("NULL")),
                stage,
                figures,
            )
        ):
            key = None if row["is_total"] else row["key"] or False
            rows.setdefault(key, {})[row["stage_id"]] = row
        return rows

    @api.model
    def _crm_group_column(self, mode, group_by, table):
        """Return the column (SQL) by which figures are told apart, None for none."""
        at, owner, team = COLUMNS[mode]
        if not group_by:
            return None
        if group_by in ("user", "team"):
            name = owner if group_by == "user" else team
            return SQL("%s.%s", table, SQL.identifier(name))
        return self._crm_month(group_by, SQL("%s.%s", table, SQL.identifier(at)))

    @api.model
    def _crm_past(self):
        """Return the figures (SQL) of stages that were reached."""
        return SQL(
            """
            count(*) AS entered,
            COALESCE(sum(amount * COALESCE(rate, 1)), 0)::float AS amount,
            count(*) FILTER (WHERE NOT is_furthest) AS advanced,
            count(*) FILTER (WHERE is_passed) AS passed,
            count(*) FILTER (WHERE result = 'won') AS won,
            count(*) FILTER (WHERE result = 'lost') AS lost,
            count(*) FILTER (WHERE is_furthest AND result = 'lost') AS lost_here,
            count(*) FILTER (WHERE is_furthest AND result = 'pending') AS open_here,
            count(*) FILTER (WHERE is_furthest AND result = 'moved') AS moved_here,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY days_to_next) AS median_days
            """
        )

    @api.model
    def _crm_present(self, table):
        """Return the figures (SQL) of opportunities that are open."""
        return SQL(
            """
            count(*) AS entered,
            COALESCE(sum(%(table)s.expected_revenue * COALESCE(rate, 1)), 0)::float
                AS amount,
            0 AS advanced, 0 AS passed, 0 AS won, 0 AS lost, 0 AS lost_here,
            count(*) AS open_here, 0 AS moved_here,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY EXTRACT(
                epoch FROM %(now)s - COALESCE(
                    %(table)s.date_last_stage_update, %(table)s.create_date)
            ) / 86400.0) AS median_days
            """,
            table=table,
            now=fields.Datetime.now(),
        )

    @api.model
    def _crm_stages(self, mode, process, domain, rows):
        """Return the figures of all stages of a process, in their order."""
        # sudo: how a process goes is no secret
        stages = self.env["crm.stage"].sudo().browse(process["stage_ids"])
        counts = [rows.get(stage.id, {}).get("entered", 0) for stage in stages]
        amounts = [rows.get(stage.id, {}).get("amount", 0.0) for stage in stages]
        # of those that began, of the busiest stage, or of all that are open
        part = {"cohort": lambda all_: all_[0], "entered": max, "present": sum}[mode]
        whole, money = part(counts), part(amounts)
        return [
            self._prepare_stage(
                mode, stage, rows.get(stage.id, {}), whole, money, domain
            )
            for stage in stages
        ]

    @api.model
    def _prepare_stage(self, mode, stage, row, whole, money, domain):
        """Return one stage of a funnel.

        :return: dict with ``stage_id``, ``name``, ``is_won``, ``entered`` (how many
            reached the stage, or are in it now), ``share`` and ``amount_share`` (0 to
            1: of the first stage, of the largest one in mode ``entered``, or of all
            that is open), ``amount`` (at that time), ``advanced`` (of those entered,
            how many came further) and ``conversion`` (0 to 1, False for none entered),
            ``passed`` (passed over), ``won``, ``lost`` (what has become of those
            entered), ``lost_here``, ``open_here``, ``moved_here`` (came no further),
            ``median_days`` (to the next stage, or in the stage; False for nobody) and
            ``domain``, ``advanced_domain``, ``lost_domain``, ``open_domain`` (of
            crm.lead; archived ones belong to them)
        """
        entered, amount = row.get("entered", 0), row.get("amount", 0.0)
        within = domain & Domain("stage_id", "=", stage.id)
        parts = {"domain": Domain.TRUE}
        if mode != "present":
            parts["advanced_domain"] = Domain("is_furthest", "=", False)
            stopped = Domain("is_furthest", "=", True)
            parts["lost_domain"] = stopped & Domain("result", "=", "lost")
            parts["open_domain"] = stopped & Domain("result", "=", "pending")
        median = row.get("median_days")
        return {
            "stage_id": stage.id,
            "name": stage.name,
            "is_won": bool(stage.is_won),
            "entered": entered,
            "share": entered / whole if whole else 0.0,
            "amount": amount,
            "amount_share": amount / money if money else 0.0,
            "conversion": row.get("advanced", 0) / entered
            if entered and mode != "present"
            else False,
            "median_days": False if median is None else round(median, 2),
            **{
                name: row.get(name, 0)
                for name in (
                    "advanced",
                    "passed",
                    "won",
                    "lost",
                    "lost_here",
                    "open_here",
                    "moved_here",
                )
            },
            **{
                name: self._crm_lead_domain(mode, within & part)
                for name, part in parts.items()
            },
        }

    @api.model
    def _crm_lead_domain(self, mode, domain):
        """Return the domain (list) of the opportunities behind a figure."""
        if mode == "present":
            return self._crm_plain(domain)
        return [["stage_reach_ids", "any", self._crm_plain(domain)]]

    # ------------------------------------------------------------
    # GROUPS
    # ------------------------------------------------------------

    @api.model
    def _crm_group_domain(self, mode, group_by, key):
        """Return the domain of one group."""
        at, owner, team = COLUMNS[mode]
        if group_by in ("user", "team"):
            return Domain(owner if group_by == "user" else team, "=", key)
        last = self._crm_span_end(group_by, key)
        return self._crm_days(at, key, last)
