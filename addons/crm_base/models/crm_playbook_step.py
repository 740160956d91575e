from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.playbook import next_open

# for people who have not said where they are
TIME_ZONE = "Asia/Shanghai"


class CrmPlaybookStep(models.Model):
    """One step of a playbook: what is done, and how long after the one before."""

    _name = "crm.playbook.step"
    _description = "Playbook Step"
    _order = "playbook_id, sequence, id"
    _crm_recycle = True

    playbook_id = fields.Many2one(
        "crm.playbook", required=True, index=True, ondelete="cascade"
    )
    res_model = fields.Selection(related="playbook_id.res_model")
    model_id = fields.Many2one(related="playbook_id.model_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(
        "What",
        required=True,
        translate=True,
        help="Also the subject of the task, of the plan or of the notice.",
    )
    kind = fields.Selection("_selection_kind", required=True, default="email")

    # When
    delay = fields.Integer(default=0)
    delay_unit = fields.Selection(
        [("hours", "Hours"), ("days", "Days"), ("workdays", "Working Days")],
        required=True,
        default="days",
    )
    timing = fields.Char(compute="_compute_timing")
    condition = fields.Char(
        "Only When", default="[]", help="Otherwise the step is left out."
    )
    is_conditional = fields.Boolean("Conditional", compute="_compute_is_conditional")

    # What
    template_id = fields.Many2one(
        "mail.template",
        "E-mail Template",
        ondelete="restrict",
        index="btree_not_null",
        help="It goes to the e-mail address of the record, whoever the template names.",
    )
    note = fields.Text("Details", translate=True)
    followup_method_id = fields.Many2one(
        "crm.dictionary",
        "Method",
        domain=[("kind", "=", "followup_method")],
        ondelete="restrict",
        index="btree_not_null",
    )
    due_days = fields.Integer("Due after Working Days", default=1)
    tag_ids = fields.Many2many(
        "crm.tag", "crm_playbook_step_tag_rel", "step_id", "tag_id", "Add Tags"
    )
    notice_to = fields.Selection(
        [("owner", "The Owner"), ("leader", "The Owner's Superior")],
        "Tell",
        default="owner",
    )
    until_domain = fields.Char("Wait Until", default="[]")
    timeout_days = fields.Integer("Wait at Most (days)", default=7)
    on_timeout = fields.Selection(
        [("go_on", "Go on with the Next Step"), ("stop", "Stop")],
        "Then",
        default="go_on",
    )

    _numbers = models.Constraint(
        "CHECK (delay BETWEEN 0 AND 3650 AND due_days BETWEEN 0 AND 365"
        " AND timeout_days BETWEEN 1 AND 3650)",
        "Delays are 0 to 3650, tasks are due within 365 days, waiting ends after 1 to"
        " 3650 days.",
    )

    @api.model
    def _selection_kind(self):
        return [(code, kind.name) for code, kind in self._crm_step_kinds().items()]

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends(
        "delay",
        "delay_unit",
        "sequence",
        "playbook_id.step_ids.delay",
        "playbook_id.step_ids.delay_unit",
        "playbook_id.step_ids.sequence",
    )
    @api.depends_context("lang")
    def _compute_timing(self):
        for playbook, steps in self.grouped("playbook_id").items():
            days = hours = workdays = 0
            ordered = playbook.step_ids.sorted(
                lambda step: (step.sequence, step._origin.id or 2**31)
            )
            texts = {}
            for step in ordered:
                days += step.delay * (step.delay_unit == "days")
                hours += step.delay * (step.delay_unit == "hours")
                workdays += step.delay * (step.delay_unit == "workdays")
                texts[step] = self._crm_timing_text(days, workdays, hours)
            for step in steps:
                step.timing = texts.get(step) or self._crm_timing_text(0, 0, 0)

    @api.model
    def _crm_timing_text(self, days, workdays, hours):
        """Return when a step comes, counted from the start (str)."""
        parts = []
        if days or not (workdays or hours):
            parts.append(self.env._("Day %(days)s", days=days))
        if workdays:
            parts.append(self.env._("Working Day %(days)s", days=workdays))
        if hours:
            parts.append(self.env._("%(hours)s h", hours=hours))
        return " + ".join(parts)

    @api.depends("condition")
    def _compute_is_conditional(self):
        for step in self:
            step.is_conditional = (step.condition or "").strip() not in ("", "[]")

    @api.constrains("condition", "until_domain")
    def _check_domains(self):
        for step in self:
            for text in (step.condition, step.until_domain):
                step.playbook_id._crm_check_domain(text)

    @api.constrains("kind", "template_id", "tag_ids")
    def _check_content(self):
        self._crm_check_model()
        for step in self:
            missing = {
                "email": (step.template_id, self.env._("Choose the e-mail template.")),
                "tag": (step.tag_ids, self.env._("Choose the tags.")),
            }.get(step.kind)
            if missing and not missing[0]:
                raise ValidationError(
                    self.env._(
                        "Step “%(step)s”: %(what)s", step=step.name, what=missing[1]
                    )
                )

    def _crm_check_model(self):
        """Refuse templates that are written for other records."""
        for step in self.filtered("template_id"):
            if step.template_id.model != step.playbook_id.res_model:
                raise ValidationError(
                    self.env._(
                        "The template “%(template)s” is for other records.",
                        template=step.template_id.name,
                    )
                )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_due(self, run, since):
        """Return when this step is due (datetime, UTC), within the playbook's hours.

        :param run: crm.playbook.run record
        :param datetime since: UTC, when the step before was done
        """
        self.ensure_one()
        local = self._crm_local(run, since)
        if self.delay_unit == "workdays":
            day = self.env["crm.workday"]._crm_add(
                run.company_id, local.date(), self.delay
            )
            local = datetime.combine(day, local.time())
        else:
            local += timedelta(**{self.delay_unit: self.delay})
        return self._crm_open(run, local)

    @api.model
    def _crm_zone(self, run):
        return pytz.timezone(run.user_id.tz or TIME_ZONE)

    @api.model
    def _crm_local(self, run, at):
        """Return a time (datetime, UTC) where the person of a run is (naive)."""
        zone = self._crm_zone(run)
        return pytz.utc.localize(at).astimezone(zone).replace(tzinfo=None)

    @api.model
    def _crm_open(self, run, local):
        """Return the first moment (UTC) from a local time at which steps are done."""
        playbook = run.playbook_id
        Workday = self.env["crm.workday"]

        def is_working(day):
            return not playbook.workdays_only or Workday._crm_is_working(
                run.company_id, day
            )

        opening = next_open(local, playbook.hour_from, playbook.hour_to, is_working)
        local = self._crm_zone(run).localize(opening)
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _crm_deadline(self, run):
        """Return until when what this step asks for is due (datetime, UTC)."""
        day = self._crm_local(run, fields.Datetime.now()).date()
        day = self.env["crm.workday"]._crm_add(run.company_id, day, self.due_days)
        end = datetime.combine(day, time(18))
        local = self._crm_zone(run).localize(end)
        return local.astimezone(pytz.utc).replace(tzinfo=None)
