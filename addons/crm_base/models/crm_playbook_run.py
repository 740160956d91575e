from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.arguments import as_text


class CrmPlaybookRun(models.Model):
    """A record on its way through a playbook. An addon adds the field to its record.

    How it goes on is in ``crm_playbook_run_engine.py``.
    """

    _name = "crm.playbook.run"
    _description = "Playbook Run"
    _inherit = ["crm.workflow.mixin"]
    _order = "id desc"
    _rec_name = "playbook_id"
    # they go into the bin with their records, and hear when they come back
    _crm_recycle = True

    playbook_id = fields.Many2one(
        "crm.playbook", required=True, readonly=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        "Started By",
        required=True,
        readonly=True,
        index=True,
        help="In whose name, and with whose rights, the steps are done.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    entry = fields.Selection(
        [("manual", "By Hand"), ("auto", "Automatically")],
        "Way of Starting",
        required=True,
        readonly=True,
    )
    started_at = fields.Datetime("Started On", required=True, readonly=True)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("done", "Finished"),
            ("stopped", "Stopped"),
            ("failed", "Has Failed"),
        ],
        required=True,
        readonly=True,
        default="running",
        index=True,
    )
    reason = fields.Selection(
        [
            ("reply", "Replied"),
            ("followup", "Followed Up"),
            ("converted", "Converted"),
            ("closed", "No Longer Open"),
            ("hand", "By Hand"),
            ("opt_out", "Wants No Messages"),
            ("condition", "The Playbook's Condition"),
            ("timeout", "Waited in Vain"),
            ("reach", "Out of Reach"),
            ("playbook", "Playbook Archived"),
            ("merged", "Merged into Another"),
            ("restored", "Deleted and Restored"),
        ],
        "Why",
        readonly=True,
        index="btree_not_null",
    )
    note = fields.Char("Remark", readonly=True)
    ended_at = fields.Datetime("Ended On", readonly=True)

    step_id = fields.Many2one(
        "crm.playbook.step", "Next Step", readonly=True, ondelete="set null"
    )
    next_at = fields.Datetime("Next On", readonly=True)
    due_at = fields.Datetime(
        "Due Since", readonly=True, help="When the next step was looked at first."
    )
    last_step_id = fields.Many2one(
        "crm.playbook.step", readonly=True, ondelete="set null"
    )
    last_at = fields.Datetime("Last On", required=True, readonly=True)
    attempts = fields.Integer(readonly=True)
    progress = fields.Char("Step", compute="_compute_progress")
    log_ids = fields.One2many("crm.playbook.log", "run_id", readonly=True)

    _due_idx = models.Index("(next_at) WHERE state = 'running'")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("step_id", "state", "playbook_id.step_ids.sequence")
    def _compute_progress(self):
        for run in self:
            steps = run.playbook_id.step_ids
            ids = steps.ids
            if run.state == "running" and run.step_id.id in ids:
                run.progress = f"{ids.index(run.step_id.id) + 1}/{len(ids)}"
            else:
                run.progress = False

    @api.depends("playbook_id")
    def _compute_display_name(self):
        for run in self:
            # sudo: told to whoever sees the run
            record = run.playbook_id and run.sudo()._crm_record()
            names = (run.playbook_id.name, record.display_name if record else "")
            run.display_name = " · ".join(filter(None, names))

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.store and name not in models.MAGIC_COLUMNS
        )

    def _crm_after_restore(self):
        """End runs that come back from the recycle bin with their records."""
        result = super()._crm_after_restore()
        self.filtered(lambda run: run.state == "running")._crm_stop("restored")
        return result

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_stop(self, note=""):
        """End runs before their next step.

        :param str note: why
        :return: True
        :raise AccessError: when one of the records is not yours to change
        """
        self._crm_check_mine()
        running = self.filtered(lambda run: run.state == "running")
        running._crm_lock()
        # sudo: runs are kept by the system, and stopped by whoever may
        running.sudo()._crm_stop("hand", as_text(note)[:200], self.env.user)
        return True

    def action_retry(self):
        """Let failed runs try their step again now.

        :return: True
        :raise AccessError: when one of the records is not yours to change
        :raise UserError: when one of them has not failed, or its record is in another
            playbook by now
        """
        self._crm_check_mine()
        for run in self:
            record = run._crm_record()
            if run.state != "failed" or record._crm_playbook_running():
                raise UserError(
                    self.env._(
                        "Only what has failed, and runs in no other playbook, is tried"
                        " again."
                    )
                )
            # sudo: runs are kept by the system
            run.sudo()._crm_workflow().write(
                {
                    "state": "running",
                    "ended_at": False,
                    "attempts": 0,
                    "next_at": fields.Datetime.now(),
                }
            )
        self.env["crm.playbook"]._crm_wake()
        return True

    def action_open_record(self):
        """Open the record that runs; return the action (dict)."""
        self.ensure_one()
        self.check_access("read")
        record = self._crm_record()
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [[record.get_formview_id(), "form"]],
        }

    def _crm_check_mine(self):
        """Refuse to act on runs of records that the user may not change."""
        self.check_access("read")
        for run in self:
            run._crm_record().check_access("write")

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_record(self):
        """Return the record that runs, in the environment of the run."""
        self.ensure_one()
        # sudo: which model a playbook is for is no secret
        model = self.env[self.playbook_id.sudo().res_model]
        return self[model._crm_playbook_field]

    def _crm_stop(self, reason, note="", user=None):
        """End runs; called by the system, with the runs in this transaction's hands.

        :param str reason: value of ``reason``
        :param str note: what else there is to say
        :param user: res.users record, who ended them
        """
        if not self:
            return
        self._crm_workflow().write(
            {
                "state": "stopped",
                "reason": reason,
                "note": note or False,
                "ended_at": fields.Datetime.now(),
                "next_at": False,
            }
        )
        names = dict(self._fields["reason"]._description_selection(self.env))
        text = " · ".join(filter(None, (names[reason], note)))
        for run in self:
            run._crm_note({"outcome": "stopped", "note": text}, user=user)

    def _crm_note(self, values, step=None, user=None):
        """Append a row to the log of this run."""
        self.ensure_one()
        Log = self.env["crm.playbook.log"]
        author = Log.with_user(user or self.user_id)._crm_log_author()
        # sudo: nobody has the right to create rows
        Log.sudo()._crm_workflow().create(
            {
                **author,
                "run_id": self.id,
                "step_id": step.id if step else False,
                "step_name": step.name if step else False,
                "kind": step.kind if step else False,
                **values,
            }
        )
