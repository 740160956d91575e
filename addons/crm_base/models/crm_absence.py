from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

DRAFT, CONFIRMED, CANCELLED = "draft", "confirmed", "cancelled"


class CrmAbsence(models.Model):
    """Days on which somebody is not at work, confirmed by a superior.

    What a confirmed absence does is up to whoever reads it: clocks of the pool stand
    still, no leads are assigned. Days are whole days of the person's own calendar.
    """

    _name = "crm.absence"
    _description = "Absence"
    _inherit = ["mail.thread", "crm.workflow.mixin"]
    _order = "date_from desc, id desc"
    _rec_name = "user_id"
    _crm_followers_in_scope = True
    _crm_recycle = True

    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    date_from = fields.Date(
        "First Day", required=True, default=fields.Date.context_today, tracking=True
    )
    date_to = fields.Date(
        "Last Day", required=True, default=fields.Date.context_today, tracking=True
    )
    days = fields.Integer("Working Days", compute="_compute_days", exportable=False)
    reason = fields.Char()
    substitute_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        domain=[("share", "=", False)],
        tracking=True,
        help="Who looks after urgent matters meanwhile. Reads this absence; sees no"
        " customers by it.",
    )
    state = fields.Selection(
        [
            (DRAFT, "To Be Confirmed"),
            (CONFIRMED, "Confirmed"),
            (CANCELLED, "Cancelled"),
        ],
        required=True,
        default=DRAFT,
        index=True,
        tracking=True,
    )
    arbiter_id = fields.Many2one("res.users", "Decided By", index="btree_not_null")
    can_decide = fields.Boolean(compute="_compute_can_decide")
    is_running = fields.Boolean(compute="_compute_is_running")

    _order_of_days = models.Constraint(
        "CHECK (date_from <= date_to)", "The last day cannot lie before the first one."
    )
    # ranges of integers, because equality in a gist index would need an extension
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(user_id, user_id, '[]') WITH &&,"
        " daterange(date_from, date_to, '[]') WITH &&)"
        " WHERE (state IN ('draft', 'confirmed'))",
        "This person is absent during part of that time already. Change or cancel that"
        " absence first.",
    )
    _substitute_is_other = models.Constraint(
        "CHECK (substitute_id IS NULL OR substitute_id != user_id)",
        "Nobody is their own substitute.",
    )
    _confirmed_idx = models.Index(
        "(user_id, date_from, date_to) WHERE state = 'confirmed'"
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("user_id", "date_from", "date_to")
    def _compute_days(self):
        Workday = self.env["crm.workday"]
        for absence in self:
            absence.days = 0
            if absence.user_id and absence.date_from and absence.date_to:
                absence.days = Workday._crm_count(
                    # sudo: where a colleague works
                    absence.sudo().user_id.company_id,
                    absence.date_from - timedelta(days=1),
                    absence.date_to,
                )

    @api.depends_context("uid")
    @api.depends("user_id", "state")
    def _compute_can_decide(self):
        for absence in self:
            absence.can_decide = absence.state == DRAFT and (
                self.env.user._crm_decides_for(absence.user_id)
            )

    @api.depends("date_from", "date_to", "state")
    def _compute_is_running(self):
        for absence in self:
            absence.is_running = bool(
                absence.state == CONFIRMED
                and absence.date_from
                and absence.date_from <= absence._crm_today() <= absence.date_to
            )

    @api.depends("user_id", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for absence in self:
            days = " – ".join(
                dict.fromkeys(
                    format_date(self.env, day)
                    for day in (absence.date_from, absence.date_to)
                    if day
                )
            )
            # sudo: the name of a colleague
            absence.display_name = f"{absence.sudo().user_id.name or ''} {days}".strip()

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {"state", "arbiter_id"}

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # the database refuses overlaps: it must know of those just cancelled
        self.flush_model(["state", "date_from", "date_to", "user_id"])
        absences = super().create(vals_list)
        # sudo: whether the company asks superiors at all
        at_once = absences.filtered(
            lambda absence: (
                absence.sudo().user_id.company_id.crm_absence_auto_confirm
                or self.env.user._crm_decides_for(absence.user_id)
            )
        )
        at_once._crm_hold()
        (absences - at_once)._crm_ask()
        return absences

    def write(self, vals):
        if not self._crm_in_workflow() and not {
            "user_id",
            "date_from",
            "date_to",
            "reason",
        }.isdisjoint(vals):
            for absence in self:
                if absence.state != DRAFT:
                    raise UserError(
                        self.env._(
                            "What was confirmed or cancelled is not changed any more."
                            " Cancel it and enter another one."
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if any(absence.state != DRAFT for absence in self):
            raise UserError(
                self.env._(
                    "Only absences that nobody has confirmed are deleted. Cancel this"
                    " one."
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_confirm(self):
        """Confirm absences of people that one leads.

        :return: True
        :raise AccessError: when somebody else's superior has to
        :raise UserError: when one of them was confirmed or cancelled already
        """
        self.check_access("read")
        for absence in self:
            if not self.env.user._crm_decides_for(absence.user_id):
                raise AccessError(
                    self.env._("Only a superior of this person confirms absences.")
                )
            if absence.state != DRAFT:
                raise UserError(self.env._("This absence was decided on already."))
        self._crm_hold()
        self._crm_tell_person(self.env._("Your absence is confirmed"))
        return True

    def action_cancel(self):
        """Cancel absences: one's own that are not over, or those of one's people.

        :return: True
        :raise AccessError: when it is somebody else's
        :raise UserError: when it is over and one's own, or cancelled already
        """
        self.check_access("write")
        for absence in self:
            if absence.state == CANCELLED:
                raise UserError(self.env._("This absence is cancelled already."))
            if (
                absence.state == CONFIRMED
                and absence.date_to < absence._crm_today()
                and not self.env.user._crm_decides_for(absence.user_id)
            ):
                raise UserError(
                    self.env._("This absence is over. Ask your superior to cancel it.")
                )
        held = self.filtered(lambda absence: absence.state == CONFIRMED)
        self._crm_workflow().write({"state": CANCELLED, "arbiter_id": self.env.uid})
        held._crm_announce()
        self._crm_tell_person(self.env._("Your absence is cancelled"))
        return True

    def action_return(self):
        """Be back at work today: the absence ended yesterday.

        :return: True
        :raise AccessError: when it is somebody else's
        :raise UserError: when it is not running
        """
        self.check_access("write")
        for absence in self:
            if not absence.is_running:
                raise UserError(self.env._("This absence is not running."))
            yesterday = absence._crm_today() - timedelta(days=1)
            if yesterday < absence.date_from:
                absence._crm_workflow().write(
                    {"state": CANCELLED, "arbiter_id": self.env.uid}
                )
            else:
                absence._crm_workflow().write({"date_to": yesterday})
        self._crm_announce()
        return True

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_after_change(self, users):
        """Hook: confirmed absences of these people have begun to hold, or changed.

        For what stores dates that absences move. Called in the transaction of the
        change. Call ``super()``.

        :param users: res.users records
        """

    def _crm_today(self):
        """Return the day (date) it is for the person."""
        self.ensure_one()
        # sudo: the clock of a colleague
        zone = self.sudo().user_id.tz
        return fields.Date.context_today(self.with_context(tz=zone or self.env.tz.zone))

    def _crm_hold(self):
        """Let absences hold from now on."""
        if not self:
            return
        # sudo: company settings confirm what a person may only ask for
        self.sudo()._crm_workflow().write(
            {"state": CONFIRMED, "arbiter_id": self.env.uid}
        )
        self._crm_announce()

    def _crm_announce(self):
        """Tell whoever reckons with absences that some have changed."""
        if self:
            self.flush_recordset()
            # sudo: clocks belong to the system
            sudo_self = self.sudo()
            sudo_self._crm_after_change(sudo_self.user_id)

    def _crm_ask(self):
        """Tell the superiors that there is something to confirm."""
        for absence in self:
            absence._crm_tell(
                absence.user_id._crm_superiors(),
                self.env._("Please confirm: %(absence)s", absence=absence.display_name),
            )

    def _crm_tell_person(self, subject):
        for absence in self.filtered(lambda absence: absence.user_id != self.env.user):
            absence._crm_tell(absence.user_id, subject)

    def _crm_tell(self, users, subject):
        """Write to colleagues about this absence."""
        self.ensure_one()
        if users:
            self.message_notify(
                # sudo: the addresses of colleagues
                partner_ids=users.sudo().partner_id.ids,
                subject=subject,
                body=self.display_name,
            )
