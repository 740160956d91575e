"""Watching pooled customers, quarantines, and the lists of a day."""

from ast import literal_eval

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestPoolWatch(PoolCase):
    """Covers: P12."""

    def _told(self, user):
        return self.env["mail.message"].search(
            [
                ("notified_partner_ids", "in", user.partner_id.ids),
                ("message_type", "=", "user_notification"),
                ("subject", "ilike", "watch"),
            ],
            order="id",
        )

    def test_told_when_claimed_and_when_back(self):
        """Sam hears that Sue claimed it, and later that it can be claimed again."""
        customer = self._pooled("联系 13912345678 的公司")
        self._seen(customer, self.sam).action_watch()
        self._seen(customer, self.sam).action_watch()
        self.assertEqual(self.env["crm.pool.watch"].search_count([]), 1)
        self._claim(self.sue, customer)
        (message,) = self._told(self.sam)
        self.assertIn("Sue", message.body)
        self.assertNotIn("13912345678", message.body)
        watch = self.env["crm.pool.watch"].with_user(self.sam).search([])
        self.assertEqual(watch.place, "With Sue")
        self.assertNotIn("13912345678", watch.name)
        self._lose(self.sue, customer)
        self.assertEqual(len(self._told(self.sam)), 2)
        watch.invalidate_recordset()
        self.assertEqual(watch.place, "To be claimed")
        self.assertEqual(watch.action_open()["res_model"], "crm.pool.customer")
        # one's own claim is no news
        self._claim(self.sam, customer)
        self.assertEqual(len(self._told(self.sam)), 2)

    def test_one_message_for_a_batch(self):
        """Twenty customers assigned at once are one message."""
        customers = self.env["res.partner"].concat(
            *(self._pooled(f"第{number}公司") for number in range(5))
        )
        self._seen(customers, self.sam).action_watch()
        self._seen(customers, self.boss).action_assign(self.tom.id)
        self.assertEqual(len(self._told(self.sam)), 1)

    def test_nothing_out_of_reach(self):
        """Not watched without sight; no word from pools one no longer sees."""
        customer = self._pooled()
        with self.assertRaises(AccessError):
            self._seen(customer, self.xia).action_watch()
        self._seen(customer, self.sam).action_watch()
        self._seen(customer, self.other_manager).action_move(self.other_pool.id)
        self._claim(self.xia, customer)
        self.assertFalse(self._told(self.sam))
        watch = self.env["crm.pool.watch"].with_user(self.sam).search([])
        self.assertFalse(watch.pool_id)
        self.assertFalse(watch.in_pool)

    def test_own_rows(self):
        """A row is its person's: nobody else reads it or writes another's."""
        customer = self._pooled()
        self._seen(customer, self.sam).action_watch()
        Watch = self.env["crm.pool.watch"]
        self.assertFalse(Watch.with_user(self.sue).search([]))
        self.assertFalse(self._seen(customer, self.sue).is_watched)
        with self.assertRaises(AccessError):
            Watch.with_user(self.sam).create(
                {"user_id": self.sam.id, "customer_res_id": customer.id}
            )
        found = self.env["crm.pool.customer"].with_user(self.sam)
        self.assertEqual(found.search([("is_watched", "=", True)]).ids, customer.ids)
        self._seen(customer, self.sam).action_unwatch()
        self.assertFalse(found.search([("is_watched", "=", True)]))


