from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import CrmCase

NOW = "2026-03-10 02:00:00"
LONG = "客户对样品很满意，约好下周三来厂里看生产线"


@tagged("post_install", "-at_install")
class TestFollowup(CrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)

    def _log(self, followup):
        self.env.flush_all()
        self.env.cr.precommit.run()
        return followup.message_ids.sudo().tracking_value_ids

    # ------------------------------------------------------------
    # STATES AND TIMES
    # ------------------------------------------------------------

    def test_plan_then_done(self):
        """A plan is finished now; the customer remembers it.

        Covers: B09, B10.
        """
        with freeze_time(NOW):
            plan = self._followup(
                self.sam, self.customer, planned_at="2026-03-12 02:00:00", content=LONG
            )
            self.assertEqual(plan.state, "planned")
            self.assertEqual(plan.date, plan.planned_at)
            self.assertEqual(self.customer.next_followup_at, plan.planned_at)
            self.assertFalse(self.customer.last_followup_at)
        with freeze_time("2026-03-11 02:00:00"):
            self.assertTrue(plan.with_user(self.sam).action_done())
        self.assertEqual(plan.state, "done")
        self.assertEqual(plan.done_at, datetime(2026, 3, 11, 2))
        self.assertEqual(plan.date, plan.done_at)
        self.assertEqual(self.customer.last_followup_at, plan.done_at)
        self.assertEqual(self.customer.last_effective_followup_at, plan.done_at)
        self.assertFalse(self.customer.next_followup_at)
        with self.assertRaises(UserError):
            plan.with_user(self.sam).action_done()
        with self.assertRaises(UserError):
            plan.with_user(self.sam).action_cancel("late")

    def test_record_of_the_past_minute(self):
        """Created as done, it is a plan that is finished at once; time cannot be given.

        Covers: B09.
        """
        with freeze_time(NOW):
            record = self._followup(self.sam, self.customer, state="done", content=LONG)
        self.assertEqual(
            (record.state, record.done_at), ("done", datetime(2026, 3, 10, 2))
        )
        self.assertTrue(record.is_effective)
        with self.assertRaises(AccessError):
            self._followup(
                self.sam, self.customer, state="done", done_at="2026-01-01 00:00:00"
            )
        with self.assertRaises(AccessError):
            self._followup(self.sam, self.customer, state="cancelled")

    def test_cancel(self):
        """A plan is cancelled with a reason and stays for statistics.

        Covers: B10.
        """
        plan = self._followup(self.sam, self.customer, planned_at="2031-03-12 02:00:00")
        theirs = plan.with_user(self.sam)
        for reason in ("", "  ", False):
            with self.assertRaises(UserError):
                theirs.action_cancel(reason)
        self.env["crm.followup.cancel"].with_user(self.sam).create(
            {"followup_ids": [(6, 0, plan.ids)], "reason": " 客户出差 "}
        ).action_cancel()
        self.assertEqual((plan.state, plan.cancel_reason), ("cancelled", "客户出差"))
        self.assertFalse(self.customer.next_followup_at)
        with self.assertRaises(UserError):
            theirs.unlink()
        open_plan = self._followup(self.sam, self.customer)
        open_plan.with_user(self.sam).unlink()
        self.assertFalse(open_plan.exists())
        plan.with_user(self.boss).unlink()
        undated = self._followup(self.sam, self.customer)
        undated.with_user(self.sam).action_cancel("x")
        self.assertTrue(undated.date, "without a day it is remembered by its end")

    def test_plan_changes(self):
        """A plan may be moved, by form and by calendar; what happened keeps its time.

        Covers: B10.
        """
        plan = self._followup(self.sam, self.customer, planned_at="2031-03-12 02:00:00")
        self._log(plan)
        theirs = plan.with_user(self.sam)
        theirs.planned_at = "2031-03-13 02:00:00"
        self.assertEqual(self.customer.next_followup_at, datetime(2031, 3, 13, 2))
        theirs.date = "2031-03-14 02:00:00"
        self.assertEqual(plan.planned_at, datetime(2031, 3, 14, 2))
        self.assertEqual(self.customer.next_followup_at, datetime(2031, 3, 14, 2))
        self.assertIn("planned_at", self._log(plan).mapped("field_id.name"))
        theirs.action_done()
        for name, value in (
            ("planned_at", "2031-03-15 02:00:00"),
            ("date", "2031-03-15 02:00:00"),
            ("user_id", self.sue.id),
            ("partner_id", self._customer(self.sam, "别家").id),
        ):
            with self.assertRaises(UserError):
                theirs.write({name: value})
        theirs.content = "补充：价格可谈"
        self.assertEqual(plan.content, "补充：价格可谈")
        # the web client may send back what did not change
        theirs.write({"user_id": self.sam.id, "partner_id": self.customer.id})

    def test_restamp_keeps_the_old_time(self):
        """The same topic going on gets the present time; the log keeps the old one.

        Covers: B09.
        """
        with freeze_time(NOW):
            record = self._followup(self.sam, self.customer, done=True, content=LONG)
            self._log(record)
        with freeze_time("2026-03-12 06:00:00"):
            record.with_user(self.sam).action_restamp()
        self.assertEqual(record.done_at, datetime(2026, 3, 12, 6))
        self.assertEqual(self.customer.last_followup_at, datetime(2026, 3, 12, 6))
        times = self._log(record).filtered(
            lambda value: value.field_id.name == "done_at"
        )
        self.assertIn(datetime(2026, 3, 10, 2), times.mapped("old_value_datetime"))
        plan = self._followup(self.sam, self.customer)
        with self.assertRaises(UserError):
            plan.with_user(self.sam).action_restamp()
        with self.assertRaises(AccessError):
            record.with_user(self.sue).action_restamp()

    def test_next_plan(self):
        """Finishing makes the next plan, for the same person.

        Covers: B09, B10.
        """
        contact = self._contact(self.customer)
        record = self._followup(
            self.sam,
            self.customer,
            contact_id=contact.id,
            next_plan_at="2031-04-01 01:00:00",
            next_plan_subject="送样品",
        )
        record.with_user(self.manager).action_done()
        plan = self.customer.followup_ids - record
        self.assertEqual(
            (plan.name, plan.state, plan.user_id, plan.contact_id),
            ("送样品", "planned", self.sam, contact),
        )
        self.assertEqual(self.customer.next_followup_at, datetime(2031, 4, 1, 1))
        self.assertFalse(plan.next_plan_at)

    def test_outcome_and_files(self):
        """How it went and a file may be added later, by the person. Covers: B09."""
        outcome = self.env["crm.dictionary"].search(
            [("kind", "=", "followup_outcome")], limit=1
        )
        record = self._followup(self.sam, self.customer, done=True)
        mine = record.with_user(self.sam)
        mine.write({"outcome_id": outcome.id, "satisfaction": "4"})
        followups = mine.search([("outcome_id", "ilike", outcome.name)])
        self.assertIn(mine, followups)
        message = mine.message_post(attachments=[("图纸.txt", b"1:50")])
        self.assertEqual(message.attachment_ids.res_id, record.id)
        files = self.env["ir.attachment"].with_user(self.manager)
        found = files.search(
            [("res_model", "=", record._name), ("name", "=", "图纸.txt")]
        )
        self.assertEqual(found.raw, b"1:50")
        for user in (self.tom, self.xia):
            self.assertFalse(found.with_user(user).search([("id", "=", found.id)]))
            with self.assertRaises(AccessError):
                record.with_user(user).outcome_id = outcome

    def test_overdue(self):
        """Plans of the past are overdue, by value and by search.

        Covers: B10, B11.
        """
        late = self._followup(self.sam, self.customer, planned_at="2020-01-01 00:00:00")
        later = self._followup(
            self.sam, self.customer, planned_at="2031-01-01 00:00:00"
        )
        undated = self._followup(self.sam, self.customer)
        done = self._followup(
            self.sam, self.customer, done=True, planned_at="2020-01-01 00:00:00"
        )
        every = late | later | undated | done
        self.assertEqual(every.filtered("is_overdue"), late)
        for operator, value, expected in (
            ("=", True, late),
            ("=", False, every - late),
            ("!=", True, every - late),
        ):
            found = self.env["crm.followup"].search(
                [("is_overdue", operator, value), ("id", "in", every.ids)]
            )
            self.assertEqual(set(found.ids), set(expected.ids))

    # ------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------

    def test_who_writes(self):
        """A follow-up is changed by its author and the author's superiors.

        Covers: B01, B09.
        """
        plan = self._followup(self.sam, self.customer)
        self.assertViewers(
            plan, self.sam | self.manager | self.assistant | self.director
        )
        for user in self.sam | self.manager | self.director | self.boss:
            self.assertSees(user, plan, "write")
        for user in self.sue | self.assistant | self.employee:
            self.assertBlind(user, plan, "write")
            with self.assertRaises(AccessError):
                plan.with_user(user).action_done()
            with self.assertRaises(AccessError):
                plan.with_user(user).action_cancel("x")

    def test_on_shared_customers(self):
        """Who has a customer on loan logs own follow-ups; both sides read all of them.

        Covers: B03, B09.
        """
        mine = self._followup(self.sam, self.customer)
        with self.assertRaises(AccessError):
            self._followup(self.xia, self.customer)
        self._share(self.customer, self.xia)
        theirs = self._followup(self.xia, self.customer, done=True, content=LONG)
        self.assertEqual(self.customer.last_followup_at, theirs.done_at)
        self.assertSees(self.xia, mine | theirs)
        self.assertBlind(self.xia, mine, "write")
        self.assertSees(self.sam, theirs)
        self.assertBlind(self.sam, theirs, "write")
        self.customer.with_user(self.sam).action_unshare(self.xia.ids)
        self.assertSees(self.xia, theirs)
        self.assertBlind(self.xia, mine)

    def test_not_for_others(self):
        """Nobody logs in a colleague's name, or on customers out of reach.

        Covers: B09.
        """
        with self.assertRaises(AccessError):
            self._followup(self.sam, self.customer, user_id=self.sue.id)
        self._followup(self.manager, self.customer, user_id=self.sam.id)
        other = self._customer(self.xia, "别家")
        with self.assertRaises(AccessError):
            self._followup(self.sam, other)
        plan = self._followup(self.sam, self.customer)
        with self.assertRaises(AccessError):
            plan.with_user(self.sam).partner_id = other
        self.assertFalse(other.next_followup_at)

    def test_only_on_customers(self):
        """Follow-ups hang on customers, not on contacts or suppliers.

        Covers: B09.
        """
        for partner in (
            self._contact(self.customer),
            self.env["res.partner"].create({"name": "供应商"}),
        ):
            with self.assertRaises(ValidationError):
                self._followup(self.sam, partner)

    def test_moving_to_another_customer_refreshes_both(self):
        """A plan that was put on the wrong customer leaves no trace there.

        Covers: B09.
        """
        other = self._customer(self.sam, "别家")
        plan = self._followup(self.sam, self.customer, planned_at="2031-01-01 00:00:00")
        plan.with_user(self.sam).partner_id = other
        self.assertFalse(self.customer.next_followup_at)
        self.assertEqual(other.next_followup_at, plan.planned_at)

    def test_review(self):
        """Superiors comment; nobody reviews himself, an assistant reviews nobody.

        Covers: B09.
        """
        record = self._followup(self.sam, self.customer, done=True)
        for user in self.sam | self.sue | self.assistant | self.other_manager:
            with self.assertRaises(AccessError):
                record.with_user(user).action_review("好")
        with self.assertRaises(UserError):
            record.with_user(self.manager).action_review("  ")
        self.env["crm.followup.review"].with_user(self.manager).create(
            {"followup_ids": [(6, 0, record.ids)], "review": "跟得很紧"}
        ).action_review()
        self.assertEqual(record.reviewer_id, self.manager)
        self.assertEqual(record.review, "跟得很紧")
        self.assertTrue(record.reviewed_at)
        told = self.env["mail.notification"].search(
            [
                ("res_partner_id", "=", self.sam.partner_id.id),
                ("mail_message_id.model", "=", "crm.followup"),
                ("mail_message_id.res_id", "=", record.id),
            ]
        )
        self.assertTrue(told)
        own = self._followup(self.manager, self.customer, done=True)
        with self.assertRaises(AccessError):
            own.with_user(self.manager).action_review("好")
        own.with_user(self.director).action_review("好")

    # ------------------------------------------------------------
    # METHODS, TEMPLATES, STATISTICS
    # ------------------------------------------------------------

    def test_every_method(self):
        """Every method of the list makes a follow-up; only the visit is a visit.

        Covers: B09, B10.
        """
        methods = self.env["crm.dictionary"].search([("kind", "=", "followup_method")])
        self.assertGreaterEqual(len(methods), 7)
        for method in methods:
            record = self._followup(self.sam, self.customer, method_id=method.id)
            self.assertEqual(record.is_visit, method.code == "visit")

    def test_template(self):
        """A template fills subject, content and method; what is typed stays.

        Covers: B09.
        """
        template = (
            self.env["crm.followup.template"]
            .with_user(self.manager)
            .create(
                {
                    "name": "初访",
                    "subject": "第一次拜访",
                    "content": "决策人：\n预算：",
                    "method_id": self.visit.id,
                }
            )
        )
        with Form(
            self.env["crm.followup"]
            .with_user(self.sam)
            .with_context(default_partner_id=self.customer.id)
        ) as form:
            form.template_id = template
            self.assertEqual(form.name, "第一次拜访")
            self.assertEqual(form.method_id, self.visit)
            form.content = "决策人：王总\n预算：十万"
        self.assertEqual(form.record.content, "决策人：王总\n预算：十万")
        quick = (
            self.env["crm.followup"]
            .with_user(self.sam)
            .create({"partner_id": self.customer.id, "template_id": template.id})
        )
        self.assertEqual(
            (quick.name, quick.content, quick.method_id),
            ("第一次拜访", "决策人：\n预算：", self.visit),
        )
        typed = self._followup(self.sam, self.customer, template_id=template.id)
        self.assertEqual((typed.name, typed.method_id), ("电话沟通", self.phone))
        with self.assertRaises(AccessError):
            template.with_user(self.sam).name = "x"

    def test_statistics(self):
        """Frequency, number and satisfaction by person and month.

        Covers: B10.
        """
        followups = self.env["crm.followup"].with_user(self.manager)
        for user, when, mark in (
            (self.sam, "2026-03-01 02:00:00", "5"),
            (self.sam, "2026-03-15 02:00:00", "3"),
            (self.sam, "2026-04-02 02:00:00", False),
            (self.tom, "2026-03-20 02:00:00", "4"),
        ):
            if user != self.sam:
                self._share(self.customer, user)
            with freeze_time(when):
                self._followup(
                    user,
                    self.customer,
                    done=True,
                    satisfaction=mark,
                    method_id=self.visit.id,
                )
        groups = followups._read_group(
            [("state", "=", "done"), ("partner_id", "=", self.customer.id)],
            ["user_id", "done_at:month"],
            ["__count", "satisfaction_score:avg"],
        )
        self.assertEqual(
            {
                (user.login, month.month): (count, score)
                for user, month, count, score in groups
            },
            {
                ("sam", 3): (2, 4.0),
                # nobody asked: no figure, and none that pulls an average down
                ("sam", 4): (1, False),
                ("tom", 3): (1, 4.0),
            },
        )

    def test_copy(self):
        """A copy is a new plan without the results of the old one.

        Covers: B09.
        """
        record = self._followup(
            self.sam, self.customer, done=True, satisfaction="5", content=LONG
        )
        copy = record.with_user(self.sam).copy()
        self.assertEqual(copy.state, "planned")
        self.assertEqual(copy.content, LONG)
        for name in ("done_at", "planned_at", "satisfaction", "is_effective", "review"):
            self.assertFalse(copy[name], name)

    def test_history(self):
        """Imports of history keep their times, and the customer's facts follow.

        Covers: B18.
        """
        when = fields.Datetime.now() - timedelta(days=400)
        history = self.env["crm.followup"]._crm_create_history(
            [
                {
                    "name": "旧系统",
                    "partner_id": self.customer.id,
                    "user_id": self.sam.id,
                    "method_id": self.phone.id,
                    "state": "done",
                    "done_at": when,
                    "is_effective": True,
                }
            ]
        )
        self.assertEqual(history.date, when)
        self.assertEqual(self.customer.last_effective_followup_at, when)
        self.assertNotIn("crm_workflow", history.env.context)

    def test_facts_after_deletion(self):
        """Deleting a follow-up brings the customer's facts back to what is left.

        Covers: B09.
        """
        with freeze_time("2026-01-01 02:00:00"):
            first = self._followup(self.sam, self.customer, done=True, content=LONG)
        with freeze_time("2026-02-01 02:00:00"):
            second = self._followup(self.sam, self.customer, done=True, content="嗯")
        self.assertEqual(self.customer.last_followup_at, second.done_at)
        second.with_user(self.boss).unlink()
        self.assertEqual(self.customer.last_followup_at, first.done_at)
        first.with_user(self.boss).unlink()
        self.assertFalse(self.customer.last_followup_at)
        self.assertFalse(self.customer.last_effective_followup_at)
