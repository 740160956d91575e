from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestTask(CrmCase):
    """Who gives tasks to whom, who finishes and who confirms them."""

    def _task(self, creator, executor, **values):
        task = (
            self.env["crm.task"]
            .with_user(creator)
            .create({"name": "送样品", "user_id": executor.id, **values})
        )
        return task.with_env(self.env)

    def test_way_of_a_task(self):
        """To do, doing, done by the executor; confirmed by the creator.

        Covers: B12.
        """
        task = self._task(self.tom, self.sue)
        self.assertEqual(task.creator_id, self.tom)
        for user in (self.tom, self.xia):
            with self.assertRaises(AccessError):
                task.with_user(user).action_start()
        task.with_user(self.sue).action_start()
        self.assertEqual(task.state, "doing")
        with self.assertRaises(UserError):
            task.with_user(self.sue).action_start()
        with self.assertRaises(UserError):
            task.with_user(self.tom).action_confirm()
        task.with_user(self.sue).action_done()
        self.assertEqual((task.state, task.done_by_id), ("done", self.sue))
        with self.assertRaises(AccessError):
            task.with_user(self.sue).action_confirm()
        with self.assertRaises(UserError):
            task.with_user(self.tom).action_return("  ")
        task.with_user(self.tom).action_return("少了一份")
        self.assertEqual((task.state, task.return_count), ("doing", 1))
        self.assertFalse(task.done_at)
        task.with_user(self.manager).action_done()
        self.assertEqual(task.done_by_id, self.manager, "superiors may act")
        task.with_user(self.tom).action_confirm()
        self.assertEqual(task.state, "confirmed")
        with self.assertRaises(UserError):
            task.with_user(self.tom).action_cancel("x")
        self.assertEqual(
            task.log_ids.sorted("id").mapped("kind"),
            ["start", "done", "return", "done", "confirm"],
        )
        self.assertEqual(task.log_ids.sorted("id")[2].reason, "少了一份")

    def test_own_task(self):
        """What one gives oneself nobody needs to confirm. Covers: B12."""
        task = self._task(self.sam, self.sam)
        task.with_user(self.sam).action_done()
        self.assertEqual(task.state, "confirmed")
        self.assertTrue(task.done_at and task.confirmed_at)

    def test_cancel(self):
        """The creator calls a task off, with a reason. Covers: B12."""
        task = self._task(self.tom, self.sue)
        with self.assertRaises(AccessError):
            task.with_user(self.sue).action_cancel("keine Lust")
        for reason in ("", " ", None, 5):
            with self.assertRaises(UserError):
                task.with_user(self.tom).action_cancel(reason)
        task.with_user(self.tom).action_cancel("客户取消")
        self.assertEqual((task.state, task.cancel_reason), ("cancelled", "客户取消"))

    def test_hand_over(self):
        """An executor gives the own part to somebody else; the log says so.

        Covers: B12.
        """
        task = self._task(self.tom, self.sue, helper_ids=[(6, 0, self.sam.ids)])
        self.assertEqual(task.executor_ids, self.sue | self.sam)
        task.with_user(self.sam).action_hand_over(self.xia.id, "出差")
        self.assertEqual(task.executor_ids, self.sue | self.xia)
        with self.assertRaises(AccessError):
            task.with_user(self.sam).action_hand_over(self.tom.id, "x")
        task.with_user(self.sue).action_hand_over(self.xia.id, "太忙")
        self.assertEqual(task.user_id, self.xia)
        self.assertEqual(task.executor_ids, self.xia)
        self.assertEqual(
            [
                (log.kind, log.from_user_id, log.to_user_id, log.reason)
                for log in task.log_ids.sorted("id")
            ],
            [
                ("handover", self.sam, self.xia, "出差"),
                ("handover", self.sue, self.xia, "太忙"),
            ],
        )
        with self.assertRaises(ValidationError):
            task.with_user(self.xia).action_hand_over(self.employee.id, "x")
        for wrong in (0, 10**9, self.xia.id):
            with self.assertRaises(UserError):
                task.with_user(self.xia).action_hand_over(wrong, "x")

    def test_who_sees(self):
        """Creator, executors and their superiors see and change it. Covers: B12."""
        task = self._task(self.tom, self.xia, helper_ids=[(6, 0, self.sue.ids)])
        self.assertViewers(
            task,
            self.tom
            | self.xia
            | self.sue
            | self.manager
            | self.other_manager
            | self.director
            | self.assistant,
        )
        self.assertBlind(self.assistant, task, "write")
        self.assertSees(self.other_manager, task, "write")

    def test_protected(self):
        """States change by methods only, terms by the creator. Covers: B12."""
        task = self._task(self.tom, self.sue)
        for vals in (
            {"state": "confirmed"},
            {"creator_id": self.sue.id},
            {"done_at": "2026-01-01 00:00:00"},
            {"return_count": 0},
        ):
            for user in (self.sue, self.tom, self.boss):
                with self.assertRaises(AccessError):
                    task.with_user(user).write(vals)
            with self.assertRaises(AccessError):
                self.env["crm.task"].with_user(self.sue).create(
                    {"name": "x", **vals, "return_count": 3}
                )
        for vals in (
            {"name": "x"},
            {"deadline": "2030-01-01 00:00:00"},
            {"user_id": self.sam.id},
            {"helper_ids": [(4, self.sam.id)]},
            {"priority": "0"},
        ):
            with self.assertRaises(AccessError):
                task.with_user(self.sue).write(vals)
            task.with_user(self.tom).write(vals)
        task = self._task(self.tom, self.sue, item_ids=[(0, 0, {"name": "1"})])
        # what executors write is how it goes
        task.with_user(self.sue).item_ids.is_done = True
        self.assertEqual(task.item_progress, 100)
        with self.assertRaises(AccessError):
            task.item_ids.with_user(self.xia).write({"is_done": False})
        task.with_user(self.sue).action_start()
        log = task.log_ids
        for user in (self.tom, self.boss):
            with self.assertRaises(AccessError):
                log.with_user(user).write({"reason": "x"})
            with self.assertRaises(AccessError):
                log.with_user(user).unlink()
            if user != self.boss:
                with self.assertRaises(UserError):
                    task.with_user(user).unlink()

    def test_board(self):
        """A card goes only where a step leads. Covers: B12."""
        task = self._task(self.tom, self.sue)
        for state in ("todo", "confirmed", "cancelled", "x"):
            with self.assertRaises(UserError):
                task.with_user(self.sue).action_move(state)
        task.with_user(self.sue).action_move("doing")
        task.with_user(self.sue).action_move("done")
        with self.assertRaises(UserError):
            task.with_user(self.tom).action_move("doing")
        task.with_user(self.tom).action_move("confirmed")
        self.assertEqual(task.state, "confirmed")

    def test_overdue(self):
        """Open tasks past their deadline are marked and found. Covers: B12."""
        now = fields.Datetime.now()
        late = self._task(self.tom, self.sue, deadline=now - timedelta(hours=1))
        soon = self._task(self.tom, self.sue, deadline=now + timedelta(hours=1))
        self.assertEqual((late.is_overdue, soon.is_overdue), (True, False))
        found = self.env["crm.task"].search([("is_overdue", "=", True)])
        self.assertIn(late, found)
        self.assertNotIn(soon, found)
        values = {
            value["code"]: value["value"]
            for value in self.env["crm.metric"]
            .with_user(self.sue)
            .compute_values(["tasks_open", "tasks_overdue", "tasks_done"])
        }
        self.assertEqual(values, {"tasks_open": 2, "tasks_overdue": 1, "tasks_done": 0})
        late.with_user(self.sue).action_done()
        self.assertFalse(late.is_overdue)

    def test_repeat(self):
        """The next one is made once, and keeps to the day of the month.

        Covers: B12.
        """
        Task = self.env["crm.task"].with_user(self.tom)
        task = Task.create(
            {
                "name": "月报",
                "user_id": self.sue.id,
                # 31 January 2030, 17:00 in Shanghai
                "deadline": "2030-01-31 09:00:00",
                "repeat_unit": "month",
                "item_ids": [(0, 0, {"name": "数据", "is_done": True})],
            }
        )
        task.with_user(self.sue).action_done()
        second = task.next_task_id
        self.assertEqual(second.deadline, datetime(2030, 2, 28, 9))
        self.assertEqual((second.state, second.creator_id), ("todo", self.tom))
        self.assertFalse(second.item_ids.is_done)
        task.action_return("再查一次")
        task.with_user(self.sue).action_done()
        self.assertEqual(task.next_task_id, second, "made once")
        second.with_user(self.sue).action_done()
        self.assertEqual(second.next_task_id.deadline, datetime(2030, 3, 31, 9))
        # two years late: one task, not twenty-four
        late = Task.create(
            {
                "name": "周会",
                "user_id": self.sue.id,
                "deadline": fields.Datetime.now() - timedelta(days=730),
                "repeat_unit": "week",
            }
        )
        late.with_user(self.sue).action_done()
        ahead = late.next_task_id.deadline - fields.Datetime.now()
        self.assertTrue(timedelta(0) < ahead <= timedelta(days=7))
        last = Task.create(
            {
                "name": "日报",
                "user_id": self.sue.id,
                "deadline": "2030-01-31 09:00:00",
                "repeat_unit": "day",
                "repeat_until": "2030-01-31",
            }
        )
        last.with_user(self.sue).action_done()
        self.assertFalse(last.next_task_id)
        with self.assertRaises(ValidationError):
            Task.create({"name": "x", "repeat_unit": "day"})

    def test_goes_with_the_customer(self):
        """Open tasks on a customer go to its new owner; done ones stay.

        Covers: B03, B12.
        """
        customer = self._customer(self.sam)
        task = self._task(self.sam, self.sam, partner_id=customer.id)
        done = self._task(self.sam, self.sam, partner_id=customer.id)
        done.with_user(self.sam).action_done()
        customer.with_user(self.manager).action_transfer(self.sue.id)
        self.assertEqual((task.user_id, task.creator_id), (self.sue, self.sue))
        self.assertEqual(done.user_id, self.sam)
        self.assertEqual(task.log_ids.to_user_id, self.sue)

    def test_merge(self):
        """Tasks of merged customers stay. Covers: B13, B12."""
        kept, gone = self._customer(self.sam), self._customer(self.sam, "中石油")
        task = self._task(self.sam, self.sam, partner_id=gone.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.manager)
        wizard.create({})._merge((kept | gone).ids, kept.with_user(self.manager))
        self.assertEqual(task.partner_id, kept)

    def test_page_of_the_customer(self):
        """Tasks are a tab and entries of the timeline. Covers: B14, B12."""
        customer = self._customer(self.sam)
        self._task(self.sam, self.sam, partner_id=customer.id)
        done = self._task(self.sam, self.sam, partner_id=customer.id, name="寄合同")
        done.with_user(self.sam).action_done()
        page = customer.with_user(self.sam).get_crm_overview()
        (tab,) = (tab for tab in page["tabs"] if tab["code"] == "tasks")
        self.assertEqual(tab["count"], 1)
        entries = customer.with_user(self.sam).get_crm_timeline(kinds=["task"])
        self.assertEqual([entry["title"] for entry in entries["entries"]], ["寄合同"])

    def test_menu_of_activities(self):
        """The menu in the top bar counts tasks too. Covers: B12."""
        now = fields.Datetime.now()
        self._task(self.tom, self.sue, deadline=now - timedelta(hours=1))
        self._task(self.tom, self.sue)
        groups = self.env["res.users"].with_user(self.sue)._get_activity_groups()
        (group,) = (group for group in groups if group["model"] == "crm.task")
        self.assertEqual(group["overdue_count"], 1)
        self.assertEqual(group["planned_count"], 1)

    def test_told(self):
        """Executors are told of a task, the creator when it is done.

        Covers: B12.
        """

        def inbox(user):
            return self.env["mail.notification"].search_count(
                [("res_partner_id", "=", user.partner_id.id)]
            )

        before = inbox(self.sue), inbox(self.sam), inbox(self.tom)
        task = self._task(self.tom, self.sue, helper_ids=[(6, 0, self.sam.ids)])
        self.assertEqual(
            (inbox(self.sue), inbox(self.sam)), (before[0] + 1, before[1] + 1)
        )
        task.with_user(self.sue).action_done()
        self.assertEqual(inbox(self.tom), before[2] + 1)
