from odoo import api, fields, models

# so many leads get their new scores within the change of a rule; more of them get them
# in the background, in steps of so many
INLINE = 5_000
STEP = 20_000


class CrmLeadScoreRun(models.Model):
    """Scoring all leads: goes on where it was interrupted.

    Written in the transaction of each step, so whatever ends the process ends the step
    and nothing else. A change of rules begins a new run; the last one counts.
    """

    _name = "crm.lead.score.run"
    _description = "Scoring Run"
    _order = "id desc"
    _rec_name = "date"

    date = fields.Date("Day", required=True, readonly=True)
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("superseded", "Superseded")],
        required=True,
        default="running",
        readonly=True,
        index=True,
    )
    last_id = fields.Integer("Up to Lead", readonly=True, aggregator=None)
    lead_count = fields.Integer("Leads", readonly=True)
    changed_count = fields.Integer("New Scores", readonly=True)
    ended_at = fields.Datetime("Ended On", readonly=True)

    @api.model
    def _crm_request(self):
        """Score all leads: at once when they are few, else in the background."""
        # sudo: runs are the system's
        run = self.sudo().create(
            {"date": self.env["crm.lead.score.rule"]._crm_score_day()}
        )
        few = self.env["crm.lead"].sudo().with_context(active_test=False)
        if few.search_count([], limit=INLINE + 1) <= INLINE:
            run._crm_step(INLINE + 1)
            run._crm_end()
        else:
            self.env.ref("crm_leads.ir_cron_score").sudo()._trigger()

    def _crm_step(self, limit):
        """Score the next leads; return how many there were (int)."""
        self.ensure_one()
        last, looked, changed = self.env["crm.lead.score.rule"]._crm_store_scores(
            self.last_id, limit, self.date
        )
        if looked:
            self.write(
                {
                    "last_id": last,
                    "lead_count": self.lead_count + looked,
                    "changed_count": self.changed_count + changed,
                }
            )
        return looked

    def _crm_end(self):
        self.write({"state": "done", "ended_at": fields.Datetime.now()})

    @api.model
    def _cron_score(self):
        """Bring all scores to today, after a change of rules and once a day."""
        today = self.env["crm.lead.score.rule"]._crm_score_day()
        running = self.search([("state", "=", "running")])
        run = running[:1]
        (running - run).state = "superseded"
        if run.date and run.date != today:
            run.state = "superseded"
            run = self.browse()
        if not run and self.search_count(
            [("date", "=", today), ("state", "=", "done")], limit=1
        ):
            return
        run = run or self.create({"date": today})
        # somebody who changes one of these leads meanwhile ends this call: what is done
        # stays done, and it goes on then
        again = fields.Datetime.add(fields.Datetime.now(), minutes=10)
        self.env.ref("crm_leads.ir_cron_score")._trigger(again)
        looked = left = 1
        while looked and left:
            looked = run._crm_step(STEP)
            if not looked:
                run._crm_end()
            left = self.env["ir.cron"]._commit_progress(
                looked, remaining=int(bool(looked))
            )

    @api.autovacuum
    def _gc_score_runs(self):
        """Forget runs of more than a quarter ago."""
        runs = self.search([("date", "<", "today -90d")], limit=1000)
        runs.unlink()
        return len(runs), len(runs) == 1000
