"""Watching pooled leads: told once when one is claimed, and when it is back."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..hooks import uninstall_hook
from .common import LeadPoolCase
from .rule_common import LeadRuleCase


class LeadWatchCase(LeadPoolCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what is told is compared with its English source
        cls.sam.lang = "en_US"

    def _told(self, user):
        return self.env["mail.message"].search(
            [
                ("notified_partner_ids", "in", user.partner_id.ids),
                ("message_type", "=", "user_notification"),
                ("subject", "ilike", "watch"),
            ],
            order="id",
        )

    def _watches(self, user):
        return self.env["crm.pool.watch"].with_user(user).search([])


@tagged("post_install", "-at_install")
class TestLeadWatch(LeadWatchCase):
    """Covers: P12, P14."""

    def test_told_when_claimed_and_when_back(self):
        """Sam hears that Sue claimed it, and later that it can be claimed again."""
        lead = self._pooled_lead(
            name="联系 13912345678 李大明", contact_name="李大明", partner_name="甲公司"
        )
        self._row(self.sam, lead).action_watch()
        self._row(self.sam, lead).action_watch()
        watch = self._watches(self.sam)
        self.assertEqual((len(watch), watch.holds), (1, "lead"))
        self.assertEqual(
            (watch.place, watch.pool_id), ("To be claimed", self.lead_pool)
        )
        self._take(self.sue, lead)
        (message,) = self._told(self.sam)
        self.assertEqual(message.subject, "Leads you watch were claimed: 1")
        self.assertIn("Sue", message.body)
        for secret in ("13912345678", "李大明"):
            self.assertNotIn(secret, message.body)
            self.assertNotIn(secret, watch.name)
        watch.invalidate_recordset()
        self.assertEqual(watch.place, "With Sue")
        self.assertEqual(watch.action_open()["tag"], "display_notification")
        self._give_up(lead)
        self.assertEqual(
            self._told(self.sam)[1:].subject, "Leads you watch can be claimed: 1"
        )
        watch.invalidate_recordset()
        self.assertEqual(watch.action_open()["res_model"], "crm.pool.lead")
        self.assertEqual(watch.action_open()["res_id"], lead.id)
        # one's own claim is no news
        self._take(self.sam, lead)
        self.assertEqual(len(self._told(self.sam)), 2)

    def test_one_message_for_a_batch(self):
        """Five leads assigned at once are one message."""
        leads = [self._pooled_lead(name=f"第{number}条") for number in range(5)]
        self._row(self.sam, *leads).action_watch()
        self._row(self.boss, *leads).action_assign(self.tom.id)
        (message,) = self._told(self.sam)
        self.assertEqual(message.subject, "Leads you watch were assigned: 5")

    def test_customers_and_leads_of_one_id(self):
        """What is watched is told by its kind, not by its number alone."""
        lead, customer = self._pooled_lead(), self._pooled()
        Watch = self.env["crm.pool.watch"]
        for holds in ("customer", "lead"):
            for record in (lead, customer):
                Watch.create(
                    {
                        "user_id": self.sam.id,
                        "holds": holds,
                        "customer_res_id": record.id,
                    }
                )
        self._row(self.sam, lead).action_unwatch()
        mine = self.env["crm.pool.customer"].with_user(self.sam)
        self.assertEqual(mine.search([("is_watched", "=", True)]).ids, customer.ids)
        self.assertFalse(self._row(self.sam, lead).is_watched)
        self._take(self.sue, lead)
        self.assertFalse(self._told(self.sam))
        self._claim(self.sue, customer)
        self.assertEqual(
            self._told(self.sam).mapped("subject"),
            ["1 customers you watch were claimed"],
        )

    def test_nothing_out_of_reach(self):
        """Not watched without sight; no word from pools one no longer sees."""
        lead = self._pooled_lead()
        for user in (self.xia, self.employee):
            with self.assertRaises(AccessError):
                self._row(user, lead).action_watch()
        # what is in no pool is nothing to watch
        with self.assertRaises(UserError):
            self._row(self.sam, self._lead(self.xia)).action_watch()
        self._row(self.sam, lead).action_watch()
        self.lead_pool.member_team_ids = False
        self._take(self.tom, lead)
        self._give_up(lead)
        self.assertFalse(self._told(self.sam))
        watch = self._watches(self.sam)
        self.assertFalse(watch.pool_id)
        self.assertFalse(watch.in_pool)
        self.assertEqual(watch.place, "Out of your reach")

    def test_own_rows(self):
        """A row is its person's: nobody else reads it or writes another's."""
        lead = self._pooled_lead()
        self._row(self.sam, lead).action_watch()
        self.assertFalse(self._watches(self.sue))
        self.assertFalse(self._row(self.sue, lead).is_watched)
        values = {
            "user_id": self.sam.id,
            "holds": "lead",
            "customer_res_id": lead.id,
        }
        with self.assertRaises(AccessError):
            self.env["crm.pool.watch"].with_user(self.sam).create(values)
        found = self.env["crm.pool.lead"].with_user(self.sam)
        self.assertEqual(found.search([("is_watched", "=", True)]).ids, lead.ids)
        self._watches(self.sam).action_unwatch()
        self.assertFalse(found.search([("is_watched", "=", True)]))

    def test_deleted(self):
        """A watched lead that was deleted since says so."""
        lead = self._pooled_lead()
        self._row(self.sam, lead).action_watch()
        lead._crm_workflow().with_user(self.boss).unlink()
        watch = self._watches(self.sam)
        self.assertEqual((watch.place, watch.name), ("Deleted", ""))

    def test_uninstall(self):
        """Without the addon nobody watches leads any more."""
        customer = self._pooled()
        self._row(self.sam, self._pooled_lead()).action_watch()
        self._seen(customer, self.sam).action_watch()
        uninstall_hook(self.env)
        self.assertEqual(self._watches(self.sam).holds, "customer")

    def test_queries(self):
        """Claiming costs the same whether ten leads are watched or one."""
        counts = []
        for number in (1, 10):
            leads = [self._pooled_lead(name=f"询价{n}") for n in range(number)]
            self._row(self.sam, *leads).action_watch()
            self.env.flush_all()
            self.env.invalidate_all()
            moves = self.env["crm.owner.move"].search(
                [("lead_id", "in", [lead.id for lead in leads])]
            )
            moves.fetch(["kind", "pool_id", "to_user_id", "lead_id"])
            records = moves.lead_id.sudo()
            records.fetch(["name", "partner_name", "contact_name"])
            before = self.env.cr.sql_log_count
            moves._crm_tell_watchers()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0], counts)


@tagged("post_install", "-at_install")
class TestLeadWatchRun(LeadWatchCase, LeadRuleCase):
    """Covers: P12, P14."""

    def test_a_night_is_one_message(self):
        """What a run takes back from several owners is told once, at its end."""
        self._rule(days=15)
        leads = [
            self._with_facts(owner, owned=self._ago(20), name=f"旧{owner.login}")
            for owner in (self.sue, self.tom)
        ]
        other = self._with_facts(self.sue, owned=self._ago(20), name="别的")
        for lead in leads:
            self.env["crm.pool.watch"].create(
                {
                    "user_id": self.sam.id,
                    "holds": "lead",
                    "customer_res_id": lead.id,
                }
            )
        self._run()
        self.assertEqual(other.pool_id, self.lead_pool)
        (message,) = self._told(self.sam)
        self.assertEqual(message.subject, "Leads you watch can be claimed: 2")
        self.assertNotIn("别的", message.body)
