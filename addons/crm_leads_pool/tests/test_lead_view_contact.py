from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_base.tests.processes import ProcessCase
from odoo.addons.crm_customer_pool.tests.view_common import (
    LookLeakTests,
    LookRaceTests,
    ViewContactTests,
)

from .common import LeadPoolCase
from .leak_common import SECRETS, LeadLeakCase


@tagged("post_install", "-at_install")
class TestLeadViewContact(ViewContactTests, LeadPoolCase):
    """Looking at contact details of leads. Covers: P10, P14."""

    over_limit = "Leads of this pool .* 2; the limit is 2"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record = cls._pooled_lead(
            partner_name="深圳石油公司",
            contact_name="李大明",
            phone="13812345678",
            email_from="a@secret.cn",
            wechat="wx_007",
        )
        cls.seen_pool = cls.lead_pool
        cls.lead_pool.write({"view_allowed": "members", "view_per_day": 2})

    def _row_of(self, user, record):
        return self._row(user, record)

    def _further(self, name):
        return self._pooled_lead(name=name)

    def _take_out(self, user, record):
        self._take(user, record)

    def _logs(self):
        return self.env["crm.pool.view.log"].search(
            [("pool_id", "=", self.lead_pool.id)], order="id"
        )

    def test_answer_and_log(self):
        """The answer has the details, the log who, which, why. Covers: P10, P14."""
        told = self._look(self.sam)
        self.assertEqual(
            told,
            {
                "people": [
                    {
                        "name": "深圳石油公司 · 李大明",
                        "details": [
                            {"name": "phone", "label": "Phone", "value": "13812345678"},
                            {
                                "name": "email_from",
                                "label": "Email",
                                "value": "a@secret.cn",
                            },
                            {"name": "wechat", "label": "WeChat", "value": "wx_007"},
                        ],
                    }
                ],
                "left": 1,
            },
        )
        log = self._logs()
        self.assertRecordValues(
            log,
            [
                {
                    "user_id": self.sam.id,
                    "pool_id": self.lead_pool.id,
                    "holds": "lead",
                    "customer_res_id": self.record.id,
                    "customer_name": self.record.pool_name,
                    "shown_fields": "phone, email_from, wechat",
                    "shown_labels": "Phone, Email, WeChat",
                    "reason": "核对重复",
                }
            ],
        )
        for secret in ("138", "secret.cn", "wx_007", "李大明"):
            self.assertNotIn(secret, str(log.read()))
        self.assertTrue(log.with_user(self.manager).has_access("read"))
        self.assertTrue(log.with_user(self.other_manager).has_access("read"))
        self.assertFalse(log.with_user(self.sue).has_access("read"))
        self.assertSealed(log)

    def test_limit(self):
        """What somebody sees of customers counts in their pool alone."""
        self.pool.write({"view_allowed": "members", "view_per_day": 1})
        customer = self._pooled()
        self._seen(customer, self.sam).action_view_contact("核对")
        done = super().test_limit()
        looks = self.env["crm.pool.view.log"].search([("pool_id", "=", self.pool.id)])
        self.assertEqual(looks.mapped("customer_res_id"), customer.ids)
        return done

    def test_no_pooled_lead(self):
        """An opportunity, or a lead that is in no pool, is nothing to look at."""
        with self.assertRaises(UserError):
            self._look(self.sam, self._lead(self.xia, type="opportunity"))
        self.assertFalse(self._logs())

    def test_allowance(self):
        """The table of quotas has the looks at leads. Covers: P06, P10, P14."""
        self._look(self.sam)
        rows = self.env["crm.pool.allowance"].with_user(self.manager)
        row = rows.search(
            [
                ("user_id", "=", self.sam.id),
                ("pool_id", "=", self.lead_pool.id),
                ("kind", "=", "view"),
            ]
        )
        self.assertEqual((row.used, row.limit, row.left), (1, 2, 1))

    def test_button(self):
        """The button is there for those who may look at leads. Covers: P10, P14."""

        def button(user, model):
            arch = self.env[model].with_user(user).get_view(view_type="form")["arch"]
            return "action_open_view_contact" in arch

        for user in (self.sam, self.other_manager, self.boss):
            self.assertTrue(button(user, "crm.pool.lead"), user.login)
            # the pool of customers does not allow it
            self.assertFalse(button(user, "crm.pool.customer"), user.login)
        self.lead_pool.view_allowed = "admins"
        self.assertFalse(button(self.sam, "crm.pool.lead"))
        action = self._row(self.other_manager, self.record).action_open_view_contact()
        self.assertEqual(
            action["params"],
            {
                "model": "crm.pool.lead",
                "id": self.record.id,
                "name": self.record.pool_name,
            },
        )


@tagged("post_install", "-at_install")
class TestLeadLookLeaksNothing(LookLeakTests, LeadLeakCase):
    def test_only_in_the_answer(self):
        """After a look, no other door tells anybody more. Covers: P10, P14."""
        self.lead_pool.view_allowed = "members"
        told = str(self._row(self.sam, self.lead).action_view_contact("核对"))
        for name in ("phone", "email_from", "wechat", "contact_name"):
            self.assertIn(SECRETS[name], told)
        for name in ("topic", "description", "message", "street", "activity"):
            self.assertNotIn(SECRETS[name], told)
        # and whoever watches it is told no more either
        self._row(self.sue, self.lead).action_watch()
        self.assertOnlyInTheAnswer(self.lead, kept={})


@tagged("post_install", "-at_install")
class TestLeadLookConcurrency(LookRaceTests, ProcessCase):
    """Covers: P10, P14."""

    holds = "lead"
    rows = "crm.pool.lead"

    def _make(self, env):
        leads = env["crm.lead"].create(
            [
                {"name": f"查看线索{index}", "type": "lead", "user_id": False}
                for index in range(6)
            ]
        )
        return leads.with_user(env.ref("base.user_admin"))

    def _forget(self, ids):
        with self.committed() as env:
            env.cr.execute(
                "DELETE FROM crm_owner_move WHERE lead_id IN %s", [tuple(ids)]
            )
            env["crm.lead"].browse(ids).unlink()
