from collections import defaultdict
from uuid import uuid4

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import mute_logger

from .crm_lead_assign_rule_engine import STEP

# so often a run meets somebody who changes its leads, or gives leads, just now; then it
# goes on with the next round
ATTEMPTS = 5


class CrmLeadAssignRun(models.Model):
    """Giving what waits, in the background: goes on where it was interrupted.

    Written in the transaction of each step, so whatever ends the process ends the step
    and nothing else. At the end everybody is told once, by what the ledger says.
    """

    _name = "crm.lead.assign.run"
    _description = "Assignment Run"
    _order = "id desc"
    _rec_name = "batch_id"

    batch_id = fields.Char(required=True, readonly=True, index=True)
    state = fields.Selection(
        [("waiting", "What Waits"), ("rework", "Taking Back"), ("done", "Done")],
        required=True,
        default="waiting",
        readonly=True,
        index=True,
    )
    rule_id = fields.Many2one(
        "crm.lead.assign.rule", readonly=True, ondelete="cascade", index=True
    )
    last_id = fields.Integer("Up to Lead", readonly=True, aggregator=None)
    last_rule_id = fields.Integer("Up to Rule", readonly=True, aggregator=None)
    given_count = fields.Integer("Leads Given", readonly=True)
    ended_at = fields.Datetime("Ended On", readonly=True)

    @api.model
    def _crm_wake(self):
        """Let the background look at what waits, as soon as this is committed."""
        # sudo: whoever takes leads in wakes the scheduler
        cron = self.env.ref("crm_leads.ir_cron_assign", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _crm_request(self, rule, last_id):
        """Let the background go on with one rule.

        :param rule: crm.lead.assign.rule record
        :param int last_id: the last lead that was looked at
        """
        # sudo: runs are the system's
        self.sudo().create(
            {"batch_id": uuid4().hex, "rule_id": rule.id, "last_id": last_id}
        )
        self._crm_wake()

    @api.model
    def _cron_assign(self):
        """Give what waits, and take back what nobody works on."""
        if not self.env["crm.lead.assign.rule"]._crm_rule_ids():
            return
        attempts = 0
        run = self._crm_next()
        left = 1
        while run and left:
            looked = run._crm_try_step()
            if looked is None:
                attempts += 1
            if attempts == ATTEMPTS:
                return
            if run.state == "done":
                run = self._crm_next(create=False)
            left = self.env["ir.cron"]._commit_progress(looked or 0, remaining=len(run))

    @api.model
    def _crm_next(self, create=True):
        """Return the run that goes on, or a new one when there is something to do."""
        run = self.search([("state", "!=", "done")], order="id", limit=1)
        if not run and create and self._crm_has_work():
            run = self.create({"batch_id": uuid4().hex})
        return run

    @api.model
    def _crm_has_work(self):
        """Return whether leads wait, or could be taken back (bool)."""
        Rule = self.env["crm.lead.assign.rule"]
        rules = Rule.browse(Rule._crm_rule_ids()).exists()
        return bool(Rule._crm_waiting(0, 1)) or any(rules.mapped("rework_after"))

    def _crm_try_step(self):
        """Do the next piece like :meth:`_crm_step`; None also when it cannot be done.

        Somebody has changed one of the leads since this transaction began. What the
        next one sees is true again.
        """
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                return self._crm_step()
        except SerializationFailure:
            return None

    def _crm_step(self):
        """Do the next piece; return how many leads it was about (int).

        None when somebody else is giving leads just now.
        """
        self.ensure_one()
        if self.state == "waiting":
            return self._crm_step_waiting()
        return self._crm_step_rework()

    def _crm_step_waiting(self):
        Rule = self.env["crm.lead.assign.rule"]
        leads = Rule._crm_waiting(self.last_id, STEP)
        outcome = None
        if leads:
            outcome = Rule._crm_assign(
                leads,
                "manual" if self.rule_id else "background",
                only=self.rule_id or None,
                batch_id=self.batch_id,
            )
            if outcome is None:
                return None
            self.given_count += sum(outcome["given"].values())
            self.last_id = leads[-1].id
        if len(leads) < STEP:
            if self.rule_id:
                self._crm_end()
            else:
                self.write({"state": "rework", "last_id": 0})
        return len(leads)

    def _crm_step_rework(self):
        Rule = self.env["crm.lead.assign.rule"]
        rules = Rule.browse(Rule._crm_rule_ids()).exists()
        rules = rules.filtered(
            lambda rule: rule.rework_after and rule.id >= self.last_rule_id
        ).sorted("id")
        rule = rules[:1]
        if not rule:
            self._crm_end()
            return 0
        if rule.id != self.last_rule_id:
            self.last_id = 0
        given = defaultdict(int)
        last_id = rule._crm_rework(self.last_id, self.batch_id, given)
        if last_id is None:
            return None
        self.write(
            {
                "last_rule_id": rule.id if last_id else rule.id + 1,
                "last_id": last_id,
                "given_count": self.given_count + sum(given.values()),
            }
        )
        return sum(given.values())

    def _crm_end(self):
        """Tell everybody once what this run gave them."""
        self.write({"state": "done", "ended_at": fields.Datetime.now()})
        if not self.given_count:
            return
        moves = self.env["crm.owner.move"].search([("batch_id", "=", self.batch_id)])
        given = defaultdict(int)
        for move in moves:
            given[move.to_user_id.id] += 1
        self.env["crm.lead.assign.rule"]._crm_tell(given, moves.lead_id)

    @api.autovacuum
    def _gc_assign_runs(self):
        """Forget runs of more than a quarter ago, and idle ones the day after."""
        runs = self.search(
            [
                ("state", "=", "done"),
                "|",
                ("ended_at", "<", "today -90d"),
                "&",
                ("given_count", "=", 0),
                ("ended_at", "<", "today"),
            ],
            limit=1000,
        )
        runs.unlink()
        return len(runs), len(runs) == 1000
