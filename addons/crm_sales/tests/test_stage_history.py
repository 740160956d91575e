from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import SaleCase
from .stage_doors import DOORS


@tagged("post_install", "-at_install")
class TestStageHistory(SaleCase):
    """Every step of every opportunity is kept, whatever made it."""

    failure = UserError

    def test_every_door(self):
        """A stage changed by whatever door is a row of the history. Covers: S02."""
        for name, door in DOORS(self).items():
            with self.subTest(door=name):
                lead = self._opportunity()
                door(self.sam, lead, self.visited)
                self.assertEqual(lead.stage_id, self.visited)
                self.assertEqual(
                    self._history(lead),
                    [
                        ("create", self.env["crm.stage"], self.found),
                        ("move", self.found, self.visited),
                    ],
                )

    def test_steps(self):
        """Forward, back, won, lost and reopened are told apart. Covers: S02."""
        lead = self._opportunity().with_user(self.sam)
        lead.stage_id = self.offered
        lead.stage_id = self.visited
        lead.action_set_won()
        lead.stage_id = self.agreed
        lead.action_set_lost(lost_reason_id=self._lost_reason())
        lead.action_restore()
        kinds = [kind for kind, _was, _is in self._history(lead)]
        self.assertEqual(
            kinds, ["create", "move", "back", "won", "reopen", "lost", "reopen"]
        )
        last = lead.last_stage_move_id
        self.assertEqual((last.status, last.to_stage_id), ("pending", self.agreed))

    def test_two_steps_of_one_transaction(self):
        """Steps made one after the other in one transaction are two rows.

        Covers: S02.
        """
        lead = self._opportunity()
        lead.stage_id = self.visited
        lead.stage_id = self.offered
        self.assertEqual(len(self._history(lead)), 3)

    def test_a_new_owner_changes_the_process(self):
        """A stage that follows from the owner's team is kept as well. Covers: S02."""
        lead = self._opportunity(stage_id=self.offered.id)
        lead.with_user(self.manager).user_id = self.xia
        first = lead.stage_id
        self.assertIn(self.south, first.team_ids)
        self.assertEqual(self._history(lead)[-1], ("process", self.offered, first))
        self.assertEqual(lead.last_stage_move_id.owner_id, self.xia)
        self.assertEqual(lead.last_stage_move_id.user_id, self.manager)

    def test_as_of_that_moment(self):
        """A row keeps whose deal it was and how large. Covers: S02."""
        lead = self._opportunity(expected_revenue=1000)
        lead.with_user(self.sam).stage_id = self.visited
        lead.with_user(self.sam).write(
            {"expected_revenue": 5000, "user_id": self.sue.id}
        )
        move = self.env["crm.stage.move"].search([("lead_id", "=", lead.id)])[0]
        self.assertEqual((move.owner_id, move.amount), (self.sam, 1000))
        self.assertEqual(move.team_id, self.beijing)
        self.assertEqual(move.user_name, "Sam")

    def test_days(self):
        """Days stayed and staleness against the stage's expected days. Covers: S02."""
        self.found.rotting_threshold_days = 7
        with freeze_time("2026-03-02 03:00:00"):
            lead, other = self._opportunity(), self._opportunity()
            lead.date_last_stage_update = other.date_last_stage_update = datetime(
                2026, 3, 2, 3
            )
        with freeze_time("2026-03-12 03:00:00"):
            other.stage_id = self.visited
            self.assertEqual(lead.stage_days, 10)
            (lead | other).with_user(self.sam).write({"stage_id": self.visited.id})
            self.assertEqual(lead.last_stage_move_id.stayed_days, 10)
            self.assertEqual(lead.last_stage_move_id.from_stage_id, self.found)
        self.assertEqual(len(self._history(other)), 2)

    def test_clocks_of_others(self):
        """A batch restarts the clocks of those alone that change. Covers: S02."""
        lead, there = self._opportunity(), self._opportunity(stage_id=self.visited.id)
        there.date_last_stage_update = datetime(2026, 3, 2, 3)
        (lead | there).with_user(self.sam).write({"stage_id": self.visited.id})
        self.assertEqual(there.date_last_stage_update, datetime(2026, 3, 2, 3))
        self.assertGreater(lead.date_last_stage_update, datetime(2026, 3, 2, 3))

    def test_note(self):
        """The note on a stage is kept in the history when the stage ends.

        Covers: S02.
        """
        lead = self._opportunity().with_user(self.sam)
        lead.stage_note = "等客户立项"
        lead.action_move_stage(self.visited.id, note="下周二见技术总监")
        self.assertEqual(lead.last_stage_move_id.note, "等客户立项")
        self.assertEqual(lead.stage_note, "下周二见技术总监")
        lead.stage_id = self.offered
        self.assertFalse(lead.stage_note)

    def test_never_changed(self):
        """Nobody writes, changes or deletes rows, the boss included. Covers: S02."""
        lead = self._opportunity()
        move = lead.last_stage_move_id.with_user(self.boss)
        for change in (
            lambda: move.write({"amount": 1}),
            lambda: move.sudo().write({"amount": 1}),
            lambda: move.unlink(),
            lambda: move.create(
                {"lead_id": lead.id, "lead_name": "x", "kind": "won", "status": "won"}
            ),
            lambda: lead.with_user(self.boss).write({"last_stage_move_id": False}),
            lambda: lead.with_user(self.boss).write({"stage_move_ids": [(5,)]}),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_seen_with_the_opportunity(self):
        """The history is seen by those who see the opportunity. Covers: S02, B01."""
        lead = self._opportunity()
        self.assertViewers(
            lead.last_stage_move_id,
            self.sam | self.manager | self.assistant | self.director,
        )

    def test_leads_are_in_no_process(self):
        """A lead has no history; it begins when it becomes an opportunity.

        Covers: S02.
        """
        lead = self._lead(self.sam)
        self.assertFalse(self._history(lead))
        lead.convert_opportunity(self.env["res.partner"])
        self.assertEqual(
            self._history(lead), [("convert", self.env["crm.stage"], lead.stage_id)]
        )

    def test_deleting_and_restoring(self):
        """An opportunity comes back from the bin with its history. Covers: S02, B16."""
        lead = self._opportunity()
        lead.stage_id = self.visited
        self.env.flush_all()
        lead_id, history = lead.id, len(self._history(lead))
        lead.with_user(self.boss).unlink()
        entry = self.env["crm.recycle.entry"].search(
            [("model", "=", "crm.lead"), ("res_id", "=", lead_id)]
        )
        entry.with_user(self.boss).action_restore()
        restored = self.env["crm.lead"].browse(lead_id)
        self.assertEqual(len(self._history(restored)), history)
        self.assertEqual(restored.last_stage_move_id.to_stage_id, self.visited)

    def test_people_without_a_role(self):
        """Odoo's sales people work on the same form, without our history.

        Covers: S02.
        """
        outsider = new_test_user(
            self.env, "otto", groups="sales_team.group_sale_salesman_all_leads"
        )
        _first, second = self.env["crm.stage"].create(
            [{"name": "新", "sequence": 1}, {"name": "谈", "sequence": 2}]
        )
        leads = self.env["crm.lead"].with_user(outsider)
        leads = leads.with_context(default_type="opportunity")
        with Form(leads, "crm.crm_lead_view_form") as form:
            form.name = "另一家"
        lead = form.record
        self.assertEqual(lead.user_id, outsider)
        self.assertNotIn("stage_move_ids", leads.fields_get())
        with Form(lead, "crm.crm_lead_view_form") as form:
            form.stage_id = second
        self.assertEqual(len(self._history(lead)), 2)

    def test_history_from_before(self):
        """What Odoo has tracked before the addon came becomes history. Covers: S02."""
        lead = self._opportunity()
        self.env.flush_all()
        self.env.cr.precommit.run()
        for stage in (self.visited, self.offered):
            lead.stage_id = stage
            self.env.flush_all()
            self.env.cr.precommit.run()
        self.env.cr.execute("UPDATE crm_lead SET last_stage_move_id = NULL")
        self.env.cr.execute("DELETE FROM crm_stage_move")
        self.env.invalidate_all()
        self.env["crm.stage.move"]._crm_start_histories()
        self.assertEqual(
            self._history(lead),
            [
                ("create", self.env["crm.stage"], self.found),
                ("move", self.found, self.visited),
                ("move", self.visited, self.offered),
            ],
        )
        self.assertEqual(lead.last_stage_move_id.owner_id, self.sam)
        # what came with the addon itself has its history already
        begun = self._opportunity(name="演示商机")
        history = self._history(begun)
        self.env["crm.stage.move"]._crm_start_histories()
        self.assertEqual(self._history(begun), history)
        self.assertEqual(len(self._history(lead)), 3)

    def test_queries(self):
        """Moving many takes per opportunity no more than a row. Covers: S02, X03."""
        counts = []
        for number in (5, 5, 25):
            leads = self.env["crm.lead"].union(
                *(self._opportunity(name=f"{index}") for index in range(number))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            leads.with_user(self.sam).with_context(tracking_disable=True).write(
                {"stage_id": self.visited.id}
            )
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[2], counts[1] + 20 * 1, counts)
