from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools.arguments import as_id, as_text
from .crm_approval import PENDING, REJECTED, WITHDRAWN

APPROVE, REJECT = "approve", "reject"
# whoever waits does not ring the bell all day
URGE_EVERY = timedelta(hours=1)


class CrmApproval(models.Model):
    """What people do with an approval; each of these is called over the API as well."""

    _inherit = "crm.approval"

    def action_approve(self, note=""):
        """Approve, for oneself and for those whose deputy one is today.

        Of several, those that wait for somebody else or were decided are left alone.

        :param str note: a remark for the history
        :return: number of documents decided on now (int); 0 for what one has approved
            before
        :raise AccessError: when it is somebody else's turn
        :raise UserError: when it was decided already, or changed since it was submitted
        """
        return self._crm_decide(APPROVE, as_text(note))

    def action_reject(self, note=""):
        """Reject: the document goes back to whoever submitted it.

        :param str note: why; needed unless the rule does without
        :return: number of documents decided on now (int)
        :raise AccessError: when it is somebody else's turn
        :raise UserError: when it was decided already, or without a reason
        """
        note = as_text(note)
        self.check_access("read")
        if not note and any(approval.needs_reason for approval in self):
            raise UserError(self.env._("Say why you reject it."))
        return self._crm_decide(REJECT, note)

    def action_ask_reject(self):
        """Open the dialog that asks for the reason.

        :return: an action (dict)
        """
        return self._crm_dialog("reject", self.env._("Reject"))

    def action_ask_forward(self):
        """Open the dialog that asks whom it is forwarded to.

        :return: an action (dict)
        """
        return self._crm_dialog("forward", self.env._("Forward"))

    def action_ask_countersign(self):
        """Open the dialog that asks who counter-signs.

        :return: an action (dict)
        """
        return self._crm_dialog("countersign", self.env._("Counter-Signature"))

    def action_withdraw(self, reason=""):
        """Take a document back that nobody has decided on yet.

        :param str reason: for the history
        :return: number of documents (int)
        :raise AccessError: by anybody but whoever submitted it or is in charge of it
        :raise UserError: when it was decided already
        """
        approvals = self._crm_lock_approvals()
        for approval in approvals:
            if not approval._crm_may_withdraw(self.env.user):
                raise AccessError(
                    self.env._(
                        "Only whoever submitted %(name)s may withdraw it.",
                        name=approval.name,
                    )
                )
            if approval.state != PENDING:
                raise UserError(approval._crm_decided_text())
        for approval in approvals:
            approval._crm_finish(WITHDRAWN, as_text(reason))
        return len(approvals)

    def action_urge(self):
        """Remind those whose turn it is; once an hour at most.

        :return: number of people reminded (int)
        :raise AccessError: by anybody but whoever submitted it or is in charge of it
        :raise UserError: when it was decided, or they were reminded just now
        """
        urged = 0
        for approval in self._crm_lock_approvals():
            if not approval._crm_may_withdraw(self.env.user):
                raise AccessError(self.env._("Only whoever submitted it may urge."))
            if approval.state != PENDING:
                raise UserError(approval._crm_decided_text())
            limit = fields.Datetime.now() - URGE_EVERY
            if approval.log_ids.filtered(
                lambda log, limit=limit: log.kind == "urge" and log.logged_at > limit
            ):
                raise UserError(
                    self.env._("They were reminded within the last hour already.")
                )
            users = approval.waiting_user_ids
            approval._crm_log("urge", to_user=users)
            approval._crm_tell(
                users, self.env._("Please approve soon: %(name)s", name=approval.name)
            )
            urged += len(users)
        return urged

    def action_forward(self, user_id, note=""):
        """Let a colleague decide instead.

        :param int user_id: id of the colleague
        :param str note: what the colleague is told
        :return: True
        :raise AccessError: when it is somebody else's turn
        :raise UserError: when it was decided already, or the colleague cannot decide
        """
        self.ensure_one()
        approval = self._crm_lock_approvals()
        steps = approval._crm_my_steps()
        user = approval._crm_colleagues([user_id])
        step = steps[0]
        steps.write({"state": "forwarded", "decided_at": fields.Datetime.now()})
        approval._crm_log(
            "forward",
            step,
            from_user=step.user_id,
            to_user=user,
            note=as_text(note),
        )
        approval._crm_add_steps(step, "forward", step.turn, step.mode, user)
        approval._crm_advance()
        return True

    def action_countersign(self, user_ids, when="before", note=""):
        """Ask colleagues to sign as well, all of them.

        :param list user_ids: ids of the colleagues
        :param str when: ``before`` oneself, or ``after``: that approves it for oneself
        :param str note: what the colleagues are told
        :return: True
        :raise AccessError: when it is somebody else's turn
        :raise UserError: when it was decided already, or a colleague cannot decide
        """
        self.ensure_one()
        if when not in ("before", "after"):
            raise UserError(self.env._("Counter-signing comes before or after."))
        approval = self._crm_lock_approvals()
        step = approval._crm_my_steps()[0]
        users = approval._crm_colleagues(user_ids)
        turns = approval.step_ids.mapped("turn")
        if when == "before":
            near = max((turn for turn in turns if turn < step.turn), default=0)
        else:
            near = min(
                (turn for turn in turns if turn > step.turn), default=step.turn + 1
            )
        approval._crm_log("countersign", step, to_user=users, note=as_text(note))
        approval._crm_add_steps(step, when, (near + step.turn) / 2, "all", users)
        if when == "after":
            approval._crm_decide_one(APPROVE, as_text(note))
        else:
            approval._crm_advance()
        return True

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_dialog(self, kind, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crm.approval.decision",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_approval_id": self.id, "default_kind": kind},
        }

    def _crm_lock_approvals(self):
        """Return these approvals (sudo, in the workflow), locked and read afresh.

        Whoever comes second gets a serialization error, is replayed by Odoo, and reads
        here what the first one decided.
        """
        self.check_access("read")
        if not self:
            raise UserError(self.env._("Choose at least one document."))
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "SELECT id FROM crm_approval WHERE id IN %s ORDER BY id FOR UPDATE",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset()
        # sudo: approvals change by their methods only
        self.sudo().step_ids.invalidate_recordset()
        return self.sudo()._crm_workflow()

    def _crm_decide(self, decision, note):
        """Decide on these; return how many there were to decide on (int)."""
        approvals = self._crm_lock_approvals()
        if len(approvals) > 1:
            mine = approvals.filtered(
                lambda approval: (
                    approval.state == PENDING and approval._crm_find_my_steps()
                )
            )
            if not mine:
                raise UserError(self.env._("None of these waits for you."))
            approvals = mine
        return sum(approval._crm_decide_one(decision, note) for approval in approvals)

    def _crm_decide_one(self, decision, note):
        """Decide one's own steps of one approval; return 1, or 0 for a second click."""
        self.ensure_one()
        state = "approved" if decision == APPROVE else "rejected"
        if not self._crm_find_my_steps() and self.step_ids.filtered(
            lambda step: step.state == state and step.decided_by_id == self.env.user
        ):
            # the same person, the same answer: a double click, or a replayed request
            return 0
        steps = self._crm_my_steps()
        if decision == APPROVE:
            self._crm_check_unchanged()
        now = fields.Datetime.now()
        for step in steps:
            step.write(
                {
                    "state": state,
                    "decided_at": now,
                    "decided_by_id": self.env.uid,
                    "note": note,
                }
            )
            self._crm_log(
                decision,
                step,
                from_user=step.user_id if step.user_id != self.env.user else None,
                note=note,
            )
        if decision == APPROVE:
            self._crm_advance()
        else:
            self._crm_finish(REJECTED, note)
        return 1

    def _crm_find_my_steps(self):
        """Return the steps that the current user may decide now."""
        if self.state != PENDING:
            return self.env["crm.approval.step"]
        return self.step_ids.filtered(
            lambda step: (
                step.state == "pending" and self.env.user in self._crm_deciders(step)
            )
        )

    def _crm_my_steps(self):
        """Return the steps that the current user may decide now, at least one.

        :raise UserError: when it was decided already
        :raise AccessError: when it is somebody else's turn
        """
        if self.state != PENDING:
            raise UserError(self._crm_decided_text())
        if steps := self._crm_find_my_steps():
            return steps
        raise AccessError(
            self.env._(
                "%(name)s waits for %(users)s, not for you.",
                name=self.name,
                users=", ".join(self.waiting_user_ids.mapped("name")),
            )
        )

    def _crm_decided_text(self):
        """Return the text that says what became of this and by whom (str)."""
        states = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(name)s was decided already: %(state)s, by %(user)s.",
            name=self.name,
            state=states[self.state],
            user=self.decided_by_id.name or "",
        )

    def _crm_colleagues(self, user_ids):
        """Return the colleagues (sudo) with these ids who may be asked as well."""
        given = user_ids if isinstance(user_ids, (list, tuple)) else []
        ids = {as_id(one) for one in given}
        # sudo: who works here is no secret
        users = self.env["res.users"].sudo().browse(filter(None, ids)).exists()
        if not users or len(users) != len(ids):
            raise UserError(self.env._("Choose colleagues."))
        asked = (
            self._crm_open_steps()
            .filtered(lambda step: step.state == "pending")
            .user_id
        )
        for user in users:
            if user.share or not user.active:
                raise UserError(self.env._("%(user)s is no colleague.", user=user.name))
            if user in self.requester_id | self.owner_id | self.env.user | asked:
                raise UserError(
                    self.env._(
                        "%(user)s has submitted it, is in charge of it, or is asked"
                        " already.",
                        user=user.name,
                    )
                )
        return users

    def _crm_add_steps(self, step, kind, turn, mode, users):
        """Add approvers beside those of the rule; they have as much time."""
        # sudo: approvers are written by the system
        self.env["crm.approval.step"].sudo()._crm_workflow().create(
            [
                {
                    "approval_id": self.id,
                    "turn": turn,
                    "name": step.name,
                    "kind": kind,
                    "mode": mode,
                    "user_id": user.id,
                    "why": self.env._("Asked by %(user)s", user=self.env.user.name),
                    "hours": step.hours,
                    "escalate": step.escalate,
                }
                for user in users
            ]
        )
