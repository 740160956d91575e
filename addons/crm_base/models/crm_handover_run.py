import logging

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

# Records handed over in one step, that is between two commits of the scheduler
STEP = 500
# What arrives on the desk while it is being cleared is picked up so many times
PASSES = 3
# States in which the scheduler works on a hand-over
WORKING = ("running", "undoing")


class CrmHandover(models.Model):
    """A hand-over at work: step by step, each of them committed."""

    _inherit = "crm.handover"

    def _crm_trigger(self):
        # sudo: the job is the system's, what it does is checked above
        self.env.ref("crm_base.ir_cron_handover").sudo()._trigger()

    def _crm_todo(self, limit):
        """Return the next rows to work off (sudo)."""
        # sudo: rows are kept by the system
        return (
            self.env["crm.handover.row"]
            .sudo()
            .search(
                [("handover_id", "=", self.id), ("state", "=", "todo")],
                order="stage, id",
                limit=limit,
            )
        )

    def _crm_step(self):
        """Work off the next rows; return how many (int), 0 when all is done."""
        if self.state == "undoing":
            count = self._crm_undo_step(STEP)
            if not count:
                self._crm_finish_undo()
            return count
        rows = self._crm_todo(STEP)
        if not rows:
            # sudo: rows are kept by the system
            last = (
                self.env["crm.handover.row"]
                .sudo()
                .search([("handover_id", "=", self.id)], order="run desc", limit=1)
            )
            if last.run < PASSES and self._crm_plan(last.run + 1):
                return self._crm_step()
            self._crm_finish()
            return 0
        # what hangs on a customer is worked off when the customer has moved
        rows = rows.filtered(lambda row: row.stage == rows[0].stage)
        self._crm_apply(rows)
        return len(rows)

    def _crm_finish(self):
        """End a run: prove that nothing is left, and tell the successors."""
        self._crm_find()
        # sudo: the state is kept by the system
        self.sudo()._crm_workflow().write(
            {"state": "done", "finished_at": fields.Datetime.now()}
        )
        self._crm_tell_successors()
        _logger.info(
            "hand-over %s of user %s done: %s rows, %s left open",
            self.id,
            self.user_id.id,
            self.row_count,
            self.open_count,
        )

    def _crm_finish_undo(self):
        """End an undo: the desk is searched again, and the log tells."""
        counts = self._crm_row_counts()
        # sudo: the state is kept by the system
        self.sudo()._crm_workflow().state = "undone"
        self._crm_find()
        self._crm_log_operation(
            "handover_undo",
            self.env._(
                "Hand-over of %(user)s undone: %(count)s records",
                # sudo: the name of a colleague
                user=self.user_id.sudo().name,
                count=counts.get("undone", 0),
            ),
            changed=counts.get("changed", 0),
        )

    def _crm_tell_successors(self):
        """Tell everybody who took over customers how many, in one message each."""
        for user, count in self.env["crm.handover.row"]._read_group(
            [
                ("handover_id", "=", self.id),
                ("op", "=", "customer"),
                ("state", "=", "done"),
            ],
            ["to_user_id"],
            ["__count"],
        ):
            if user == self.env.user:
                continue
            self.env["mail.thread"].message_notify(
                # sudo: the address and the name of a colleague
                partner_ids=user.sudo().partner_id.ids,
                subject=self.env._("You took over %(count)s customers", count=count),
                body=self.env._(
                    "%(count)s customers of %(user)s are yours now. %(reason)s",
                    count=count,
                    user=self.user_id.sudo().name,
                    reason=self.reason,
                ),
            )

    @api.model
    def _cron_run(self):
        """Work off running hand-overs, a step at a time, each step committed."""
        running = self.search([("state", "in", WORKING)], order="id")
        Cron = self.env["ir.cron"]
        if not Cron._commit_progress(remaining=len(running)):
            return
        for found in running:
            actor = found.actor_id
            # sudo: the actor was checked when it began, and may have left since
            handover = found.with_user(actor).with_context(lang=actor.lang).sudo()
            while handover.try_lock_for_update() and handover.state in WORKING:
                done = handover._crm_step()
                if not Cron._commit_progress(0 if done else 1):
                    # the next run of the job goes on here
                    self._crm_trigger()
                    return
                self.env.invalidate_all()
                if not done:
                    break
