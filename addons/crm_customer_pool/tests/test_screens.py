from lxml import etree

from odoo.tests import HttpCase, tagged

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestScreens(PoolCase, HttpCase):
    """What only a click can break."""

    def test_claim(self):
        """The salesperson claims from a row and from a selection.

        Covers: P02, P10.
        """
        self.pool.cooldown_days = 3
        first = self._pooled("甲公司", phone="13800138000")
        second = self._pooled("乙公司")
        third = self._customer(self.sam, "丙公司")
        self._lose(self.sam, third)
        self.start_tour("/odoo/customer-pool", "crm_customer_pool_claim", login="sam")
        self.env.invalidate_all()
        self.assertEqual((first | second).user_id, self.sam)
        self.assertInPool(third)

    def test_release(self):
        """The owner releases a customer from its form.

        Covers: P03.
        """
        customer = self._customer(self.sam, "甲公司")
        self.start_tour(
            f"/odoo/my-customers/{customer.id}",
            "crm_customer_pool_release",
            login="sam",
        )
        self.env.invalidate_all()
        self.assertInPool(customer)

    def test_views_of_every_role(self):
        """Every screen opens for every role that reaches it.

        Covers: P01, P02.
        """
        self._pooled()
        for user in self.sam | self.manager | self.director | self.boss:
            for model in ("crm.pool", "crm.pool.customer", "crm.owner.move"):
                Model = self.env[model].with_user(user)
                for view in ("list", "form", "search"):
                    self.assertTrue(Model.get_view(view_type=view)["arch"])
        for wizard in ("crm.pool.release", "crm.pool.assign", "crm.pool.outcome"):
            self.assertTrue(
                self.env[wizard].with_user(self.sam).get_view(view_type="form")["arch"]
            )

    def test_nobody_is_offered_in_vain(self):
        """Whoever administrates no pool finds neither new rules nor decisions on locks.

        Covers: P04, P07.
        """
        for user, may in ((self.sam, False), (self.other_manager, True)):
            rules = self.env["crm.pool.rule"].with_user(user)
            for view in ("list", "kanban", "form"):
                root = etree.fromstring(rules.get_view(view_type=view)["arch"])
                self.assertEqual(root.get("create", "1") in ("1", "true"), may, view)
            locks = self.env["crm.pool.lock"].with_user(user)
            root = etree.fromstring(locks.get_view(view_type="list")["arch"])
            self.assertEqual(bool(root.xpath("/list/header")), may)
