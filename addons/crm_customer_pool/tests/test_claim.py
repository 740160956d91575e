from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestClaim(PoolCase):
    def test_claim(self):
        """A member claims a customer: it is the member's own, with its contacts.

        Covers: P02, P09.
        """
        customer = self._customer(self.tom, mobile="13800138000")
        contact = self._contact(customer)
        self._lose(self.tom, customer)
        before = customer.owner_since
        result = self._claim(self.sam, customer)
        self.assertEqual(result["claimed"], customer.ids)
        self.assertFalse(result["refused"])
        self.assertOutOfPool(customer, self.sam)
        self.assertGreaterEqual(customer.owner_since, before)
        self.assertSees(self.sam, customer | contact, "write")
        self.assertEqual(customer.with_user(self.sam).mobile, "13800138000")
        self.assertBlind(self.sue, customer | contact)
        self.assertIn(self.sam.partner_id, customer.message_partner_ids)
        self.assertLedger(
            customer,
            [
                ("create", None, self.tom),
                ("release", self.tom, None),
                ("claim", None, self.sam),
            ],
        )
        move = self._moves(customer)[0]
        self.assertEqual(move.pool_id, self.pool)
        self.assertEqual(move.batch_id, result["batch_id"])

    def test_what_hangs_on_it(self):
        """What came to hang on a customer since its last claim goes along. Covers: P02.

        The contact, and the news for whoever watches it.
        """
        customer = self._pooled()
        self._claim(self.sam, customer)
        contact = self._contact(customer)
        self._lose(self.sam, customer)
        self._seen(customer, self.sue).action_watch()
        self._claim(self.tom, customer)
        self.assertEqual(contact.user_id, self.tom)
        self.assertSees(self.tom, contact, "write")
        news = self.env["mail.message"].search(
            [("partner_ids", "in", self.sue.partner_id.ids)], order="id desc", limit=1
        )
        self.assertIn(self.tom.name, news.body)

    def test_second_claim_names_the_winner(self):
        """Whoever comes second is told who won; the customer stays with the first.

        Covers: P02.
        """
        customer = self._pooled()
        self._claim(self.sam, customer)
        with self.assertRefused("Sam has already claimed 深圳市华强"):
            self._claim(self.sue, customer)
        self.assertOutOfPool(customer, self.sam)
        self.assertEqual(self._moves(customer).mapped("kind").count("claim"), 1)

    def test_many(self):
        """Of many customers each one is decided on its own, and each refusal told.

        Covers: P02.
        """
        taken, free, foreign = (
            self._pooled("甲公司"),
            self._pooled("乙公司"),
            self._pooled("丙公司", self.other_pool),
        )
        self._claim(self.sam, taken)
        result = self._claim(self.sue, taken, free, foreign)
        self.assertEqual(result["claimed"], free.ids)
        self.assertEqual(
            [(row["id"], row["name"]) for row in result["refused"]],
            [(taken.id, "甲公司"), (foreign.id, "")],
        )
        self.assertIn("Sam", result["refused"][0]["reason"])
        self.assertNotIn("丙公司", result["refused"][1]["reason"])
        self.assertInPool(foreign, self.other_pool)

    def test_from_own_pools_only(self):
        """The pool of the customer decides, whatever the caller sends along.

        Covers: P02.
        """
        customer = self._pooled(pool=self.other_pool)
        for user in (self.sam, self.manager, self.other_manager):
            with self.subTest(user.login), self.assertRefused("no pool"):
                self._seen(customer, user).with_context(
                    default_pool_id=self.pool.id, pool_id=self.pool.id
                ).action_claim()
        for user in (self.employee, self.maintainer):
            with self.subTest(user.login), self.assertRaises(UserError):
                self._claim(user, customer)
        self.assertInPool(customer, self.other_pool)
        owned = self._customer(self.tom)
        with self.assertRefused("no pool"):
            self._claim(self.sam, owned)
        with self.assertRefused("at least one"):
            self._claim(self.sam)
        self._claim(self.boss, customer)
        self.assertOutOfPool(customer, self.boss)

    def test_outsiders_do_not_learn_the_winner(self):
        """Who got a customer is told to those who could have had it.

        Covers: P02, P10.
        """
        customer = self._pooled()
        self._claim(self.sam, customer)
        with self.assertRaises(UserError) as caught:
            self._claim(self.xia, customer)
        self.assertNotIn("Sam", str(caught.exception))
        self.assertNotIn("深圳", str(caught.exception))

    def test_winner_of_a_person(self):
        """The refusal shows no more of a person's name than the pool did.

        Covers: P02, P10.
        """
        customer = self._pooled("欧阳震华", is_company=False)
        self._claim(self.sam, customer)
        with self.assertRaises(UserError) as caught:
            self._claim(self.sue, customer)
        self.assertIn("欧阳**", str(caught.exception))
        self.assertNotIn("震华", str(caught.exception))

    def test_archived(self):
        """Archived customers are not in sight of a pool, and not claimed.

        Covers: P02.
        """
        customer = self._pooled()
        customer.active = False
        self.assertFalse(self._seen(customer, self.sam).exists())
        with self.assertRaises(UserError):
            self._claim(self.sam, customer)

    def test_read_model_is_read_only(self):
        """Rows of the pool are neither written nor made nor deleted nor copied.

        Covers: P02, P10.
        """
        row = self._seen(self._pooled(), self.sam)
        for change in (
            lambda: row.write({"name": "x"}),
            lambda: row.create({"name": "x"}),
            lambda: row.unlink(),
            lambda: row.copy(),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_buttons(self):
        """The screen says how many are yours, and lists what was refused.

        Covers: P02.
        """
        taken, free, more = (
            self._pooled("甲公司"),
            self._pooled("乙公司"),
            self._pooled("丁公司"),
        )
        self._claim(self.sue, taken)
        rows = self._seen(taken | free, self.sam)
        action = rows.action_claim_and_show()
        outcome = (
            self.env["crm.pool.outcome"].with_user(self.sam).browse(action["res_id"])
        )
        self.assertIn("Sue has already claimed 甲公司", outcome.refusals)
        self.assertEqual(outcome.refused_count, 1)
        action = self._seen(more, self.sam).action_claim_and_show()
        self.assertEqual(action["params"]["type"], "success")

    def test_claim_and_open(self):
        """From its page, a claimed customer opens as one's own.

        Covers: P02.
        """
        customer = self._pooled()
        action = self._seen(customer, self.sam).action_claim_and_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("res.partner", customer.id)
        )
        with self.assertRefused("Sam has already claimed"):
            self._seen(customer, self.sue).action_claim_and_open()

    def test_former_member(self):
        """Leaving the pool's team closes the pool to claims at once.

        Covers: P01, P02.
        """
        customer = self._pooled()
        self.beijing.member_ids = [Command.unlink(self.sam.id)]
        with self.assertRefused("no pool"):
            self._claim(self.sam, customer)
