from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.approval import canonical, digest
from .crm_approval import APPROVED, PENDING, REJECTED, WITHDRAWN
from .crm_approval_step import OPEN_STEPS

# how often a deputy's deputy is looked for
MOST_DEPUTIES = 3
DAY = 24


class CrmApproval(models.Model):
    """How an approval goes from turn to turn."""

    _inherit = "crm.approval"

    # ------------------------------------------------------------
    # BEGINNING
    # ------------------------------------------------------------

    @api.model
    def _crm_submit(self, document, note):
        """Submit a document, locked and checked; return its approval (sudo).

        :param document: one record of a model that can be approved
        :param str note: what the approvers are told
        """
        # sudo: the rules look at all of it
        document = document.sudo()
        facts = document._crm_approval_facts()
        plan = self.env["crm.approval.rule"]._crm_plan(document, facts)
        snapshot = document._crm_approval_snapshot()
        partner = document._crm_approval_partner_record()
        # the database refuses a second one: it must know of what was decided just now
        self.flush_model(["state", "res_model", "res_id"])
        # sudo: approvals are written by the system
        approval = (
            self.sudo()
            ._crm_workflow()
            .create(
                {
                    "name": document._crm_approval_name(),
                    "res_model": document._name,
                    "res_id": document.id,
                    "rule_id": plan.rule.id,
                    "company_id": facts.company.id,
                    "partner_id": partner.id,
                    "requester_id": facts.requester.id,
                    "owner_id": facts.owner.id,
                    "submitted_at": fields.Datetime.now(),
                    "amount": facts.amount,
                    "currency_id": facts.company.currency_id.id,
                    "discount": facts.discount,
                    "note": note,
                    "summary": document._crm_approval_summary(),
                    "snapshot": snapshot,
                    "fingerprint": digest(canonical(snapshot)),
                    "needs_reason": not plan.rule or plan.rule.reject_needs_reason,
                    "involved_user_ids": [
                        fields.Command.set((facts.requester | facts.owner).ids)
                    ],
                }
            )
        )
        approval._crm_log("submit", note=note)
        approval._crm_make_steps(plan)
        document._crm_workflow().write(
            {"approval_id": approval.id, "approval_state": PENDING}
        )
        document._crm_workflow()._crm_approval_submitted(approval)
        approval._crm_advance()
        return approval

    def _crm_make_steps(self, plan):
        values = []
        for number, turn in enumerate(plan.turns, 1):
            if not turn.users:
                self._crm_log("nobody", note=f"{turn.name}: {turn.why}")
            values += [
                {
                    "approval_id": self.id,
                    "turn": number,
                    "name": turn.name,
                    "mode": turn.mode,
                    "user_id": user.id,
                    "why": turn.why,
                    "hours": turn.hours,
                    "escalate": turn.escalate,
                }
                for user in turn.users
            ]
        # sudo: as the approval
        self.env["crm.approval.step"].sudo()._crm_workflow().create(values)

    # ------------------------------------------------------------
    # GOING ON
    # ------------------------------------------------------------

    def _crm_advance(self):
        """Ask the next ones, or end it where everybody has approved."""
        self.ensure_one()
        while steps := self._crm_open_steps():
            turn = min(steps.mapped("turn"))
            current = steps.filtered(lambda step, turn=turn: step.turn == turn)
            self._crm_skip_known(current)
            current -= self._crm_skip_needless(turn)
            current = current.filtered(lambda step: step.state in OPEN_STEPS)
            if current:
                self._crm_ask(current)
                (steps - current).filtered(lambda step: step.state == "pending").write(
                    {"state": "waiting"}
                )
                self._crm_tell_new(self._crm_refresh())
                return
        self._crm_finish(APPROVED)

    def _crm_open_steps(self):
        return self.step_ids.filtered(lambda step: step.state in OPEN_STEPS)

    def _crm_skip_known(self, steps):
        """Approve in the name of those who have approved on an earlier level."""
        if self.rule_id and not self.rule_id.skip_repeated:
            return
        known = self.step_ids.filtered(
            lambda step: step.state == "approved" and step.decided_by_id == step.user_id
        ).user_id
        for step in steps:
            if step.kind == "level" and step.user_id in known:
                step.write(
                    {
                        "state": "approved",
                        "decided_at": fields.Datetime.now(),
                        "decided_by_id": step.user_id.id,
                    }
                )
                self._crm_log("skip", step, to_user=step.user_id)

    def _crm_skip_needless(self, turn):
        """Ask nobody else of a turn that one has approved; return those (steps)."""
        steps = self.step_ids.filtered(lambda step: step.turn == turn)
        if any(step.mode == "any" and step.state == "approved" for step in steps):
            needless = steps.filtered(lambda step: step.state in OPEN_STEPS)
            needless.write({"state": "skipped"})
            return needless
        return steps.browse()

    def _crm_ask(self, steps):
        now = fields.Datetime.now()
        for step in steps.filtered(lambda step: step.state == "waiting"):
            step.write(
                {
                    "state": "pending",
                    "started_at": step.started_at or now,
                    "deadline_at": step.deadline_at
                    or self._crm_deadline(now, step.hours),
                }
            )

    def _crm_deadline(self, start, hours):
        """Return when the time allowed is over; whole days are working days."""
        if not hours:
            return False
        days, rest = divmod(hours, DAY)
        day = self.env["crm.workday"]._crm_add(self.company_id, start.date(), days)
        return start + timedelta(days=(day - start.date()).days, hours=rest)

    def _crm_refresh(self):
        """Note down whose turn it is, by now; return who is new (res.users).

        Absences, delegations, hand-overs and escalations change who that is.
        """
        new = self.env["res.users"]
        # sudo: approvals are written by the system
        for approval in self.sudo()._crm_workflow():
            waiting = new.browse()
            pending = approval.step_ids.filtered(lambda step: step.state == "pending")
            for step in pending:
                waiting |= approval._crm_deciders(step)
            values = {
                "turn_name": pending[:1].name,
                "deadline_at": min(
                    filter(None, pending.mapped("deadline_at")), default=0
                )
                or False,
            }
            # sudo: in whose environment people are read makes no difference
            waiting = waiting.sudo()
            if waiting != approval.waiting_user_ids:
                values["waiting_user_ids"] = [fields.Command.set(waiting.ids)]
            if missing := waiting - approval.involved_user_ids:
                values["involved_user_ids"] = [
                    fields.Command.link(user.id) for user in missing
                ]
            new |= waiting - approval.waiting_user_ids
            approval.write(values)
        return new

    def _crm_tell_new(self, users):
        if users and self.state == PENDING:
            self._crm_tell(
                users, self.env._("Please approve: %(name)s", name=self.name)
            )

    def _crm_deciders(self, step):
        """Return who may decide a step now (res.users)."""
        excluded = self._crm_concerned()
        users = self._crm_acting(step.user_id, excluded)
        if step.escalated_at:
            above = step.user_id._crm_superiors()
            users |= (above or self.env["crm.approval.level"]._crm_bosses()) - excluded
        return users

    def _crm_concerned(self):
        """Return who must not decide on it (res.users): it is theirs."""
        concerned = self.requester_id | self.owner_id
        if document := self._crm_document():
            # it may have been handed over since it was submitted
            concerned |= document._crm_approval_value("owner") or concerned.browse()
        return concerned

    @api.model
    def _crm_acting(self, users, excluded):
        """Return who decides for these people today (res.users), themselves included.

        :param users: res.users
        :param excluded: res.users who must not decide
        """
        # sudo: that somebody is away matters to whoever waits for the decision
        found = todo = users.sudo()
        for _depth in range(MOST_DEPUTIES):
            todo = self._crm_deputies(todo) - found
            if not todo:
                break
            found |= todo
        acting = found.filtered("active") - excluded
        if not acting:
            acting = self.env["crm.approval.level"]._crm_bosses() - excluded
        return acting

    @api.model
    def _crm_deputies(self, users):
        """Return who stands in for these people today (res.users, sudo).

        The day is that of the person, whoever asks, from wherever.
        """
        now = fields.Datetime.now()
        near = [
            ("user_id", "in", users.ids),
            ("date_from", "<=", now.date() + timedelta(days=1)),
            ("date_to", ">=", now.date() - timedelta(days=1)),
        ]

        def is_running(one):
            zone = one.user_id.tz or self.env.tz.zone
            today = fields.Date.context_today(one.with_context(tz=zone), now)
            return one.date_from <= today <= one.date_to

        # sudo: as in _crm_acting
        delegations = self.env["crm.approval.delegation"].sudo().search(near)
        delegations = delegations.filtered(is_running)
        absences = self.env["crm.absence"].sudo()
        absences = absences.search([*near, ("state", "=", "confirmed")])
        absences = absences.filtered(is_running)
        deputies = delegations.delegate_id | absences.substitute_id
        alone = users.filtered(lambda user: not user.active) | (
            absences.filtered(lambda absence: not absence.substitute_id).user_id
            - delegations.user_id
        )
        for user in alone:
            deputies |= user._crm_superiors()
        return deputies

    # ------------------------------------------------------------
    # ENDING
    # ------------------------------------------------------------

    def _crm_finish(self, state, note=""):
        """End it, and let the document know; once, in the transaction of the deed."""
        self.ensure_one()
        self._crm_open_steps().write({"state": "skipped"})
        self.write(
            {
                "state": state,
                "decided_at": fields.Datetime.now(),
                "decided_by_id": self.env.uid,
                "decision_note": note,
                "waiting_user_ids": [fields.Command.clear()],
                "deadline_at": False,
                "turn_name": False,
            }
        )
        self._crm_log("withdraw" if state == WITHDRAWN else "done", note=note)
        document = self._crm_document()
        if not document:
            return
        document = document._crm_workflow()
        document.write({"approval_state": "none" if state == WITHDRAWN else state})
        if state == APPROVED:
            document._crm_approval_approved(self)
        elif state == REJECTED:
            document._crm_approval_rejected(self)
        else:
            document._crm_approval_withdrawn(self)
        if state != WITHDRAWN:
            self._crm_tell_result(document)

    def _crm_tell_result(self, document):
        text = (
            self.env._("Approved: %(name)s", name=self.name)
            if self.state == APPROVED
            else self.env._("Rejected: %(name)s", name=self.name)
        )
        self._crm_tell(self.requester_id | self.owner_id, text)
        if isinstance(document, self.env.registry["mail.thread"]):
            document.message_post(
                body=": ".join(filter(None, [text, self.decision_note]))
            )

    # ------------------------------------------------------------
    # HISTORY
    # ------------------------------------------------------------

    def _crm_log(self, kind, step=None, from_user=None, to_user=None, note=""):
        """Add a row to the history, sealed by the one before.

        :param str kind: of crm.approval.log
        :param step: crm.approval.step that it happened to
        :param from_user: res.users in whose place
        :param to_user: res.users whom it went to
        """
        self.ensure_one()
        # sudo: the history is written by the system
        Log = self.env["crm.approval.log"].sudo()._crm_workflow()
        approval = self.sudo()._crm_workflow()
        values = {
            **Log._crm_log_author(),
            "approval_id": approval.id,
            "number": approval.log_count + 1,
            "kind": kind,
            "step_number": step.id if step else 0,
            "level_name": step.name if step else False,
            "from_name": from_user.sudo().name if from_user else False,
            "to_name": ", ".join(to_user.sudo().mapped("name")) if to_user else False,
            "note": note or False,
            "state_after": approval.state,
            "fingerprint": approval.fingerprint,
            "previous_hash": approval.log_hash or "",
        }
        values["hash"] = Log._crm_hash(values)
        Log.create(values)
        approval.write({"log_count": values["number"], "log_hash": values["hash"]})

    def _crm_check_unchanged(self):
        """Refuse to approve what is not what was submitted.

        :raise UserError: names what differs
        """
        document = self._crm_document()
        if not document:
            raise UserError(self.env._("This was deleted in the meantime."))
        labels = document._crm_approval_differences(self.snapshot or {})
        if labels:
            raise UserError(
                self.env._(
                    "%(name)s was changed after it was submitted (%(fields)s). It has"
                    " to be withdrawn and submitted again.",
                    name=self.name,
                    fields=", ".join(labels),
                )
            )
