from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Hand-overs of up to so many records are finished at once, in one transaction
AT_ONCE = 200


class CrmHandover(models.Model):
    """The desk of somebody who leaves, handed over in one go.

    A hand-over is planned into rows, one for each record and field; rows are worked off
    in steps, each committed, so that a run that is interrupted goes on where it
    stopped. Then every model is searched for what is left. Each row remembers what it
    changed, which is what :meth:`action_undo` puts back.
    """

    _name = "crm.handover"
    _description = "Hand-over"
    _inherit = ["crm.workflow.mixin"]
    _order = "id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        "Leaver",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
        context={"active_test": False},
    )
    successor_id = fields.Many2one(
        "res.users",
        ondelete="restrict",
        domain=lambda self: self._domain_successor_id(),
        help="Takes over the teams led, meetings, and whatever no rule gives to"
        " somebody else.",
    )
    mode = fields.Selection(
        [
            ("one", "All to the successor"),
            ("round_robin", "In turn to several colleagues"),
            ("team", "In turn to the members of a team"),
            ("territory", "By territory"),
            ("list", "By a list"),
        ],
        "Customers Go",
        required=True,
        default="one",
    )
    dealt_user_ids = fields.Many2many(
        "res.users",
        "crm_handover_dealt_rel",
        "handover_id",
        "user_id",
        "Colleagues",
        domain=lambda self: self._domain_successor_id(),
    )
    team_id = fields.Many2one("crm.team", ondelete="restrict")
    target_ids = fields.One2many("crm.handover.target", "handover_id", "Territories")
    list_text = fields.Text(
        "List",
        help="One customer a line: its number and the log-in of whoever takes over,"
        " with a tab, comma or blank between, as pasted from a spreadsheet.",
    )
    reason = fields.Char(required=True, help="Kept in the ledger of every customer.")
    leave_teams = fields.Boolean(
        "Leave the Teams",
        default=True,
        help="End the memberships. Superiors keep reading what was done.",
    )
    close_account = fields.Boolean("Close the Account", default=True)
    end_access = fields.Boolean(
        "End Sessions and API Keys",
        default=True,
        help="API keys are deleted for good; undoing the hand-over does not bring them"
        " back.",
    )

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("done", "Done"),
            ("undoing", "Being Undone"),
            ("undone", "Undone"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    batch_id = fields.Char(readonly=True, copy=False, index="btree_not_null")
    actor_id = fields.Many2one("res.users", "Done By", readonly=True, copy=False)
    started_at = fields.Datetime(readonly=True, copy=False)
    finished_at = fields.Datetime(readonly=True, copy=False)
    undone_at = fields.Datetime(readonly=True, copy=False)
    undone_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    # whether this hand-over closed the account, so that undoing it opens it again
    has_closed = fields.Boolean(readonly=True, copy=False)
    row_ids = fields.One2many("crm.handover.row", "handover_id", "Rows", copy=False)
    row_count = fields.Integer("Records", compute="_compute_rows")
    failed_count = fields.Integer("Not Handed Over", compute="_compute_rows")
    progress = fields.Float(compute="_compute_rows")
    finding_ids = fields.One2many(
        "crm.handover.finding", "handover_id", "On the Desk", copy=False
    )
    checked_at = fields.Datetime("Searched On", readonly=True, copy=False)
    checked_fields = fields.Integer("Fields Searched", readonly=True, copy=False)
    open_count = fields.Integer("Still Open", compute="_compute_found", store=True)
    unknown_count = fields.Integer("Not Covered", compute="_compute_found", store=True)

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.model
    def _domain_successor_id(self):
        return self.env["crm.customer.transfer"]._domain_user_id()

    @api.depends("row_ids.state")
    def _compute_rows(self):
        counts = {handover.id: {} for handover in self}
        # sudo: whoever reads a hand-over reads how far it is
        for handover, state, count in (
            self.env["crm.handover.row"]
            .sudo()
            ._read_group(
                [("handover_id", "in", self.ids)], ["handover_id", "state"], ["__count"]
            )
        ):
            counts[handover.id][state] = count
        for handover in self:
            states = counts.get(handover.id, {})
            handover.row_count = sum(states.values())
            handover.failed_count = states.get("failed", 0) + states.get("changed", 0)
            todo = states.get("todo", 0)
            handover.progress = (
                100.0 * (handover.row_count - todo) / handover.row_count
                if handover.row_count
                else 0.0
            )

    @api.depends("finding_ids.record_count", "finding_ids.status")
    def _compute_found(self):
        for handover in self:
            found = handover.finding_ids.grouped("status")
            handover.open_count = sum(
                found.get("open", self.finding_ids.browse()).mapped("record_count")
            )
            handover.unknown_count = sum(
                found.get("unknown", self.finding_ids.browse()).mapped("record_count")
            )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "state",
            "batch_id",
            "actor_id",
            "started_at",
            "finished_at",
            "undone_at",
            "undone_by_id",
            "has_closed",
            "row_ids",
            "finding_ids",
            "checked_at",
            "checked_fields",
        }

    @api.model_create_multi
    def create(self, vals_list):
        handovers = super().create(vals_list)
        handovers.user_id._crm_check_administrates()
        return handovers

    def write(self, vals):
        if not self._crm_in_workflow():
            if any(handover.state != "draft" for handover in self):
                raise AccessError(
                    self.env._("A hand-over cannot be changed once it has begun.")
                )
            if "user_id" in vals:
                self.env["res.users"].browse(vals["user_id"])._crm_check_administrates()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if any(handover.state != "draft" for handover in self):
            raise UserError(
                self.env._("A hand-over that has begun is kept, for audit and undo.")
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_check(self):
        """Search every model for what is open on the leaver's desk.

        :return: True; the result is in ``finding_ids``, ``open_count`` and
            ``unknown_count``
        :raise AccessError: the leaver is not one of your people
        """
        self.ensure_one()
        self.check_access("read")
        self._crm_check_actor()
        self._crm_find()
        return True

    def action_start(self):
        """Hand over everything that is open, and close the account if asked.

        Up to 200 records are done when this returns; more are worked off in the
        background, and ``progress`` tells how far it is.

        :return: dict: ``state``, ``batch_id``, ``rows`` (int), ``failed`` (int),
            ``open`` (int: left open, when it is done)
        :raise AccessError: the leaver is not one of your people, or has higher rights
        :raise UserError: no successor, a successor who cannot own customers, a list
            with unknown customers or log-ins
        """
        self.ensure_one()
        self.check_access("write")
        self._crm_lock_row()
        if self.state != "draft":
            raise UserError(self.env._("This hand-over has begun already."))
        self._crm_check_actor()
        self._crm_check_targets()
        self._crm_workflow().write(
            {
                "state": "running",
                "batch_id": uuid4().hex,
                "actor_id": self.env.uid,
                "started_at": fields.Datetime.now(),
            }
        )
        self._crm_plan()
        if self.close_account and self.user_id.active:
            # first of all, so that nothing arrives any more
            self._crm_workflow().has_closed = True
            self.user_id.action_close_account(self.end_access)
        elif self.end_access:
            self.user_id._crm_end_access()
        self._crm_log_operation(
            "handover",
            self.env._(
                "%(user)s hands over %(count)s records",
                # sudo: the name of a colleague
                user=self.user_id.sudo().name,
                count=self.row_count,
            ),
        )
        if self.row_count <= AT_ONCE:
            while self._crm_step():
                pass
        else:
            self._crm_trigger()
        return self._crm_result()

    def action_continue(self):
        """Try again what was not handed over, after its cause has been removed.

        :return: dict, as :meth:`action_start`
        :raise UserError: when it has not begun, or was undone
        """
        self.ensure_one()
        self.check_access("write")
        self._crm_lock_row()
        if self.state not in ("running", "done"):
            raise UserError(self.env._("There is nothing to go on with."))
        self._crm_check_actor()
        # sudo: rows are kept by the system
        failed = self.row_ids.sudo().filtered(lambda row: row.state == "failed")
        failed._crm_workflow().write({"state": "todo", "message": False})
        self._crm_workflow().write({"state": "running", "actor_id": self.env.uid})
        self._crm_plan()
        if len(self._crm_todo(AT_ONCE + 1)) <= AT_ONCE:
            while self._crm_step():
                pass
        else:
            self._crm_trigger()
        return self._crm_result()

    def action_undo(self):
        """Put everything back: owners, plans, activities, memberships, the account.

        What somebody has changed since is left as it is and listed: its row says
        *Changed Since*. API keys stay deleted. Many records are put back in the
        background.

        :return: dict: ``state``, ``undone`` (int), ``changed`` (int)
        :raise AccessError: the leaver is not one of your people
        :raise UserError: when it is not done
        """
        self.ensure_one()
        self.check_access("write")
        self._crm_lock_row()
        if self.state != "done":
            raise UserError(self.env._("Only a finished hand-over can be undone."))
        self._crm_check_actor()
        if self.has_closed and not self.user_id.active:
            # sudo: who closed the account by this hand-over may take it back
            self.user_id.sudo().action_unarchive()
        self._crm_workflow().write(
            {
                "state": "undoing",
                "actor_id": self.env.uid,
                "undone_by_id": self.env.uid,
                "undone_at": fields.Datetime.now(),
            }
        )
        if self.row_count <= AT_ONCE:
            while self._crm_step():
                pass
        else:
            self._crm_trigger()
        counts = self._crm_row_counts()
        return {
            "state": self.state,
            "undone": counts.get("undone", 0),
            "changed": counts.get("changed", 0),
        }

    def action_open_rows(self):
        """Open the rows of this hand-over; return the action (dict)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_handover_row_action"
        )
        action["domain"] = [("handover_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_open_failed(self):
        """Open the rows that were not handed over; return the action (dict)."""
        action = self.action_open_rows()
        action["context"] = {"search_default_failed": True}
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_check_actor(self):
        """Refuse whoever may not hand over this desk.

        :raise AccessError: not one of the actor's people, or with higher rights
        """
        if not self.actor_id or self.actor_id != self.env.user:
            self.user_id._crm_check_administrates()

    def _crm_lock_row(self):
        """Let one call at a time work on this hand-over."""
        self._crm_lock()
        self.invalidate_recordset(["state"])

    def _crm_successors(self):
        """Hook: return everybody (res.users) who takes over something."""
        users = self.successor_id
        if self.mode == "round_robin":
            users |= self.dealt_user_ids
        elif self.mode == "team":
            users |= self._crm_team_members()
        elif self.mode == "territory":
            users |= self.target_ids.user_id
        elif self.mode == "list":
            users |= self.env["res.users"].union(*self._crm_parse_list().values())
        return users

    def _crm_check_targets(self):
        """Refuse a hand-over whose parts do not fit.

        :raise UserError: says what is missing
        """
        if not self.successor_id:
            raise UserError(self.env._("Choose the successor."))
        if self.mode == "round_robin" and not self.dealt_user_ids:
            raise UserError(self.env._("Choose the colleagues who take over in turn."))
        if self.mode == "team" and not self._crm_team_members():
            raise UserError(
                self.env._("Choose a team with members who can own customers.")
            )
        if self.mode == "territory" and not self.target_ids:
            raise UserError(self.env._("Say who takes over which territory."))
        users = self._crm_successors()
        if self.user_id in users:
            raise UserError(self.env._("The leaver cannot be a successor."))
        users._crm_check_can_own()

    def _crm_team_members(self):
        """Return the members (res.users) of the team who can own customers."""
        # sudo: who is in which team is no secret
        members = self.team_id.sudo().member_ids - self.user_id
        return members.filtered(
            lambda user: (
                user.active
                and not user.share
                and user._crm_has_group("crm_base.group_salesperson")
            )
        ).sorted("id")

    def _crm_find(self):
        """Search every model, and keep what was found."""
        findings = self.user_id._crm_desk_findings()
        # sudo: findings are kept by the system
        handover = self.sudo()._crm_workflow()
        handover.finding_ids.unlink()
        handover.env["crm.handover.finding"]._crm_workflow().create(
            [
                {
                    "handover_id": self.id,
                    "model": finding["model"],
                    "field": finding["field"],
                    "status": finding["status"],
                    "record_count": finding["count"],
                }
                for finding in findings
            ]
        )
        handover.write(
            {
                "checked_at": fields.Datetime.now(),
                "checked_fields": len(self.env["res.users"]._crm_person_fields()),
            }
        )

    def _crm_row_counts(self):
        """Return the number of rows by state (dict)."""
        return dict(
            self.env["crm.handover.row"]
            .sudo()  # sudo: rows are kept by the system
            ._read_group([("handover_id", "=", self.id)], ["state"], ["__count"])
        )

    def _crm_result(self):
        self.invalidate_recordset(["row_count", "failed_count", "progress"])
        return {
            "state": self.state,
            "batch_id": self.batch_id,
            "rows": self.row_count,
            "failed": self.failed_count,
            "open": self.open_count,
        }

    def _crm_log_operation(self, code, summary, **details):
        self.env["crm.operation.log"]._crm_log(
            code,
            summary,
            "crm.handover",
            self.ids,
            details={"batch_id": self.batch_id, **details},
        )
