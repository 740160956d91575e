"""Warnings before leads go back: what is proved of customers, and what differs."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.crm_base.tests.processes import ProcessCase
from odoo.addons.crm_customer_pool.tests.warning_common import (
    LostSoonTests,
    WarningCase,
    WarningTests,
)
from odoo.addons.crm_customer_pool.tests.warning_race import COUNT, WarningRaceTests

from .common import LeadPoolCase


class LeadWarningCase(WarningCase, LeadPoolCase):
    """A rule of the pool of leads; leads with a date of choice."""

    held = "crm.lead"
    link = "lead_id"
    kind = "lead_pool_warning"
    home = ("lost_soon_lead", "crm_leads_pool.crm_lead_lost_soon_action")

    @classmethod
    def _warned_pool(cls):
        return cls.lead_pool

    def _make(self, owner, name):
        return self._lead(owner, name)

    def _follow_up(self, record):
        self._lead_followup(self.sam, record, done=True, content="电话里谈了价格和交期")


@tagged("post_install", "-at_install")
class TestLeadWarning(WarningTests, LeadWarningCase):
    """Covers: P05, P14."""

    def test_leads_in_words(self):
        """The notice says leads, not customers."""
        self._going("甲公司询价", 3)
        self._run(self._at(0, 9))
        (reminder,) = self._told(self.sam)
        self.assertEqual(
            reminder.with_user(self.sam).with_context(lang="en_US").title,
            "1 leads of yours go back into a pool: 甲公司询价",
        )

    def test_leads_and_customers(self):
        """One e-mail tells of both; each notice opens its own list."""
        self._rule(trigger="no_followup", days=30, warn_days="3")
        customer = self._customer(self.sam, "乙公司")
        self._deadline(customer, 3)
        lead = self._going("甲公司询价", 3)
        self._run(self._at(0, 9))
        (mail,) = self.env["mail.mail"].search([("email_to", "ilike", self.sam.email)])
        for name in ("乙公司", "甲公司询价"):
            self.assertIn(name, mail.body_html)
        self.assertIn(f"/odoo/crm.lead/{lead.id}", mail.body_html)
        notices = self.env["crm.pool.notice"].search([("user_id", "=", self.sam.id)])
        opened = {
            action["res_model"]: action["domain"]
            for action in (
                notice.with_user(self.sam).get_formview_action() for notice in notices
            )
        }
        self.assertEqual(
            opened,
            {
                "res.partner": [("id", "in", customer.ids)],
                "crm.lead": [("id", "in", lead.ids)],
            },
        )

    def test_own_notices_alone(self):
        """Nobody reads what a colleague is warned of."""
        self._going("甲公司询价", 3)
        self._run(self._at(0, 9))
        for model in ("crm.pool.notice", "crm.pool.warning"):
            found = self.env[model].search([("user_id", "=", self.sam.id)])
            self.assertTrue(found.with_user(self.sam).has_access("read"))
            self.assertFalse(found.with_user(self.sam).has_access("write"))
            for user in (self.sue, self.xia):
                with self.assertRaises(AccessError):
                    found.with_user(user).read([])

    def test_pooled_lead_is_told_to_nobody(self):
        """Taken back, a lead is out of every notice. Covers: P10."""
        lead = self._going("甲公司询价", 1)
        self._run(self._at(0, 8))
        self._give_up(lead)
        self.env.flush_all()
        self._run(self._at(0, 9))
        self.assertFalse(
            self._told(self.sam).filtered(lambda one: one.state == "active")
        )
        notice = self.env["crm.pool.notice"].search([("user_id", "=", self.sam.id)])
        self.assertFalse(any(notice.with_user(self.sam).mapped("display_name")))

    def test_uninstall(self):
        """What was told of leads leaves with the addon; customers' stays."""
        self._rule(trigger="no_followup", days=30, warn_days="3")
        self._deadline(self._customer(self.sam, "乙公司"), 3)
        self._going("甲公司询价", 3)
        self._run(self._at(0, 9))
        self.env["crm.pool"]._crm_dissolve("lead")
        warnings = self.Warning.search([("user_id", "=", self.sam.id)])
        self.assertEqual(warnings.partner_id.name, "乙公司")
        self.assertEqual(set(warnings.notice_id.mapped("holds")), {"customer"})


@tagged("post_install", "-at_install")
class TestLeadLostSoon(LostSoonTests, LeadWarningCase):
    """Covers: P05, P14."""

    def test_plan_for_open_leads_alone(self):
        """Nothing is planned on what is closed, or waits in a pool."""
        closed, pooled = self._going("甲公司", 3), self._going("乙公司", 3)
        closed.with_user(self.sam).action_close("wrong_number")
        self._give_up(pooled)
        for lead, user in ((closed, self.sam), (pooled, self.boss)):
            with self.assertRaises(UserError):
                lead.with_user(user).action_plan_followup()
        self.assertFalse(
            self.env["crm.followup"].search(
                [
                    ("lead_id", "in", (closed | pooled).ids),
                    ("planned_at", ">", fields.Datetime.now()),
                ]
            )
        )

    def test_the_filters(self):
        """The filters of the list of leads find what the notice tells of."""
        soon = self._going("甲公司", 3)
        later = self._going("乙公司", 6)
        mine = self.env["crm.lead"].with_user(self.sam)
        mine = mine.with_context(tz="Asia/Shanghai")
        for days, found in ((3, soon), (7, soon | later)):
            self.assertEqual(
                mine.search([("pool_deadline", "<=", f"today +{days}d")]), found
            )


@tagged("post_install", "-at_install")
class TestLeadWarningProcesses(WarningRaceTests, ProcessCase):
    """Covers: P05, P14."""

    holds = "lead"
    link = "lead_id"

    def _make(self, env, owner):
        return (
            env["crm.lead"]
            .with_user(owner)
            .create(
                [
                    {"name": f"预警线索{index}", "type": "lead", "user_id": owner.id}
                    for index in range(COUNT)
                ]
            )
        )

    def _forget(self, ids):
        with self.committed() as env:
            env.cr.execute(
                "DELETE FROM crm_owner_move WHERE lead_id IN %s", [tuple(ids)]
            )
            env["crm.lead"].browse(ids).unlink()
