from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..tools.arguments import as_text
from ..tools.score_field import Score

OPEN, DONE, CANCELLED = "planned", "done", "cancelled"

# a subject made from the content is cut here
SUBJECT_LENGTH = 40


class CrmFollowup(models.Model):
    """A contact with a customer: planned, then done or cancelled. One model for both.

    Times are facts: ``done_at`` and the check-in are stamped by the methods and cannot
    be written. Content stays editable. Cancelled plans stay for statistics.

    The check-in and what follow-ups mean for their customers have files of their own.
    """

    _name = "crm.followup"
    _description = "Follow-up"
    _inherit = ["mail.thread", "crm.workflow.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _crm_followers_in_scope = True

    # What
    name = fields.Char(
        "Subject",
        required=True,
        compute="_compute_from_template",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    content = fields.Text(
        compute="_compute_from_template", store=True, readonly=False, precompute=True
    )
    template_id = fields.Many2one("crm.followup.template", ondelete="set null")
    method_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "followup_method")],
        compute="_compute_from_template",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        index=True,
    )
    is_visit = fields.Boolean(compute="_compute_is_visit", store=True)

    # Who
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain=[("is_crm_customer", "=", True)],
    )
    contact_id = fields.Many2one(
        "res.partner",
        ondelete="set null",
        domain="[('crm_customer_id', '=', partner_id), ('id', '!=', partner_id)]",
    )
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        domain=[("share", "=", False)],
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, index=True
    )

    # When
    state = fields.Selection(
        [(OPEN, "Planned"), (DONE, "Done"), (CANCELLED, "Cancelled")],
        default=OPEN,
        required=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    planned_at = fields.Datetime(
        "Planned For",
        tracking=True,
        copy=False,
        # a free time that was clicked in a calendar
        default=lambda self: self.env.context.get("default_date"),
    )
    done_at = fields.Datetime("Done On", readonly=True, copy=False, tracking=True)
    date = fields.Datetime(
        compute="_compute_date",
        inverse="_inverse_date",
        store=True,
        index=True,
        help="When it was done, or when it is planned for.",
    )
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    cancel_reason = fields.Char(readonly=True, copy=False, tracking=True)

    # Result
    outcome_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "followup_outcome")],
        ondelete="restrict",
        copy=False,
    )
    satisfaction = fields.Selection(
        [
            ("1", "Very Dissatisfied"),
            ("2", "Dissatisfied"),
            ("3", "Neutral"),
            ("4", "Satisfied"),
            ("5", "Very Satisfied"),
        ],
        copy=False,
    )
    satisfaction_score = Score(
        compute="_compute_satisfaction_score",
        store=True,
        digits=(3, 1),
        aggregator="avg",
    )
    is_effective = fields.Boolean(
        "Effective",
        readonly=True,
        copy=False,
        help="Counts for the customer's clocks: long enough, not a copy of the last"
        " ones, not finished in bulk.",
    )
    next_plan_at = fields.Datetime(
        "Next Plan", copy=False, help="Makes a new plan when this one is done."
    )
    next_plan_subject = fields.Char(copy=False)

    # Review
    reviewer_id = fields.Many2one("res.users", readonly=True, copy=False)
    review = fields.Text(readonly=True, copy=False)
    reviewed_at = fields.Datetime(readonly=True, copy=False)

    _done_has_time = models.Constraint(
        "CHECK (state != 'done' OR done_at IS NOT NULL)",
        "A finished follow-up needs the time it was done.",
    )
    _partner_date_idx = models.Index("(partner_id, date DESC)")
    _user_done_idx = models.Index("(user_id, done_at DESC) WHERE state = 'done'")
    _open_idx = models.Index("(partner_id, planned_at) WHERE state = 'planned'")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("template_id")
    def _compute_from_template(self):
        default_method = self.env["crm.dictionary"]._crm_default("followup_method")
        for followup in self:
            template = followup.template_id
            followup.name = template.subject or followup.name
            followup.content = template.content or followup.content
            followup.method_id = (
                template.method_id or followup.method_id or default_method
            )

    @api.depends("method_id")
    def _compute_is_visit(self):
        for followup in self:
            followup.is_visit = followup.method_id.code == "visit"

    @api.depends("done_at", "planned_at", "state")
    def _compute_date(self):
        for followup in self:
            followup.date = (
                followup.done_at
                or followup.planned_at
                # a plan without a day is remembered by the day it was called off
                or (followup.state == CANCELLED and fields.Datetime.now())
            )

    def _inverse_date(self):
        """Let calendars make and move plans; what happened keeps its time."""
        for followup in self:
            if followup.state != OPEN:
                raise UserError(
                    self.env._("Only planned follow-ups can be moved to another time.")
                )
            followup.planned_at = followup.date

    @api.depends("state", "planned_at")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for followup in self:
            followup.is_overdue = bool(
                followup.state == OPEN
                and followup.planned_at
                and followup.planned_at < now
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "=", OPEN) & Domain(
            "planned_at", "<", fields.Datetime.now()
        )

    @api.depends("satisfaction")
    def _compute_satisfaction_score(self):
        for followup in self:
            followup.satisfaction_score = int(followup.satisfaction or 0)

    @api.constrains("partner_id")
    def _check_partner_id(self):
        for followup in self:
            # sudo: the customer may have left the reach of whoever saves
            if not followup.partner_id.sudo().is_crm_customer:
                raise ValidationError(
                    self.env._("Follow-ups belong to customers. Choose a customer.")
                )

    @api.depends("name", "partner_id.name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for followup in self:
            # sudo: the name of the customer behind a readable follow-up
            partner = followup.partner_id.sudo()
            customer = partner._crm_called() if partner else ""
            followup.display_name = " · ".join(filter(None, (customer, followup.name)))

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "state",
            "done_at",
            "cancel_reason",
            "is_effective",
            "reviewer_id",
            "review",
            "reviewed_at",
        }

    @api.model_create_multi
    def create(self, vals_list):
        if self._crm_in_workflow():
            return super().create(vals_list)
        finish = []
        prepared = []
        for vals in vals_list:
            vals = dict(vals)
            finish.append(vals.get("state") == DONE)
            if vals.get("state") in (DONE, OPEN):
                # a record of what just happened is a plan that is done at once
                del vals["state"]
            if "planned_at" in vals:
                # what the person entered wins over the time that was clicked
                vals["date"] = vals["planned_at"]
            if not vals.get("name"):
                vals["name"] = self.env.context.get(
                    "default_name"
                ) or self._crm_default_subject(vals)
            prepared.append(vals)
        followups = super().create(prepared)
        followups.partner_id.check_access("read")
        done = self.browse(
            followup.id
            for followup, done in zip(followups, finish, strict=True)
            if done
        )
        if done:
            done.action_done()
        (followups - done)._crm_update_partner()
        return followups

    def write(self, vals):
        if not self._crm_in_workflow():
            self._crm_check_finished(vals)
        partners = self.partner_id if "partner_id" in vals else self.browse().partner_id
        if {"planned_at", "partner_id"}.intersection(vals):
            self._crm_hold_subjects()
        result = super().write(vals)
        if "partner_id" in vals and not self.env.su:
            self.partner_id.check_access("read")
        if {"planned_at", "partner_id"}.intersection(vals):
            self._crm_update_facts(partners | self.partner_id)
        return result

    def _crm_check_finished(self, vals):
        """Refuse to change whose, with whom and when a finished follow-up was."""
        names = {"partner_id", "user_id", "planned_at", "company_id"} & vals.keys()
        for followup in self if names else ():
            if followup.state != OPEN and any(
                followup[name]
                != followup._fields[name].convert_to_record(
                    followup._fields[name].convert_to_cache(vals[name], followup),
                    followup,
                )
                for name in names
            ):
                raise UserError(
                    self.env._(
                        "A finished follow-up keeps its customer, its salesperson and"
                        " its time."
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if self.env.su or self.env.user._crm_is_boss():
            return
        if any(followup.state != OPEN for followup in self):
            raise UserError(
                self.env._(
                    "Finished and cancelled follow-ups stay for the statistics. Only"
                    " the boss can delete them."
                )
            )

    def unlink(self):
        partners = self.partner_id
        self._crm_hold_subjects()
        result = super().unlink()
        self._crm_update_facts(partners)
        return result

    def copy_data(self, default=None):
        default = {"planned_at": False, **(default or {})}
        return super().copy_data(default)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_done(self):
        """Finish planned follow-ups now.

        :return: True
        :raise UserError: when one of them is not planned
        """
        self._crm_check_state(
            OPEN, self.env._("Only planned follow-ups can be finished.")
        )
        self.check_access("write")
        now = fields.Datetime.now()
        self._crm_finish(now)
        plans = [
            followup._prepare_next_plan() for followup in self if followup.next_plan_at
        ]
        if plans:
            self.create(plans)
        return True

    def action_cancel(self, reason):
        """Call off planned follow-ups; they stay for statistics.

        :param str reason: required
        :return: True
        :raise UserError: without a reason, or when one of them is not planned
        """
        reason = as_text(reason)
        if not reason:
            raise UserError(self.env._("Say why the plan is cancelled."))
        self._crm_check_state(
            OPEN, self.env._("Only planned follow-ups can be cancelled.")
        )
        self.check_access("write")
        self._crm_hold_subjects()
        self._crm_workflow().write({"state": CANCELLED, "cancel_reason": reason})
        self._crm_update_partner()
        return True

    def action_restamp(self):
        """Give a finished follow-up the present time (the same topic went on).

        The old time stays in the log.

        :return: True
        :raise UserError: when one of them is not done
        """
        self._crm_check_state(DONE, self.env._("Only finished follow-ups have a time."))
        self.check_access("write")
        self._crm_hold_subjects()
        self._crm_workflow().write({"done_at": fields.Datetime.now()})
        self._crm_update_partner()
        return True

    def action_review(self, review):
        """Leave a superior's comment on follow-ups.

        :param str review: the comment
        :return: True
        :raise AccessError: when the author is not below you
        """
        review = as_text(review)
        if not review:
            raise UserError(self.env._("Write a comment first."))
        self.check_access("read")
        ids = self.env.user._crm_scope_ids("write")
        for followup in self:
            own = followup.user_id == self.env.user
            if own or (ids is not None and followup.user_id.id not in ids):
                raise AccessError(
                    self.env._("Follow-ups are reviewed by superiors of their author.")
                )
        self._crm_workflow().write(
            {
                "reviewer_id": self.env.uid,
                "review": review,
                "reviewed_at": fields.Datetime.now(),
            }
        )
        for followup in self:
            followup.message_notify(
                partner_ids=followup.user_id.partner_id.ids,
                subject=self.env._("Review of “%(name)s”", name=followup.name),
                body=review,
            )
        return True

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_check_state(self, state, message):
        if any(followup.state != state for followup in self):
            raise UserError(message)

    def _crm_finish(self, now):
        """Stamp follow-ups as done and decide whether each one is effective."""
        self._crm_hold_subjects()
        for followup in self:
            followup._crm_workflow().write(
                {
                    "state": DONE,
                    "done_at": now,
                    "is_effective": followup._crm_is_effective(now),
                }
            )
        self._crm_update_partner()

    @api.model
    def _crm_default_subject(self, vals):
        """Return the subject (str) of a follow-up that was given none.

        What the template says, else the first line of the content, else the method.

        :param dict vals: values of the new record
        """
        template = self.env["crm.followup.template"].browse(
            vals.get("template_id") or ()
        )
        if template.subject:
            return template.subject
        lines = (vals.get("content") or "").strip().splitlines()
        if lines:
            first = lines[0].strip()
            return (
                first if len(first) <= SUBJECT_LENGTH else first[:SUBJECT_LENGTH] + "…"
            )
        Dictionary = self.env["crm.dictionary"]
        method = (
            Dictionary.browse(vals.get("method_id") or ())
            or template.method_id
            or Dictionary._crm_default("followup_method")
        )
        return method.name

    def _prepare_next_plan(self):
        """Return the values (dict) of the plan that follows this follow-up."""
        self.ensure_one()
        return {
            "name": self.next_plan_subject or self.name,
            "partner_id": self.partner_id.id,
            "contact_id": self.contact_id.id,
            "user_id": self.user_id.id,
            "method_id": self.method_id.id,
            "planned_at": self.next_plan_at,
            "company_id": self.company_id.id,
        }