@tagged("post_install", "-at_install")
class TestQuarantine(PoolCase):
    """Covers: P08."""

    def setUp(self):
        super().setUp()
        self.pool.with_user(self.boss).is_quarantine = True
        self.customer = self._pooled(
            "久攻不下公司 13912345678", owner=self.manager, phone="010-62345678"
        )

    def test_full_file(self):
        """Members and superiors read everything, and change nothing."""
        contact = self.env["res.partner"].create(
            {"name": "李四", "parent_id": self.customer.id}
        )
        for user in (self.sam, self.sue, self.tom, self.manager, self.other_manager):
            mine = self.customer.with_user(user)
            self.assertEqual(mine.phone, "010-62345678", user.login)
            self.assertEqual(contact.with_user(user).name, "李四")
            row = self._seen(self.customer, user)
            self.assertEqual(row.phone, "010-62345678")
            self.assertEqual(row.name, self.customer.name)
            self.assertTrue(row.action_open_file())
            with self.assertRaises(AccessError):
                mine.phone = "1"
            with self.assertRaises(AccessError):
                mine.action_transfer(user.id)

    def test_others_see_nothing(self):
        """Whoever has nothing to do with the pool, and other pools, stay masked."""
        for user in (self.xia, self.employee):
            self.assertFalse(self.customer.with_user(user).has_access("read"))
        other = self._pooled("普通公海客户", self.other_pool, phone="010-62345678")
        self.assertFalse(other.with_user(self.xia).has_access("read"))
        row = self._seen(other, self.xia)
        self.assertNotEqual(row.phone, "010-62345678")
        with self.assertRaises(AccessError):
            row.action_open_file()

    def test_switched_off(self):
        """Switched off, the very next reading is masked again."""
        self.assertTrue(self.customer.with_user(self.sam).has_access("read"))
        self.pool.with_user(self.boss).is_quarantine = False
        self.env.invalidate_all()
        self.assertFalse(self.customer.with_user(self.sam).has_access("read"))
        self.assertIn("*", self._seen(self.customer, self.sam).phone)

    def test_claimed(self):
        """Claimed, it is the claimant's alone."""
        self._claim(self.sam, self.customer)
        self.env.invalidate_all()
        self.assertFalse(self.customer.with_user(self.sue).has_access("read"))

    def test_time_filters(self):
        """A day, three days, a week, a month, a year, and one's own range."""
        found = self.env["crm.pool.customer"].with_user(self.sam)
        for days, shown in ((0, 1), (2, 3), (6, 7), (20, 30), (200, 365)):
            self.customer._crm_workflow().pooled_at = fields.Datetime.subtract(
                fields.Datetime.now(), days=days, hours=1
            )
            self.env.flush_all()
            hits = {
                limit
                for limit, domain in (
                    (1, "now -1d"),
                    (3, "now -3d"),
                    (7, "now -7d"),
                    (30, "now -1m"),
                    (365, "now -1y"),
                )
                if found.search_count([("pooled_at", ">=", domain)])
            }
            self.assertEqual(min(hits), shown)


@tagged("post_install", "-at_install")
class TestDailyLists(PoolCase):
    """Covers: P12."""

    def _found(self, user, action):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"crm_customer_pool.{action}"
        )
        domain = literal_eval(action["domain"])
        return self.env["res.partner"].with_user(user).search(domain)

    def test_uncontacted(self):
        """Nobody followed up since the owner took over; the scope's own alone."""
        fresh, old = (
            self._customer(self.sam, "新公司"),
            self._customer(self.sam, "老公司"),
        )
        self._followup(self.sam, old, done=True, content="电话里谈了价格和交期")
        handed = self._customer(self.sam, "转交公司")
        self._followup(self.sam, handed, done=True, content="电话里谈了价格和交期")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET last_followup_at = last_followup_at"
            " - interval '1 hour' WHERE id = %s",
            (handed.id,),
        )
        handed.invalidate_recordset()
        handed.with_user(self.manager).action_transfer(self.sue.id, "换人")
        theirs = fresh | old | handed
        found = self._found(self.manager, "res_partner_uncontacted_action")
        self.assertEqual(found & theirs, fresh | handed)
        self.assertEqual(
            self._found(self.sue, "res_partner_uncontacted_action"), handed
        )
        self.assertFalse(self._found(self.xia, "res_partner_uncontacted_action"))
        for customer in theirs:
            self.assertEqual(customer.is_uncontacted, customer in found)

    def test_to_sign(self):
        """Quoted, and no deal so far."""
        quoted = self.env.ref("crm_base.dictionary_customer_stage_quoted")
        waiting = self._customer(self.sam, "待签公司", customer_stage_id=quoted.id)
        self._customer(self.sam, "别的公司")
        self.assertEqual(self._found(self.sam, "res_partner_to_sign_action"), waiting)
        self.assertEqual(
            self._found(self.manager, "res_partner_to_sign_action"), waiting
        )
        self.assertFalse(self._found(self.xia, "res_partner_to_sign_action"))
