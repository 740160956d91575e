"""What warnings before the date must prove, of whatever pools hold."""

from datetime import datetime, time, timedelta

import pytz

from odoo import fields
from odoo.exceptions import AccessError

from .rule_common import RuleCase


class WarningCase(RuleCase):
    """A rule of thirty days without follow-up; records with a date of choice."""

    held = "res.partner"
    link = "partner_id"
    kind = "pool_warning"
    home = ("lost_soon", "crm_customer_pool.res_partner_lost_soon_action")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warned_pool = cls._warned_pool()
        cls.rule = cls._rule(
            pool=cls.warned_pool,
            trigger="no_followup",
            days=30,
            warn_days="7,3,1",
        )
        cls.Warning = cls.env["crm.pool.warning"]
        cls.Reminder = cls.env["crm.reminder"]

    @classmethod
    def _warned_pool(cls):
        """Return the pool that takes back what is warned of."""
        return cls.pool

    def _make(self, owner, name):
        """Create what pools hold, as its owner would."""
        return self._customer(owner, name)

    def _follow_up(self, record):
        """Do an effective follow-up, as the owner would."""
        self._followup(self.sam, record, done=True, content="电话里谈了价格和交期")

    def _going(self, name, days_left, owner=None):
        """A record that goes back in so many days from today."""
        record = self._make(owner or self.sam, name)
        self._deadline(record, days_left)
        return record

    def _deadline(self, record, days_left):
        """Let a record go back in so many days, by what is known of it."""
        at = datetime.combine(self.today + timedelta(days=days_left - 30), time(4))
        record._crm_workflow().write({"owner_since": at})
        self.env.flush_all()
        self.assertEqual(record.pool_deadline, self.today + timedelta(days=days_left))

    def _at(self, days=0, hour=8):
        """An hour of a day from today in Shanghai, as UTC."""
        local = datetime.combine(self.today + timedelta(days=days), time(hour))
        zone = pytz.timezone("Asia/Shanghai")
        return zone.localize(local).astimezone(pytz.utc).replace(tzinfo=None)

    def _run(self, now):
        """Warn, and let the scheduler of reminders do what is due then."""
        self.Warning._crm_warn(now)
        self.env.flush_all()
        self.Reminder._crm_collect(now)
        for step in ("_crm_prepare", "_crm_deliver"):
            while getattr(self.Reminder, step)(now):
                pass
        self.env.invalidate_all()

    def _told(self, user):
        """Return the reminders that have reached a person, oldest first."""
        return self.Reminder.search(
            [("user_id", "=", user.id), ("kind_id.code", "=", self.kind)],
            order="id",
        )

    def _steps(self, record, user=None):
        """Return the steps told of a record, in order."""
        return self.Warning.search(
            [
                (self.link, "=", record.id),
                ("user_id", "=", (user or self.sam).id),
            ],
            order="id",
        ).mapped("step")


