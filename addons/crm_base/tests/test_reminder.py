from datetime import datetime, time, timedelta

import pytz
from lunar_python import Lunar

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CrmCase


class ReminderCase(CrmCase):
    """The scheduler, run at a time of the test's choosing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.Reminder = cls.env["crm.reminder"]

    def _tick(self, now=None):
        """Run the scheduler once, in the test's own transaction."""
        now = now or self.now
        self.Reminder._crm_collect(now)
        for step in ("_crm_prepare", "_crm_deliver", "_crm_retry_mails"):
            while getattr(self.Reminder, step)(now):
                pass
        self.env.invalidate_all()

    def _kind(self, code):
        return self.env.ref(f"crm_base.reminder_kind_{code}")

    def _channels(self, code, *channels):
        """Let a kind go through these channels only."""
        self._kind(code).channel_ids = self.env["crm.reminder.channel"].search(
            [("code", "in", channels)]
        )

    def _reminders(self, user, code=None):
        domain = [("user_id", "=", user.id)]
        if code:
            domain.append(("kind_id.code", "=", code))
        return self.Reminder.search(domain, order="id")

    def _mails(self, user):
        return self.env["mail.mail"].search([("email_to", "ilike", user.email)])

    def _plan(self, user, minutes, customer=None):
        """A follow-up planned in so many minutes from now."""
        return self._followup(
            user,
            customer or self._customer(user),
            planned_at=self.now + timedelta(minutes=minutes),
        )


