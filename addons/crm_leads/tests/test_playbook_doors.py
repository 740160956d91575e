from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.crm_base.models.crm_playbook_run_engine import BATCH
from odoo.addons.crm_pipeline.tests.playbook_common import PlaybookCase

HOSTILE = (None, False, True, -1, 0, 2**40, "1", "'; DROP", [], {}, 1.5, float("nan"))


@tagged("post_install", "-at_install")
class TestPlaybookDoors(PlaybookCase):
    """Who sees and changes playbooks, through every door."""

    def test_playbooks(self):
        """All who sell read playbooks; the responsible and those above change them.

        Covers: L05, B01.
        """
        for user in (self.sam, self.xia, self.other_manager, self.assistant):
            self.assertEqual(self.playbook.with_user(user).name, "新询盘跟进")
            for call in (
                lambda p: p.write({"name": "x"}),
                lambda p: p.step_ids[0].write({"name": "x"}),
                lambda p: p.unlink(),
                lambda p: p.action_start(),
                lambda p: p.action_pause(),
                lambda p: p.action_archive(),
            ):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    call(self.playbook.with_user(user))
        for user in (self.manager, self.director, self.boss):
            self.playbook.with_user(user).name = f"新询盘 {user.login}"
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                self.playbook.with_user(user).read(["name"])

    def test_workflow(self):
        """State, responsible person, runs and log are written by no door.

        Covers: L05, B01.
        """
        run = self._start(self._person(self.sam), playbook=self._open_playbook())
        self._come()
        self.assertTrue(run.log_ids)
        writes = [
            (self.playbook, {"state": "draft"}),
            (self.playbook, {"user_id": self.boss.id}),
            (run, {"user_id": self.boss.id}),
            (run, {"next_at": False}),
            (run, {"state": "done"}),
            (run.log_ids, {"outcome": "done"}),
        ]
        for user in (self.manager, self.boss):
            for record, values in writes:
                with self.assertRaises(AccessError), self.cr.savepoint():
                    record.with_user(user).write(values)
            for record in (run, run.log_ids):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    record.with_user(user).unlink()
            with self.assertRaises(AccessError), self.cr.savepoint():
                run.with_user(user).copy()
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.env["crm.playbook"].with_user(user).with_context(
                    default_user_id=self.sue.id
                ).create({"name": "x", "user_id": self.sue.id})
        made = (
            self.env["crm.playbook"]
            .with_user(self.manager)
            .with_context(default_user_id=self.boss.id, default_state="running")
            .create({"name": "x"})
        )
        self.assertEqual((made.user_id, made.state), (self.manager, "draft"))

    def test_sight(self):
        """Runs and logs are seen by those who see the lead. Covers: L05, B01."""
        run = self._start(self._person(self.sam), playbook=self._open_playbook())
        self._come()
        self.assertTrue(run.log_ids)
        viewers = self.sam | self.manager | self.assistant | self.director | self.boss
        self.assertViewers(run, viewers)
        self.assertViewers(run.log_ids, viewers)
        stopping = self.sue, self.xia, self.other_manager, self.assistant
        for user in stopping:
            with self.assertRaises(AccessError), self.cr.savepoint():
                run.with_user(user).action_stop()
            with self.assertRaises(AccessError), self.cr.savepoint():
                run.lead_id.with_user(user).action_stop_playbook()
        run.with_user(self.manager).action_stop()
        self.assertEqual(run.reason, "hand")

    def test_used(self):
        """What has been started keeps its history. Covers: L05."""
        self._start(self._person(self.sam))
        with self.assertRaisesRegex(UserError, "Archive"):
            self.playbook.with_user(self.manager).unlink()
        fresh = self._playbook(self.manager)
        fresh.with_user(self.manager).unlink()

    def test_hidden_fields(self):
        """A playbook chooses by nothing that its author may not search by.

        Covers: L05.
        """
        hidden = "[('user_id.partner_id.signup_type', '=', 'reset')]"
        for name in ("domain", "exit_domain"):
            with self.subTest(name), self.assertRaises(AccessError):
                self._playbook(self.manager, **{name: hidden})

    def test_hostile(self):
        """Nonsense is refused in words. Covers: L05."""
        lead = self._person(self.sam).with_user(self.sam)
        for value in HOSTILE:
            with self.assertRaises(UserError), self.cr.savepoint():
                lead.action_start_playbook(value)
            with self.assertRaises(UserError), self.cr.savepoint():
                self.env["crm.playbook.start"].with_user(self.sam).create(
                    {
                        "res_model": "res.users",
                        "res_ids": str(value),
                        "playbook_id": self.playbook.id,
                    }
                ).action_start()
        run = self._start(lead.with_env(self.env))
        for value in HOSTILE:
            run.with_user(self.sam).action_stop(value)
        with self.assertRaises(UserError):
            run.with_user(self.sam).action_retry()

    def test_handover(self):
        """Whoever leaves hands over playbooks and what runs. Covers: L05, B04."""
        items = {(item.model, item.field) for item in self.env["res.users"]._crm_desk()}
        self.assertIn(("crm.playbook", "user_id"), items)
        self.assertIn(("crm.playbook.run", "user_id"), items)

    def test_queries(self):
        """Starting and listing cost the same for few and many. Covers: L05."""
        self.playbook.with_user(self.manager).manual_by = "all"

        def cost(call):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            call()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = self.env["crm.lead"].union(*[self._person(self.sam, n) for n in range(3)])
        many = self.env["crm.lead"].union(
            *[self._person(self.sam, n) for n in range(10, 50)]
        )
        starts = [
            cost(
                lambda s=leads: s.with_user(self.sam).action_start_playbook(
                    self.playbook.id
                )
            )
            for leads in (few, many)
        ]
        self.assertLessEqual(starts[1], starts[0] + 2)
        status = [
            cost(lambda s=leads: s.with_user(self.sam).mapped("playbook_status"))
            for leads in (few, many)
        ]
        self.assertLessEqual(status[1], status[0] + 1)
        Run = self.env["crm.playbook.run"].with_user(self.sam)
        spec = {
            "lead_id": {"fields": {"display_name": {}}},
            "progress": {},
            "display_name": {},
        }
        lists = [
            cost(lambda n=limit: Run.web_search_read([], spec, limit=n))
            for limit in (3, 40)
        ]
        self.assertLessEqual(lists[1], lists[0] + 1)
        self.assertLess(40, BATCH)
