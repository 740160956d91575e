import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# runs that are looked up at once
BATCH = 200
# a step that fails is tried again after a quarter of an hour, then 4 times as long
RETRY_FIRST = timedelta(minutes=15)
MAX_ATTEMPTS = 5


class CrmPlaybookRun(models.Model):
    """How runs go on: one step, one transaction.

    A step locks its run, looks once more whether it may go on, and writes its effect,
    its row in the log and the date of the next step together. What is killed leaves
    nothing; what stops a run changes the same row, so that a step either comes before
    the reply or does not come.
    """

    _inherit = "crm.playbook.run"

    # ------------------------------------------------------------
    # SCHEDULER
    # ------------------------------------------------------------

    @api.model
    def _cron_run(self):
        """Start what starts by itself, and do the steps that are due."""
        self.env["crm.playbook"]._crm_enrol_due()
        moved = True
        while moved:
            moved = False
            for run_id in self._crm_due_ids():
                moved = self._crm_transaction(run_id) or moved
                if not self.env["ir.cron"]._commit_progress(1):
                    return

    @api.model
    def _crm_due_ids(self):
        """Return the ids (list of int) of the next runs whose step is due."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT run.id
                  FROM crm_playbook_run run
                  JOIN crm_playbook playbook ON playbook.id = run.playbook_id
                 WHERE run.state = 'running' AND run.next_at <= %s
                   AND playbook.state = 'running'
                 ORDER BY run.next_at, run.id
                 LIMIT %s
                """,
                fields.Datetime.now(),
                BATCH,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _crm_transaction(self, run_id):
        """Do the step of a run in a transaction of its own; return whether it moved."""
        text = ""
        try:
            with self.env.registry.cursor() as cr:
                run = api.Environment(cr, SUPERUSER_ID, {})[self._name].browse(run_id)
                moved = run._crm_go_on()
                run.env.flush_all()
                return moved
        except OperationalError:
            _logger.info("playbook run %s: somebody was faster", run_id)
            return False
        except Exception as error:
            if not isinstance(error, UserError):
                _logger.exception("playbook run %s failed", run_id)
            text = str(error) if isinstance(error, UserError) else repr(error)
        try:
            with self.env.registry.cursor() as cr:
                run = api.Environment(cr, SUPERUSER_ID, {})[self._name].browse(run_id)
                run._crm_fail(text)
                run.env.flush_all()
        except OperationalError:
            _logger.info("playbook run %s: somebody was faster", run_id)
        return True

    def _crm_take(self):
        """Lock this run if its step is still due; return whether it is (bool)."""
        return bool(
            self.env.execute_query(
                SQL(
                    """
                    SELECT id FROM crm_playbook_run
                     WHERE id = %s AND state = 'running' AND next_at <= %s
                       FOR NO KEY UPDATE SKIP LOCKED
                    """,
                    self.id,
                    fields.Datetime.now(),
                )
            )
        )

    # ------------------------------------------------------------
    # ONE STEP
    # ------------------------------------------------------------

    def _crm_go_on(self):
        """Do the next step of this run, if it may go on; return whether it moved."""
        self.ensure_one()
        if not self._crm_take():
            return False
        reason = self._crm_end_reason()
        if reason:
            self._crm_stop(reason)
            return True
        step = self.step_id
        if not step:
            # it was removed: what comes after it is counted from now
            self._crm_schedule(self._crm_following(), fields.Datetime.now())
            return True
        if not self.due_at:
            self._crm_workflow().due_at = self.next_at
        acting = self.env["crm.playbook"]._crm_acting(self.user_id, self.company_id)
        result = step.with_env(acting)._crm_do(
            self._crm_record().with_env(acting), self
        )
        if result["outcome"] == "waiting":
            self._crm_workflow().next_at = result["next_at"]
            return True
        ends = result.pop("ends", False)
        self._crm_note(result, step)
        if ends:
            self._crm_stop("timeout")
        # what a step did may itself have ended the run
        elif self.state == "running":
            self._crm_workflow().last_step_id = step
            self._crm_schedule(self._crm_following(), fields.Datetime.now())
        return True

    def _crm_end_reason(self):
        """Return why this run must not go on, "" when it may."""
        record = self._crm_record()
        playbook = self.playbook_id
        if not playbook.active:
            return "playbook"
        if reason := record._crm_playbook_end(self):
            return reason
        acting = playbook._crm_acting(self.user_id, self.company_id)
        theirs = record.with_env(acting)
        if not self.user_id.active or not theirs.has_access("write"):
            return "reach"
        if playbook._crm_reaches() and record._crm_playbook_opted_out():
            return "opt_out"
        exit_domain = (playbook.exit_domain or "").strip()
        if exit_domain not in ("", "[]") and self.env["crm.playbook.step"]._crm_is_true(
            theirs, exit_domain
        ):
            return "condition"
        return ""

    def _crm_following(self):
        """Return the step after the last one that has not been done yet."""
        steps = self.playbook_id.step_ids
        if self.last_step_id in steps:
            steps = steps[steps.ids.index(self.last_step_id.id) + 1 :]
        done = self.log_ids.filtered(lambda row: row.outcome in ("done", "skipped"))
        return (steps - done.step_id)[:1]

    def _crm_schedule(self, step, now):
        """Let a step be the next one; without one, the run is through."""
        values = {"last_at": now, "attempts": 0, "due_at": False, "step_id": step.id}
        if step:
            values["next_at"] = step._crm_due(self, now)
        else:
            values.update(state="done", ended_at=now, next_at=False)
        self._crm_workflow().write(values)
        if not step:
            self._crm_note({"outcome": "ended"})

    def _crm_fail(self, text):
        """Note that the step failed; try it again later, or give up."""
        if not self._crm_take():
            return
        attempts = self.attempts + 1
        self._crm_note({"outcome": "failed", "note": text[:500]}, self.step_id)
        values = {"attempts": attempts}
        if attempts < MAX_ATTEMPTS:
            later = fields.Datetime.now() + RETRY_FIRST * 4 ** (attempts - 1)
            step = self.step_id
            values["next_at"] = step._crm_open(self, step._crm_local(self, later))
        else:
            values.update(
                state="failed",
                ended_at=fields.Datetime.now(),
                next_at=False,
                note=text[:200],
            )
        self._crm_workflow().write(values)
        if self.state == "failed":
            self._crm_tell_failure()

    def _crm_tell_failure(self):
        """Tell the responsible person that a run was given up."""
        playbook, user = self.playbook_id, self.playbook_id.user_id
        told = playbook.with_context(lang=user.lang)
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=told.env._("Playbook “%(name)s” has failed", name=told.name),
            body=told.env._(
                "The step “%(step)s” was tried %(times)s times. Look at the runs that"
                " have failed, mend what is wrong and try again.",
                step=self.step_id.with_context(lang=user.lang).name or "",
                times=MAX_ATTEMPTS,
            ),
            force_send=False,
        )
