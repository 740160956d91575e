from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, ormcache

from ..tools.scoring import day_of

FIELDS = ("crm_score", "crm_grade")


class CrmLead(models.Model):
    """What a lead is worth by the rules of the company; Odoo's own probability stays.

    Converted and closed leads keep the score that they had.
    """

    _inherit = "crm.lead"

    crm_score = fields.Integer(
        "Score",
        compute="_compute_crm_score",
        store=True,
        index=True,
        copy=False,
        aggregator="avg",
    )
    crm_grade = fields.Selection(
        [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")],
        "Grade",
        compute="_compute_crm_score",
        store=True,
        index=True,
        copy=False,
        help="A is best. Where the grades begin is a setting of the company.",
    )
    score_explanation = fields.Text(
        "Where the Points Are From",
        compute="_compute_score_explanation",
        exportable=False,
    )

    # marked by _crm_rescore when a fact changes: which facts count is up to the rules
    @api.depends()
    def _compute_crm_score(self):
        stored = self.filtered(lambda lead: isinstance(lead.id, int))
        scores = {}
        if stored:
            self.flush_model(self._crm_score_facts() - set(FIELDS))
            scores = self.env["crm.lead.score.rule"]._crm_scores(stored.ids)
        kept = stored.filtered(lambda lead: lead.id not in scores)
        if kept:
            rows = self.env.execute_query(
                SQL(
                    "SELECT id, crm_score, crm_grade FROM crm_lead WHERE id IN %s",
                    tuple(kept.ids),
                )
            )
            scores.update((row[0], row[1:]) for row in rows)
        for lead in self:
            lead.crm_score, lead.crm_grade = scores.get(lead._origin.id) or (0, False)

    @api.depends("crm_score", "crm_grade")
    @api.depends_context("lang")
    def _compute_score_explanation(self):
        lines = self._crm_score_lines()
        for lead in self:
            found = lines.get(lead._origin.id, [])
            lead.score_explanation = "\n".join(line["text"] for line in found) or False

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | set(FIELDS)

    def _crm_change_ignored(self):
        return super()._crm_change_ignored() | set(FIELDS)

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._crm_rescore()
        return leads

    def write(self, vals):
        result = super().write(vals)
        if not self._crm_score_facts().isdisjoint(vals):
            self._crm_rescore()
        return result

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if message._crm_came_in():
            self._crm_rescore()
        return result

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def get_score_lines(self):
        """Say where the points of this lead are from, as of today.

        :return: list of dicts, most points first: ``rule`` (str), ``points`` (int),
            ``full_points`` (int, what the events were worth when they were new),
            ``times`` (int, events; 1 for a quality of the lead), ``last_at``
            (str, UTC, or False) and ``text`` (str, all of it for people)
        :raise AccessError: when the lead is out of reach
        """
        self.ensure_one()
        self.check_access("read")
        return self._crm_score_lines().get(self.id, [])

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_rescore(self):
        """Mark leads whose facts have changed; scored when next read or stored."""
        for name in FIELDS:
            self.env.add_to_compute(self._fields[name], self)

    @api.model
    @ormcache(cache="stable")
    def _crm_score_facts(self):
        """Return the names (frozenset of str) of the fields that scores depend on."""
        Rule = self.env["crm.lead.score.rule"]
        names = {"company_id", "lead_state", "active"}
        for spec in Rule._crm_specs():
            names |= Rule._crm_domain_fields(spec.domain)
        found = set()
        while names:
            name = names.pop()
            field = self._fields.get(name)
            if name in found or field is None:
                continue
            found.add(name)
            # what a computed field follows is written, the field itself is not
            paths = self.pool.field_depends[field] if field.compute else ()
            names.update(path.split(".")[0] for path in paths)
        return frozenset(
            name for name in found if self._fields[name].store and name != "id"
        )

    def _crm_score_lines(self):
        """Return what the rules give to open leads, by lead's id, as dicts."""
        ids = [id_ for id_ in self._origin.ids if id_]
        if not ids:
            return {}
        Rule = self.env["crm.lead.score.rule"]
        self.flush_model()
        day = Rule._crm_score_day()
        specs = {spec.id: spec for spec in Rule._crm_specs()}
        leads = Rule._crm_open_leads(Domain("id", "in", ids))
        rows = self.env.execute_query(
            SQL(
                "SELECT * FROM (%s) given WHERE points != 0"
                " ORDER BY points DESC, rule_id",
                Rule._crm_points(specs.values(), leads, day),
            )
        )
        # sudo: what the rules are called is told with the points
        rules = Rule.sudo().browse({row[1] for row in rows}).grouped("id")
        lines = {}
        for lead_id, rule_id, points, times, last_at in rows:
            spec = specs[rule_id]
            line = {
                "rule": rules[rule_id].name,
                "points": points,
                "full_points": spec.points * times,
                "times": times,
                "last_at": fields.Datetime.to_string(last_at),
            }
            line["text"] = self._crm_score_text(spec, line, last_at, day)
            lines.setdefault(lead_id, []).append(line)
        return lines

    @api.model
    def _crm_score_text(self, spec, line, last_at, day):
        """Return one line of the explanation (str)."""
        text = f"{line['points']:+d} {line['rule']}"
        if not last_at:
            return text
        age = max((day - day_of(last_at)).days, 0)
        parts = [
            self.env._("today")
            if not age
            else self.env._("%(days)s days ago", days=age)
        ]
        if line["times"] > 1:
            parts.insert(0, self.env._("%(times)s times, last", times=line["times"]))
        if spec.decay != "none":
            parts.append(self._crm_decay_text(spec, line, last_at))
        if spec.window_days:
            end = fields.Date.add(day_of(last_at), days=spec.window_days)
            until = format_date(self.env, end)
            parts.append(self.env._("counts until %(date)s", date=until))
        return " · ".join([text, *parts])

    @api.model
    def _crm_decay_text(self, spec, line, last_at):
        if spec.decay == "half":
            return self.env._(
                "of %(points)s, halved every %(days)s days",
                points=line["full_points"],
                days=spec.decay_days,
            )
        gone = fields.Date.add(day_of(last_at), days=spec.decay_days)
        return self.env._(
            "of %(points)s, gone on %(date)s",
            points=line["full_points"],
            date=format_date(self.env, gone),
        )