class WarningTests:
    """Each step once, one notice a day. For a WarningCase."""

    def test_each_step_once(self):
        """T-7, T-3 and T-1, however often the job runs."""
        record = self._going("甲公司", 8)
        expected = {0: [], 1: [7], 2: [7], 4: [7], 5: [7, 3], 6: [7, 3], 7: [7, 3, 1]}
        for day in range(8):
            for hour in (1, 8, 9, 10, 18):
                self._run(self._at(day, hour))
            if day in expected:
                self.assertEqual(self._steps(record), expected[day], day)
        self.assertEqual(len(self._told(self.sam)), 3)
        self.assertEqual(
            [reminder.due_at for reminder in self._told(self.sam)],
            [self._at(day, 9) for day in (1, 5, 7)],
        )

    def test_late_server(self):
        """What two steps lie behind is told once; nothing after the date."""
        record = self._going("甲公司", 2)
        gone = self._going("过期公司", -1)
        self._run(self._at(0))
        self.assertEqual(self._steps(record), [3])
        self.assertEqual(self._steps(gone), [])

    def test_moved_dates(self):
        """Another date warns anew; the first one, coming back, does not."""
        record = self._going("甲公司", 7)
        self._run(self._at(0))
        self._deadline(record, 6)
        self._run(self._at(0, 10))
        self._deadline(record, 7)
        self._run(self._at(0, 11))
        self._run(self._at(0, 12))
        self.assertEqual(self._steps(record), [7, 7])
        self.assertEqual(
            self.Warning.search([(self.link, "=", record.id)]).mapped("deadline"),
            [self.today + timedelta(days=6), self.today + timedelta(days=7)],
        )

    def test_one_digest_with_the_list(self):
        """Thirty records are one mail and one pop-up, that name them."""
        names = [f"第{number}家公司" for number in range(30)]
        for name in names:
            self._going(name, 3)
        self._going("别人的公司", 3, self.sue)
        self._run(self._at(0, 8))
        self._run(self._at(0, 9))
        (reminder,) = self._told(self.sam)
        self.assertEqual(reminder.with_user(self.sam).title.count("公司"), 3)
        self.assertIn("30", reminder.with_user(self.sam).title)
        (mail,) = self.env["mail.mail"].search([("email_to", "ilike", self.sam.email)])
        for name in names:
            self.assertIn(name, mail.body_html)
        self.assertNotIn("别人的公司", mail.body_html)
        self.assertEqual(len(self._told(self.sue)), 1)

    def test_second_notice_of_a_day(self):
        """After the day's notice: what is urgent at once, the rest tomorrow."""
        self._going("甲公司", 3)
        self._run(self._at(0, 9))
        self._going("不急的公司", 7)
        self._run(self._at(0, 11))
        self.assertEqual(len(self._told(self.sam)), 1)
        urgent = self._going("马上的公司", 1)
        self._run(self._at(0, 12))
        self.assertEqual(len(self._told(self.sam)), 2)
        self.assertIn(urgent.name, self._told(self.sam)[-1].with_user(self.sam).title)
        self._run(self._at(1, 9))
        self.assertEqual(len(self._told(self.sam)), 3)

    def test_nothing_to_tell_any_more(self):
        """Followed up before nine, nothing is told; given away, nothing of it."""
        kept, given = self._going("甲公司", 3), self._going("乙公司", 3)
        self._run(self._at(0, 7))
        self._follow_up(kept)
        given.with_user(self.manager).action_transfer(self.sue.id, "换人")
        self.env.flush_all()
        self._run(self._at(0, 9))
        self.assertFalse(
            self._told(self.sam).filtered(lambda one: one.state == "active")
        )
        self.assertFalse(
            self.env["mail.mail"].search([("email_to", "ilike", self.sam.email)])
        )

    def test_superior(self):
        """The manager is told once, the day before, with the owner's name."""
        record = self._going("甲公司", 2)
        self._run(self._at(0, 9))
        self.assertFalse(self._told(self.manager))
        for hour in (8, 9, 12):
            self._run(self._at(1, hour))
        (reminder,) = self._told(self.manager)
        self.assertIn(record.name, reminder.with_user(self.manager).title)
        (mail,) = self.env["mail.mail"].search(
            [("email_to", "ilike", self.manager.email)]
        )
        self.assertIn("Sam", mail.body_html)
        self.assertFalse(self._told(self.director))
        action = reminder.with_user(self.manager).action_open()
        self.assertEqual(action["res_model"], self.held)
        self.assertEqual(action["domain"], [("id", "in", record.ids)])

    def test_superior_has_left(self):
        """When the manager's account is closed, the director is told."""
        self.manager.active = False
        self._going("甲公司", 1)
        self._run(self._at(0, 9))
        self.assertTrue(self._told(self.director))

    def test_superior_switched_off(self):
        """0 days: nobody but the owner."""
        self.warned_pool.escalate_days = 0
        self._going("甲公司", 1)
        self._run(self._at(0, 9))
        self.assertFalse(self._told(self.manager))
        self.assertTrue(self._told(self.sam))

    def test_no_warnings(self):
        """A rule without warnings warns nobody."""
        self.rule.warn_days = False
        self.warned_pool.escalate_days = 0
        self._going("甲公司", 1)
        self.assertEqual(self.Warning._crm_warn(self._at(0)), 0)

    def test_constant_queries(self):
        """More records cost no more queries."""
        counts = []
        for number in (3, 30):
            for index in range(number):
                self._going(f"第{number}-{index}家公司", 3)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Warning._crm_warn(self._at(0, 5))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1, counts)


class LostSoonTests:
    """The list of what will be lost soon, and what to do there. For a WarningCase."""

    def test_list(self):
        """The owner's list, the manager's, nobody else's."""
        soon, later = self._going("甲公司", 3), self._going("乙公司", 29)
        Held = self.env[self.held]
        domain = [("pool_deadline", "!=", False), ("pool_deadline", "<=", "today +30d")]
        self.assertEqual(
            Held.with_user(self.sam).search(domain, order="pool_deadline"),
            soon | later,
        )
        self.assertEqual(Held.with_user(self.manager).search(domain), soon | later)
        self.assertFalse(Held.with_user(self.xia).search(domain))
        self.assertEqual(
            soon.with_user(self.sam).with_context(tz="Asia/Shanghai").pool_days_left, 3
        )

    def test_plan_with_one_click(self):
        """Nine o'clock on the next working day, once for each record."""
        records = self._going("甲公司", 3) | self._going("乙公司", 3)
        mine = records.with_user(self.sam).with_context(tz="Asia/Shanghai")
        for _click in range(2):
            action = mine.action_plan_followup()
            self.assertEqual(action["tag"], "display_notification")
        plans = self.env["crm.followup"].search([(self.link, "in", records.ids)])
        self.assertEqual(len(plans), 2)
        self.assertEqual(plans.user_id, self.sam)
        day = self.env["crm.workday"]._crm_add(self.company, self.today, 1)
        local = fields.Datetime.context_timestamp(
            plans[0].with_context(tz="Asia/Shanghai"), plans[0].planned_at
        )
        self.assertEqual((local.date(), local.hour), (day, 9))
        for user in (self.sue, self.xia):
            with self.assertRaises(AccessError):
                records.with_user(user).action_plan_followup()

    def test_home_page(self):
        """It can be the page that opens after logging in."""
        code, action = self.home
        self.sam.with_user(self.sam).crm_home = code
        self.assertEqual(self.sam.action_id.id, self.env.ref(action).id)
