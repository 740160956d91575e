from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_base.models.crm_playbook_step_kinds import (
    CrmPlaybookStep as StepKinds,
)
from odoo.addons.crm_pipeline.tests.playbook_common import PlaybookCase

ENGINE = "odoo.addons.crm_base.models.crm_playbook_run_engine"


@tagged("post_install", "-at_install")
class TestPlaybook(PlaybookCase):
    """How a lead goes through the steps of a playbook."""

    def test_all_steps(self):
        """Each step in its time: over a holiday and a worked Saturday.

        1 to 7 October 2026 are days off, 10 October is worked in exchange.
        Covers: L05, S22.
        """
        lead = self._person(self.sam)
        with freeze_time("2026-09-29 02:00:00"):
            run = self._start(lead)
            self.assertEqual(str(run.next_at), "2026-09-29 02:00:00")
            self._come()
        self.assertEqual(self._story(run), [("发案例", "done")])
        mail = self._sent(lead)
        self.assertIn("给王先生的案例", mail.subject)
        self.assertIn("wang1@kehu.example.net", mail.email_to)
        self.assertIn("Sam", mail.email_from)
        # 30 September, 8 and 9 October: three working days
        self.assertEqual(str(run.next_at), "2026-10-09 02:00:00")
        self._at("2026-10-09 09:59:00")
        self.assertEqual(len(run.log_ids), 1)
        self._at("2026-10-09 10:00:00")
        plan = lead.followup_ids
        self.assertEqual((plan.name, plan.user_id), ("打电话", self.sam))
        # due on the next working day: the Saturday in exchange
        self.assertEqual(str(plan.planned_at), "2026-10-10 10:00:00")
        self.assertEqual(lead.next_followup_at, plan.planned_at)
        self.assertEqual(str(run.next_at), "2026-10-14 02:00:00")
        self._at("2026-10-14 10:00:00")
        self.assertEqual(len(self._sent(lead)), 2)
        self._at("2026-10-14 12:00:00")
        self.assertEqual(lead.tag_ids, self.tag)
        self.assertEqual(run.state, "done")
        self.assertEqual(
            self._story(run),
            [
                ("发案例", "done"),
                ("打电话", "done"),
                ("再发一封", "done"),
                ("打标签", "done"),
                ("", "ended"),
            ],
        )
        self.assertEqual(self.playbook.with_user(self.sam).run_count, 1)

    def test_hours(self):
        """Nothing is sent in the night, at the weekend, or past the hours.

        Covers: L05.
        """
        lead = self._person(self.sam)
        with freeze_time("2026-11-06 12:00:00"):
            # Friday, 20:00 in China
            run = self._start(lead)
        self.assertEqual(str(run.next_at), "2026-11-09 01:00:00")
        self._at("2026-11-08 12:00:00")
        self.assertFalse(self._sent(lead))
        self._at("2026-11-09 09:00:00")
        self.assertTrue(self._sent(lead))
        playbook = self._open_playbook()
        other = self._person(self.sam, 2)
        with freeze_time("2026-11-06 18:00:00"):
            run = self._start(other, playbook=playbook)
        self.assertEqual(str(run.next_at), "2026-11-06 18:00:00")

    def test_kinds(self):
        """A task, a notice, a condition and a wait. Covers: L05, S22."""
        lead = self._person(self.sam)
        steps = [
            {"name": "没有意向", "kind": "tag", "tag_ids": [(6, 0, self.tag.ids)]},
            {"name": "准备样品", "kind": "task", "note": "两套"},
            {"name": "请关注", "kind": "notice", "notice_to": "leader"},
            {
                "name": "等行业",
                "kind": "wait",
                "until_domain": "[('city', '=', '宁波')]",
                "timeout_days": 2,
                "on_timeout": "stop",
            },
        ]
        steps[0]["condition"] = "[('city', '=', '上海')]"
        playbook = self._playbook(self.manager, steps)
        with freeze_time("2026-11-03 02:00:00"):
            run = self._start(lead, playbook=playbook)
            self._come()
        self.assertEqual(
            self._story(run),
            [("没有意向", "skipped"), ("准备样品", "done"), ("请关注", "done")],
        )
        self.assertFalse(lead.tag_ids)
        task = self.env["crm.task"].search([("name", "=", "准备样品")])
        self.assertEqual((task.user_id, task.creator_id), (self.sam, self.sam))
        self.assertIn("两套", task.description)
        told = self.env["mail.message"].search([("subject", "=", "请关注")])
        self.assertEqual(told.partner_ids, self.manager.partner_id)
        self.assertEqual(str(run.next_at), "2026-11-03 03:00:00")
        other = self._person(self.sue, 2)
        with freeze_time("2026-11-03 02:00:00"):
            later = self._start(other, playbook=playbook)
            self._come()
        other.city = "宁波"
        self._at("2026-11-03 11:00:00")
        self.assertEqual(later.state, "done")
        self.assertEqual(run.state, "running")
        self._at("2026-11-05 10:00:00")
        self.assertEqual((run.state, run.reason), ("stopped", "timeout"))

    def test_steps_change(self):
        """Steps change under a run: texts count, what is removed is passed over.

        Covers: L05.
        """
        lead = self._person(self.sam)
        with freeze_time("2026-11-03 02:00:00"):
            run = self._start(lead)
            self._come()
        steps = self.playbook.step_ids
        self.playbook.with_user(self.manager).write(
            {
                "step_ids": [
                    (2, steps[1].id, 0),
                    (1, steps[3].id, {"name": "打上标签"}),
                    (0, 0, {"name": "太晚了", "sequence": -1, "kind": "notice"}),
                ]
            }
        )
        self._at("2026-11-06 10:00:00")
        self.assertEqual(run.step_id, steps[2])
        # five days later is a Wednesday
        self._at("2026-11-11 10:00:00")
        self._at("2026-11-11 12:00:00")
        self.assertEqual(
            self._story(run),
            [
                ("发案例", "done"),
                ("再发一封", "done"),
                ("打上标签", "done"),
                ("", "ended"),
            ],
        )

    def test_failure(self):
        """A step that fails is tried again, later each time, then given up.

        The others go on, and the responsible person is told. Covers: L05.
        """
        lead, other = self._person(self.sam), self._person(self.sam, 2)
        now = datetime(2026, 11, 3, 2)
        do = StepKinds._crm_do_email

        def fail(step, record, run):
            if record.id == lead.id:
                raise ValueError("此路不通")
            return do(step, record, run)

        playbook = self._open_playbook()
        patched = patch.object(StepKinds, "_crm_do_email", fail)
        with patched, freeze_time(now) as clock, mute_logger(ENGINE):
            run = self._start(lead, playbook=playbook)
            fine = self._start(other, playbook=playbook)
            delays = []
            for _attempt in range(5):
                self._come()
                if run.next_at:
                    delays.append((run.next_at - clock()).total_seconds() / 60)
                    clock.move_to(run.next_at)
        self.assertEqual(delays, [15, 60, 240, 960])
        self.assertEqual(run.state, "failed")
        self.assertEqual(self._story(run), [("发案例", "failed")] * 5)
        self.assertIn(("发案例", "done"), self._story(fine))
        told = self.env["mail.message"].search(
            [("partner_ids", "in", self.manager.partner_id.ids)], order="id desc"
        )
        self.assertIn("新询盘跟进", told[0].subject)
        run.with_user(self.sam).action_retry()
        self._come()
        self.assertEqual(self._story(run)[-1], ("发案例", "done"))

    def test_pause(self):
        """A playbook that pauses does nothing, and goes on afterwards. Covers: L05."""
        lead = self._person(self.sam)
        with freeze_time("2026-11-03 02:00:00"):
            run = self._start(lead)
            self.playbook.with_user(self.manager).action_pause()
            self._come()
            self.assertFalse(run.log_ids)
            self.assertIn("新询盘跟进", lead.with_user(self.sam).playbook_status)
            with self.assertRaisesRegex(UserError, "not running"):
                self._start(self._person(self.sam, 2))
            self.playbook.with_user(self.manager).action_start()
            self._come()
        self.assertEqual(self._story(run), [("发案例", "done")])

    def test_status(self):
        """The form says where the lead is; the timing of steps reads as days.

        Covers: L05.
        """
        lead = self._person(self.sam)
        self._start(lead)
        status = lead.with_user(self.sam).playbook_status
        self.assertIn("1/4", status)
        self.assertIn("发案例", status)
        timings = self.playbook.with_user(self.sam).step_ids.mapped("timing")
        self.assertEqual(
            timings,
            [
                "Day 0",
                "Working Day 3",
                "Day 5 + Working Day 3",
                "Day 5 + Working Day 3 + 2 h",
            ],
        )
