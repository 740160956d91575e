from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

from .common import PoolCase
from .test_leak import SECRETS, LeakCase


@tagged("post_install", "-at_install")
class TestViewContact(PoolCase):
    """Looking at contact details: allowed by the pool, counted, logged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._pooled(mobile="13812345678", email="a@secret.cn")
        cls.pool.write({"view_allowed": "members", "view_per_day": 2})

    def _look(self, user, customer=None, reason="核对重复客户"):
        return self._seen(customer or self.customer, user).action_view_contact(reason)

    def _logs(self):
        return self.env["crm.pool.view.log"].search([], order="id")

    def test_who(self):
        """The pool says who: nobody, administrators, or members as well.

        Covers: P10.
        """
        allowed = {
            "nobody": self.env["res.users"],
            "admins": self.other_manager | self.boss,
            "members": self.other_manager | self.boss | self.sam,
        }
        for setting, users in allowed.items():
            self.pool.view_allowed = setting
            for user in self.sam | self.other_manager | self.boss | self.manager:
                with self.subTest(setting=setting, user=user.login):
                    if user in users:
                        self.assertTrue(self._look(user)["people"])
                    else:
                        with self.assertRaises(AccessError):
                            self._look(user)
        # who does not see the pool learns nothing
        with self.assertRaises(UserError):
            self._look(self.xia)

    def test_answer_and_log(self):
        """The answer has the details; the log has who, when, which, and why.

        Covers: P10.
        """
        contact = self._contact(self.customer, "李秘书", mobile="13611112222")
        self.assertTrue(contact)
        with freeze_time("2026-03-02 04:00:00"):
            told = self._look(self.sam)
        details = {
            (person["name"], detail["name"]): detail["value"]
            for person in told["people"]
            for detail in person["details"]
        }
        self.assertEqual(details[self.customer.name, "mobile"], "13812345678")
        self.assertEqual(details["李秘书", "mobile"], "13611112222")
        self.assertEqual(told["left"], 1)
        log = self._logs()
        self.assertRecordValues(
            log,
            [
                {
                    "user_id": self.sam.id,
                    "user_name": "Sam",
                    "logged_at": fields.Datetime.to_datetime("2026-03-02 04:00:00"),
                    "pool_id": self.pool.id,
                    "customer_res_id": self.customer.id,
                    "customer_name": self.customer.pool_name,
                    "reason": "核对重复客户",
                }
            ],
        )
        self.assertIn("mobile", log.shown_fields)
        self.assertNotIn("138", str(log.read()))
        for user in (self.sam, self.other_manager, self.boss):
            theirs = log.with_user(user)
            with self.assertRaises(AccessError):
                theirs.write({"reason": "x"})
            with self.assertRaises(AccessError):
                theirs.unlink()
            with self.assertRaises(AccessError):
                theirs.create({"reason": "x"})

    def test_limit(self):
        """So many customers a day; one seen today may be seen again.

        Covers: P10.
        """
        others = [self._pooled(f"公司{index}") for index in range(3)]
        self._look(self.sam)
        self.assertEqual(self._look(self.sam, others[0])["left"], 0)
        with self.assertRefused("2 customers of this pool today; the limit is 2"):
            self._look(self.sam, others[1])
        self.assertEqual(self._look(self.sam)["left"], 0)
        self.assertEqual(len(self._logs()), 3, "what was refused shows nothing")
        self._look(self.sue, others[1])
        with freeze_time("2036-03-02 04:00:00"):
            self._look(self.sam, others[1])

    def test_hostile(self):
        """No reason, no look; whatever the reason is made of.

        Covers: P10.
        """
        for reason in ("", "  ", None, False, 7, ["x"], {"a": 1}):
            with self.assertRaises(UserError):
                self._look(self.sam, reason=reason)
        self._claim(self.sue, self.customer)
        with self.assertRefused("Sue has already claimed"):
            self._look(self.sam)
        self.assertFalse(self._logs())

    def test_allowance(self):
        """What is used and left stands in a table, for oneself and one's superiors.

        Covers: P06, P10.
        """
        level = self.env.ref("crm_base.dictionary_customer_level_a")
        self.pool.write(
            {
                "claim_per_day": 5,
                "claim_per_week": 9,
                "holding_limit": 7,
                "level_limit_ids": [(0, 0, {"level_id": level.id, "limit": 3})],
            }
        )
        self._customer(self.sam, "级别甲", customer_level_id=level.id)
        pooled = self._pooled("一"), self._pooled("二")
        # as at the end of a request: the log of changes waits for it
        self.env["crm.change.log"].flush_model()
        result = self._claim(self.sam, *pooled)
        self._look(self.sam)
        Allowance = self.env["crm.pool.allowance"]

        def told(user, person=self.sam):
            Allowance.invalidate_model()
            return {
                row.kind: (row.used, row.limit, row.left)
                for row in Allowance.with_user(user).search(
                    [("user_id", "=", person.id), ("pool_id", "=", self.pool.id)]
                )
            }

        expected = {
            "day": (2, 5, 3),
            "week": (2, 9, 7),
            "holding": (3, 7, 4),
            "level": (1, 3, 2),
            "view": (1, 2, 1),
        }
        for user in (self.sam, self.manager, self.boss):
            self.assertEqual(told(user), expected, user.login)
        for user in (self.sue, self.xia):
            self.assertFalse(told(user))
        self.env["crm.pool"].with_user(self.manager).action_undo(result["batch_id"])
        self.assertEqual(told(self.sam)["day"], (0, 5, 5))
        self.pool.write({"newcomer_days": 5, "newcomer_claim_per_day": 50})
        self.assertEqual(told(self.sam)["day"], (0, 50, 50))


@tagged("post_install", "-at_install")
class TestLookLeaksNothing(LeakCase):
    def test_only_in_the_answer(self):
        """After a look, no other door tells the one who looked, or anybody, more.

        Covers: P10.
        """
        self.pool.view_allowed = "members"
        row = self._seen(self.customer, self.sam)
        told = str(row.action_view_contact("核对"))
        for name in ("phone", "mobile", "email", "contact_phone"):
            self.assertIn(SECRETS[name], told)
        self.assertNotIn(SECRETS["bank"], told)
        self.assertNotIn(SECRETS["message"], told)
        self.env.flush_all()
        self.env.invalidate_all()
        for user in self.sam | self.sue:
            for name in sorted(self.env.registry):
                if not name.startswith(("crm.", "mail.", "ir.attachment")):
                    continue
                Model = self.env[name].with_user(user)
                if Model._abstract or Model._transient or not Model.has_access("read"):
                    continue
                records = Model.with_context(active_test=False).search([], limit=200)
                names = [
                    field.name
                    for field in Model._fields.values()
                    if field.type not in ("binary", "image")
                    and Model._has_field_access(field, "read")
                ]
                # her reminder, task and invitation of the time when she shared it
                # name whom they are about
                spared = ("name", "contact") if user == self.sue else ()
                try:
                    self.assertNoSecret(records.read(names), name, spared)
                except UserError:
                    # a record that refuses to be read tells nothing
                    continue
            with self.assertRaises(AccessError):
                self.customer.with_user(user).read(["phone"])


@tagged("post_install", "-at_install")
class TestLookConcurrency(ProcessCase):
    def _remove(self, user_ids, customer_ids, pool_id):
        self.remove(partner_ids=customer_ids)
        with self.committed() as env:
            env.cr.execute(
                "DELETE FROM crm_pool_view_log WHERE pool_id = %s", (pool_id,)
            )
            env.cr.execute("DELETE FROM crm_pool_batch WHERE pool_id = %s", (pool_id,))
            env["crm.pool"].browse(pool_id).unlink()
        self.remove(user_ids=user_ids)

    def test_tabs(self):
        """Six tabs of one person look at once: no more than the limit is shown.

        Covers: P10.
        """
        with self.committed() as env:
            user = new_test_user(
                env,
                login="looker",
                name="Looker",
                groups="crm_base.group_salesperson",
            )
            pool = env["crm.pool"].create(
                {
                    "name": "并发查看",
                    "member_user_ids": user.ids,
                    "company_id": False,
                    "tz": "Asia/Shanghai",
                    "view_allowed": "members",
                    "view_per_day": 3,
                }
            )
            customers = (
                env["res.partner"]
                .with_user(env.ref("base.user_admin"))
                .create(
                    [
                        {"name": f"查看客户{index}", "is_crm_customer": True}
                        for index in range(6)
                    ]
                )
            )
            customers.action_release_to_pool(pool.id, "并发")
            ids = user.ids, customers.ids, pool.id
        self.addCleanup(self._remove, *ids)
        answers = self.workers(6).race(
            [
                (
                    (ids[0][0], "crm.pool.customer", "action_view_contact"),
                    {"ids": [id_], "args": ["并发"], "context": {"lang": "en_US"}},
                )
                for id_ in ids[1]
            ]
        )
        shown = [answer for answer in answers if "result" in answer]
        self.assertEqual(len(shown), 3, answers)
        with self.committed() as env:
            logs = env["crm.pool.view.log"].search_count([("pool_id", "=", ids[2])])
        self.assertEqual(logs, 3)