@tagged("post_install", "-at_install")
class TestReminder(ReminderCase):
    """What people are reminded of, when, and what becomes of it."""

    def test_planned_followup_pops_up_once(self):
        """A plan reminds its person on the minute, once. Covers: B11."""
        plan = self._plan(self.sam, 15)
        for _turn in range(3):
            self._tick()
        reminder = self._reminders(self.sam)
        self.assertEqual(len(reminder), 1)
        self.assertEqual((reminder.res_model, reminder.res_id), (plan._name, plan.id))
        self.assertEqual(reminder.partner_id, plan.partner_id)
        self.assertEqual(reminder.remind_at, self.now)
        self.assertEqual(reminder.state, "active")
        self.assertEqual(reminder.delivery_ids.channel, "popup")
        self.assertEqual(reminder.delivery_ids.state, "sent")
        (popup,) = self.Reminder.with_user(self.sam).get_popups()
        self.assertEqual((popup["id"], popup["wait"]), (reminder.id, 0))
        self.assertIn("中国石油", popup["title"])
        self.assertFalse(self.Reminder.with_user(self.sue).get_popups())
        # seen on one screen, seen on all
        reminder.with_user(self.sam).action_done()
        self.assertFalse(self.Reminder.with_user(self.sam).get_popups())
        self._tick()
        self.assertEqual(self._reminders(self.sam).state, "done")

    def test_task(self):
        """Whoever works on a task is reminded of its deadline, not when it is done.

        Covers: B11, B12.
        """
        tasks = self.env["crm.task"].with_user(self.sam)
        task = tasks.create(
            {
                "name": "寄样品",
                "user_id": self.sam.id,
                "helper_ids": [Command.set(self.tom.ids)],
                "deadline": self.now + timedelta(minutes=30),
            }
        )
        done = tasks.create(
            {
                "name": "寄资料",
                "user_id": self.sam.id,
                "deadline": self.now + timedelta(minutes=30),
            }
        )
        done.action_done()
        self._tick()
        self._tick()
        for user in (self.sam, self.tom):
            reminder = self._reminders(user, "task")
            self.assertEqual(reminder.mapped("res_id"), task.ids)
            self.assertEqual(reminder.state, "active")
        task.action_done()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        self.assertEqual(self._reminders(self.tom, "task").state, "withdrawn")

    def test_soon_waits(self):
        """What comes in a few minutes is with the client already. Covers: B11."""
        self._plan(self.sam, 15 + 3)
        self._tick()
        (popup,) = self.Reminder.with_user(self.sam).get_popups()
        self.assertAlmostEqual(popup["wait"], 180, delta=60)
        self._plan(self.tom, 15 + 30)
        self._tick()
        self.assertFalse(self._reminders(self.tom))

    def test_changed_plans_withdraw(self):
        """Moved, cancelled, given away or deleted: the reminder goes. Covers: B11."""
        moved, cancelled, given, deleted, done = (
            self._plan(self.sam, 15 + i % 3) for i in range(5)
        )
        self._tick()
        self.assertEqual(len(self.Reminder.with_user(self.sam).get_popups()), 5)
        moved.planned_at = self.now + timedelta(days=2)
        cancelled.action_cancel("x")
        given.user_id = self.sue
        deleted.unlink()
        done.action_done()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        self.assertEqual(set(self._reminders(self.sam).mapped("state")), {"withdrawn"})
        self.assertFalse(self.Reminder.with_user(self.sam).get_popups())
        self._tick()
        self.assertEqual(len(self._reminders(self.sue)), 1)
        # at its new time, the moved one reminds again
        self._tick(self.now + timedelta(days=2) - timedelta(minutes=15))
        states = self._reminders(self.sam, "followup").mapped("state")
        self.assertEqual(states.count("active"), 1)

    def test_withdrawn_before_sending(self):
        """What is called off between making and sending is not sent. Covers: B11."""
        self._channels("followup", "email")
        plan = self._plan(self.sam, 15)
        self.Reminder._crm_collect(self.now)
        self.Reminder._crm_prepare(self.now)
        plan.action_cancel("x")
        self.Reminder._crm_deliver(self.now)
        self.assertFalse(self._mails(self.sam))
        self.assertEqual(self._reminders(self.sam).state, "withdrawn")
        self.assertEqual(self._reminders(self.sam).delivery_ids.state, "withdrawn")

    def test_late_scheduler(self):
        """Two days without a server: one message, no flood. Covers: B11."""
        self._channels("followup", "email", "popup")
        customer = self._customer(self.sam)
        for hours in range(1, 13):
            self._followup(
                self.sam, customer, planned_at=self.now - timedelta(hours=4 * hours)
            )
        self._followup(self.sam, customer, planned_at=self.now - timedelta(days=30))
        self._tick()
        self.assertEqual(len(self._reminders(self.sam, "followup")), 12)
        self.assertEqual(len(self._mails(self.sam)), 1)
        self._tick()
        self.assertEqual(len(self._mails(self.sam)), 1)

    def test_two_times_behind(self):
        """Of several times that have passed only the last is told. Covers: B11."""
        kind = self._kind("followup")
        kind.lead_ids = [
            fields.Command.create({"number": 1, "unit": "days"}),
            fields.Command.create({"number": 2, "unit": "hours"}),
        ]
        self.env.flush_all()
        plan = self._plan(self.sam, 10)
        self.env.cr.execute(
            "UPDATE crm_followup SET create_date = %s WHERE id = %s",
            (self.now - timedelta(days=9), plan.id),
        )
        self._tick()
        self.assertEqual(self._reminders(self.sam).minutes, 15)

    def test_digest(self):
        """One mail in the morning instead of many, once a day. Covers: B11."""
        self._channels("followup", "email")
        self.sam.write({"crm_reminder_digest": True, "crm_reminder_digest_hour": 0})
        self._plan(self.sam, 15)
        self._tick()
        self._tick(self.now + timedelta(minutes=1))
        mail = self._mails(self.sam)
        self.assertEqual(len(mail), 1)
        self.assertIn("电话沟通", mail.body_html)
        self.assertEqual(
            self._reminders(self.sam).mapped("kind_id.code"), ["followup", "digest"]
        )

    def test_preferences(self):
        """Each person chooses channels for each kind, for oneself. Covers: B11."""
        sam = self.sam.with_user(self.sam)
        matrix = sam.crm_reminder_matrix
        popup = self.env.ref("crm_base.reminder_channel_popup").id
        email = self.env.ref("crm_base.reminder_channel_email").id
        followup = self._kind("followup").id
        for kind in matrix["kinds"]:
            if kind["id"] == followup:
                self.assertEqual(kind["channels"], [popup])
                kind["channels"] = [email]
        sam.write({"crm_reminder_matrix": matrix})
        self._plan(self.sam, 15)
        self._plan(self.sue, 15)
        self._tick()
        self.assertEqual(self._reminders(self.sam).delivery_ids.channel, "email")
        self.assertEqual(self._reminders(self.sue).delivery_ids.channel, "popup")
        # switched off altogether, then back to the company's choice
        for chosen, count in (([], 0), ([popup], 0)):
            for kind in matrix["kinds"]:
                if kind["id"] == followup:
                    kind["channels"] = chosen
            sam.write({"crm_reminder_matrix": matrix})
            rows = self.env["crm.reminder.preference"].search(
                [("user_id", "=", self.sam.id)]
            )
            self.assertEqual(len(rows), 1 if not chosen else count)
        with self.assertRaises(AccessError):
            self.sue.with_user(self.sam).write({"crm_reminder_quiet": True})
        for wrong in (5, {"kinds": 1}, {"kinds": [{"id": "x"}]}):
            with self.assertRaises(UserError):
                sam.write({"crm_reminder_matrix": wrong})

    def test_rest(self):
        """Quiet hours and weekends put reminders off, in one's own time.

        Covers: B11.
        """
        at = fields.Datetime.to_datetime
        sam = self.sam
        sam.write(
            {
                "crm_reminder_quiet": True,
                "crm_reminder_quiet_from": 21,
                "crm_reminder_quiet_to": 8,
                "crm_reminder_weekdays": True,
            }
        )
        for given, expected in (
            # Wednesday noon, 23:00 and 3:00 in Shanghai
            ("2026-11-25 04:00:00", "2026-11-25 04:00:00"),
            ("2026-11-25 15:00:00", "2026-11-26 00:00:00"),
            ("2026-11-25 19:00:00", "2026-11-26 00:00:00"),
            # Friday 23:00, Saturday noon: Monday 8:00
            ("2026-11-27 15:00:00", "2026-11-30 00:00:00"),
            ("2026-11-28 04:00:00", "2026-11-30 00:00:00"),
        ):
            self.assertEqual(sam._crm_after_rest(at(given)), at(expected), given)
        sam.write({"crm_reminder_quiet_from": 12, "crm_reminder_quiet_to": 14})
        self.assertEqual(
            sam._crm_after_rest(at("2026-11-25 05:00:00")), at("2026-11-25 06:00:00")
        )

    def test_escalation(self):
        """What stays open too long is told to the superior, once. Covers: B11."""
        plan = self._plan(self.sam, -73 * 60)
        self._tick()
        self._tick(self.now + timedelta(hours=1))
        self.assertFalse(self._reminders(self.sue))
        reminder = self._reminders(self.manager)
        self.assertEqual(len(reminder), 1)
        self.assertTrue(reminder.is_escalation)
        self.assertEqual(reminder.about_user_id, self.sam)
        (popup,) = self.Reminder.with_user(self.manager).get_popups()
        self.assertEqual(popup["about"], "Sam")
        # the company changes its mind about the hours: told already
        self._kind("followup").escalate_after = 60
        self._tick(self.now + timedelta(hours=1))
        self.assertEqual(len(self._reminders(self.manager)), 1)
        plan.action_done()
        self.assertFalse(self.Reminder.with_user(self.manager).get_popups())

    def test_superior_of_a_leader(self):
        """A leader's overdue work is told to the leader above. Covers: B11."""
        self._plan(self.manager, -73 * 60)
        self._tick()
        self.assertEqual(len(self._reminders(self.director)), 1)

    def test_personal(self):
        """One's own reminder on a customer, and what it refuses. Covers: B11."""
        customer = self._customer(self.sam)
        at = fields.Datetime.to_string(self.now + timedelta(hours=2))
        reminder = self.Reminder.browse(
            customer.with_user(self.sam).action_remind_me(at, "问预算")
        )
        self._tick()
        self.assertEqual(reminder.state, "scheduled")
        self._tick(self.now + timedelta(hours=2))
        self.assertEqual(reminder.state, "active")
        self.assertEqual(
            reminder.with_user(self.sam).title, f"问预算 · {customer.name}"
        )
        action = reminder.with_user(self.sam).action_open()
        self.assertEqual(action["tag"], "crm_base.customer_overview")
        self.assertEqual(reminder.state, "done")
        with self.assertRaises(AccessError):
            customer.with_user(self.xia).action_remind_me(at, "x")
        for wrong in (
            ("gestern", "x"),
            (False, "x"),
            ("2020-01-01 00:00:00", "x"),
            (at, " "),
            (at, False),
            (at, 5),
        ):
            with self.assertRaises(UserError):
                customer.with_user(self.sam).action_remind_me(*wrong)

    def test_merge_keeps_personal_reminders(self):
        """What one set oneself stays when customers are merged. Covers: B11."""
        kept, gone = self._customer(self.sam), self._customer(self.sam, "中石油")
        at = fields.Datetime.to_string(self.now + timedelta(hours=2))
        reminder = self.Reminder.browse(
            gone.with_user(self.sam).action_remind_me(at, "问预算")
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.manager)
        wizard.create({})._merge((kept | gone).ids, kept.with_user(self.manager))
        self._tick(self.now + timedelta(hours=2))
        self.assertEqual(reminder.res_id, kept.id)
        self.assertEqual(reminder.partner_id, kept)
        self.assertEqual(reminder.state, "active")

    def test_nobody_elses(self):
        """Reminders are their person's alone, at every door. Covers: B11."""
        self._plan(self.sam, 15)
        self._tick()
        reminder = self._reminders(self.sam)
        for user in (self.sue, self.manager):
            theirs = reminder.with_user(user)
            self.assertFalse(theirs.search([("id", "=", reminder.id)]))
            for method, args in (
                ("action_done", ()),
                ("action_snooze", (10,)),
                ("action_open", ()),
                ("read", (["note"],)),
            ):
                with self.assertRaises(AccessError):
                    getattr(theirs, method)(*args)
        own = reminder.with_user(self.sam)
        for door in (
            lambda: own.write({"state": "done"}),
            lambda: own.unlink(),
            lambda: own.create({"note": "x"}),
            lambda: own.delivery_ids.write({"state": "pending"}),
        ):
            with self.assertRaises(AccessError):
                door()

    def test_snooze(self):
        """Not now, later: it comes back, and asks for a sensible time. Covers: B11."""
        self._plan(self.sam, 15)
        self._tick()
        reminder = self._reminders(self.sam).with_user(self.sam)
        reminder.action_snooze(30)
        (popup,) = self.Reminder.with_user(self.sam).get_popups()
        self.assertAlmostEqual(popup["wait"], 1800, delta=60)
        for wrong in (0, -5, 60 * 24 * 365, "10", True, None):
            with self.assertRaises(UserError):
                reminder.action_snooze(wrong)

    def test_mail_fails(self):
        """A mail that cannot be sent is tried again, later each time.

        Covers: B11.
        """
        self._channels("followup", "email")
        self._plan(self.sam, 15)
        self._tick()
        delivery = self._reminders(self.sam).delivery_ids
        mail = delivery.mail_id
        later = self.now
        for attempt in range(1, 5):
            mail.write({"state": "exception", "failure_reason": "no route"})
            self._tick(later)
            self.assertEqual(mail.state, "exception", "not at once")
            later += timedelta(minutes=5 * 2**attempt)
            self._tick(later)
            self.assertEqual(mail.state, "outgoing")
            self.assertEqual(delivery.attempts, attempt)
        mail.write({"state": "exception"})
        self._tick(later + timedelta(hours=5))
        self.assertEqual((delivery.state, delivery.error), ("failed", "no route"))
        self.assertEqual(len(self._mails(self.sam)), 1)

    def test_channel_fails(self):
        """What a channel raises is tried again; others get their message.

        Covers: B11.
        """
        self._channels("followup", "email", "popup")
        self._plan(self.sam, 15)
        send = self.registry["crm.reminder"]._crm_send_email

        def refuse(*_args):
            raise ValueError("gateway down")

        self.patch(self.registry["crm.reminder"], "_crm_send_email", refuse)
        with mute_logger("odoo.addons.crm_base.models.crm_reminder_delivery"):
            self._tick()
        states = dict(
            self._reminders(self.sam).delivery_ids.mapped(
                lambda d: (d.channel, d.state)
            )
        )
        self.assertEqual(states, {"popup": "sent", "email": "pending"})
        self.patch(self.registry["crm.reminder"], "_crm_send_email", send)
        self._tick(self.now + timedelta(minutes=5))
        self.assertEqual(len(self._mails(self.sam)), 1)

    def test_birthdays(self):
        """Birthdays, solar and lunar, on the day and before. Covers: B11."""
        customer = self._customer(self.sam)
        zone = pytz.timezone("Asia/Shanghai")
        # a day later than the contact was made, whatever the time is now
        today = datetime.now(zone).date() + timedelta(days=1)
        in_three_days = today + timedelta(days=3)
        lunar = Lunar.fromDate(datetime.combine(in_three_days, time()))
        month_day = f"{abs(lunar.getMonth()):02}-{lunar.getDay():02}"
        contact = self._contact(customer, birthday_lunar=month_day)
        nine = zone.localize(datetime.combine(today, time(9)))
        now = nine.astimezone(pytz.utc).replace(tzinfo=None)
        self._tick(now)
        reminder = self._reminders(self.sam, "birthday")
        self.assertEqual(reminder.res_id, contact.id)
        self.assertEqual(reminder.minutes, 3 * 24 * 60)
        self.assertEqual(reminder.source_at.date(), in_three_days)
        self._tick(now + timedelta(days=3))
        self.assertEqual(len(self._reminders(self.sam, "birthday")), 2)

    def test_dates_of_customers(self):
        """Heat and shares that end remind in time. Covers: B11."""
        customer = self._customer(self.sam)
        tomorrow = fields.Date.context_today(self.env.user.with_user(self.sam))
        tomorrow += timedelta(days=1)
        customer.write(
            {
                "heat_level_id": self.env["crm.dictionary"]
                .search([("kind", "=", "heat_level")], limit=1)
                .id,
                "heat_until": tomorrow,
            }
        )
        share = self._share(customer, self.xia, until=tomorrow)
        self._tick(datetime.combine(tomorrow, time(1)) - timedelta(days=1))
        self.assertEqual(self._reminders(self.sam, "heat").partner_id, customer)
        reminder = self._reminders(self.xia, "share")
        self.assertEqual(reminder.res_id, share.id)
        action = reminder.with_user(self.xia).action_open()
        self.assertEqual(action["params"]["partner_id"], customer.id)

    def test_queries_do_not_grow(self):
        """Making, sending and showing cost the same for many as for few.

        Covers: B11.
        """
        customer = self._customer(self.sam)

        def queries(count, day):
            now = self.now + timedelta(days=day)
            Followup = self.env["crm.followup"].with_context(tracking_disable=True)
            Followup.create(
                [
                    {
                        "name": f"{day} {index}",
                        "partner_id": customer.id,
                        "user_id": self.sam.id,
                        "method_id": self.phone.id,
                        "planned_at": now + timedelta(minutes=15),
                    }
                    for index in range(count)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            counts = []
            for step, args in (
                ("_crm_collect", (now,)),
                ("_crm_prepare", (now,)),
                ("_crm_deliver", (now,)),
                ("get_popups", ()),
            ):
                before = self.cr.sql_log_count
                getattr(self.Reminder.with_user(self.sam).sudo(), step)(*args)
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
                self.env.invalidate_all()
            return counts

        queries(2, 10)
        few = queries(5, 20)
        many = queries(45, 30)
        for step, one, other in zip(
            ("collect", "prepare", "deliver", "popups"), few, many, strict=True
        ):
            self.assertLessEqual(other, one, step)
