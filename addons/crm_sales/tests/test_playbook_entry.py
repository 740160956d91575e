from psycopg2.errors import CheckViolation

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger

from .playbook_case import OpportunityCase


@tagged("post_install", "-at_install")
class TestOpportunityEntry(OpportunityCase):
    """What starts by itself, and who starts by hand."""

    def _past(self, record, **days):
        """Move times of a record into the past, by so many days."""
        for name, number in days.items():
            self.env.flush_all()
            self.env.execute_query(
                SQL(
                    "UPDATE %s SET %s = now() - interval '1 day' * %s WHERE id = %s"
                    " RETURNING id",
                    SQL.identifier(record._table),
                    SQL.identifier(name),
                    number,
                    record.id,
                )
            )
        self.env.invalidate_all()

    def test_stage(self):
        """Entering a stage starts it: of the own people, once for each time.

        Covers: S22.
        """
        there = self._deal(number=1, stage_id=self.offered.id)
        self._past(there, date_last_stage_update=9)
        deal, foreign = self._deal(number=2), self._deal(self.xia, 3)
        playbook = self._playbook(
            self.manager,
            auto_entry="stage",
            entry_stage_ids=[Command.set(self.offered.ids)],
            reentry="days",
            reentry_days=1,
            stop_on_stage=True,
        )
        self.assertEqual(playbook.with_user(self.manager).candidate_count, 0)
        (deal | foreign).stage_id = self.offered
        playbook.invalidate_recordset()
        self.assertEqual(playbook.with_user(self.manager).candidate_count, 1)
        self._come()
        run = self._runs(playbook)
        self.assertEqual((run.lead_id, run.stage_id), (deal, self.offered))
        deal.with_user(self.sam).stage_id = self.agreed
        self._assert_stopped(run, "stage")
        deal.with_user(self.sam).stage_id = self.offered
        self._come()
        self.assertEqual(self._runs(playbook), run, "within a day")
        self._past(run, started_at=3, ended_at=2)
        self._come()
        again = self._runs(playbook) - run
        self.assertEqual(again.lead_id, deal, "it has come back since")
        again.with_user(self.sam).action_stop()
        self._past(again, ended_at=2)
        self._come()
        self.assertEqual(self._runs(playbook), run | again, "it has not come again")

    def test_stage_wakes(self):
        """Entering a stage calls the scheduler when something waits. Covers: S22."""
        cron = self.env.ref("crm_base.ir_cron_playbook")
        triggers = self.env["ir.cron.trigger"]
        domain = [("cron_id", "=", cron.id)]
        deal = self._deal()
        triggers.search(domain).unlink()
        deal.with_user(self.sam).stage_id = self.visited
        self.assertFalse(triggers.search_count(domain))
        self._playbook(
            self.manager,
            auto_entry="stage",
            entry_stage_ids=[Command.set(self.offered.ids)],
        )
        triggers.search(domain).unlink()
        deal.with_user(self.sam).stage_id = self.offered
        self.assertTrue(triggers.search_count(domain))

    def test_idle(self):
        """Nothing for some days starts it: no follow-up and no step. Covers: S22."""
        quiet, called, moved = (self._deal(number=number) for number in range(3))
        for deal in (quiet, called):
            self._past(deal, date_last_stage_update=20)
        self._lead_followup(self.sam, called, done=True, content="已联系")
        playbook = self._playbook(self.manager, auto_entry="idle", idle_days=15)
        self._come()
        self.assertEqual(self._runs(playbook).lead_id, quiet)
        self.assertEqual(moved.playbook_run_count, 0)

    def test_value(self):
        """A condition by value: what grows beyond a sum starts. Covers: S22."""
        deal = self._deal(expected_revenue=1000)
        playbook = self._playbook(
            self.manager, auto_entry="all", domain="[('expected_revenue', '>', 100000)]"
        )
        self._come()
        self.assertFalse(self._runs(playbook))
        deal.with_user(self.sam).expected_revenue = 200000
        self._come()
        self.assertEqual(self._runs(playbook).lead_id, deal)
        self.assertEqual(self._runs(playbook).user_id, self.manager)

    def test_content(self):
        """Starts that cannot work are refused. Covers: S22."""
        for values in ({"auto_entry": "stage"}, {"lead_type": False}):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self._playbook(self.manager, **values)
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self._playbook(self.manager, auto_entry="idle", idle_days=0)

    def test_many_by_hand(self):
        """Many at once from the list; what cannot is named. Covers: S22."""
        fine, lost = self._deal(number=1), self._deal(number=2)
        lost.with_user(self.sam).action_set_lost(lost_reason_id=self._lost_reason())
        playbook = self._playbook(self.manager)
        won = self._playbook(self.manager, lead_type="won", name="赢单后回访")
        both = (fine | lost).with_user(self.sam)
        action = both.action_open_playbook_start()
        wizard = Form(
            self.env["crm.playbook.start"]
            .with_user(self.sam)
            .with_context(**action["context"])
        )
        wizard.playbook_id = playbook.with_user(self.sam)
        record = wizard.save()
        self.assertIn(playbook, record.offered_ids)
        self.assertNotIn(won, record.offered_ids)
        self.assertIn(lost.name, record.left_out)
        message = record.action_start()["params"]["message"]
        self.assertIn("1 started, 1 left out", message)
        self.assertEqual(self._runs(playbook).lead_id, fine)

    def test_queries(self):
        """A form with a long log, and many of them, cost the same. Covers: S22."""
        playbook = self._playbook(self.manager)
        deals = self.env["crm.lead"].union(*[self._deal(number=n) for n in range(12)])
        self._start(deals, self.sam, playbook)
        self._come()

        def cost(leads, *names):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            leads.with_user(self.sam).read([*names])
            return self.env.cr.sql_log_count - before

        for name in ("playbook_status", "playbook_log_ids", "playbook_run_count"):
            cost(deals, name)
            self.assertLessEqual(cost(deals, name), cost(deals[:2], name), name)
