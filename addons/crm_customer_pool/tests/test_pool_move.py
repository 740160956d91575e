"""From pool to pool, and straight into one."""

import base64
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestPoolMove(PoolCase):
    """Covers: P12, P09."""

    def _move(self, user, customers, pool, reason="换区域"):
        rows = self.env["crm.pool.customer"].with_user(user).browse(customers.ids)
        return rows.action_move(pool.id, reason)

    def test_moved_by_the_administrator_of_both(self):
        """Batch, ledger row with both pools, and what was known stays known."""
        customers = self._pooled("甲公司") | self._pooled("乙公司")
        since = customers.mapped("pooled_at")
        result = self._move(self.other_manager, customers, self.other_pool)
        self.assertEqual(result["moved"], customers.ids)
        for customer in customers:
            self.assertInPool(customer, self.other_pool)
            move = self._moves(customer)[0]
            self.assertEqual(
                (move.kind, move.pool_id, move.from_pool_id, move.batch_id),
                ("repool", self.other_pool, self.pool, result["batch_id"]),
            )
            self.assertEqual(move.actor_id, self.other_manager)
            self.assertEqual(customer.pool_former_owner_id, self.manager)
        self.assertEqual(customers.mapped("pooled_at"), since)
        self.assertFalse(
            self._seen(customers, self.sam)
            .with_user(self.sam)
            .search([("id", "in", customers.ids)])
        )
        self._claim(self.xia, customers[0])
        self.assertOutOfPool(customers[0], self.xia)

    def test_refused(self):
        """Members, administrators of one pool alone, and strangers move nothing."""
        customer = self._pooled()
        self.pool.admin_ids = [(4, self.tom.id)]
        for user in (self.sam, self.tom, self.manager, self.director):
            with self.assertRaises(AccessError):
                self._move(user, customer, self.other_pool)
        self.other_pool.admin_ids = [(4, self.director.id)]
        with self.assertRefused("no pool that you may take it from"):
            self._move(self.director, customer, self.other_pool)
        with self.assertRefused("already"):
            self._move(self.other_manager, customer, self.pool)
        other = self.env["res.company"].create({"name": "另一家"})
        abroad = self._pool("外地", company_id=other.id)
        with self.assertRefused("another company"):
            customer.company_id = self.company
            self._move(self.boss, customer, abroad)
        self.assertInPool(customer)
        with self.assertRefused("Choose the pool"):
            self._move(self.boss, customer, self.env["crm.pool"])

    def test_mixed_batch(self):
        """Rows that cannot move say why; the others move."""
        here, there = self._pooled("甲公司"), self._pooled("乙公司", self.other_pool)
        result = self._move(self.other_manager, here | there, self.other_pool)
        self.assertEqual(result["moved"], here.ids)
        self.assertEqual([row["id"] for row in result["refused"]], there.ids)
        batch = self.env["crm.pool.batch"].search(
            [("batch_id", "=", result["batch_id"])]
        )
        self.assertEqual((batch.kind, batch.done_count), ("move", 1))
        self.assertEqual(batch.row_ids.res_id, there.id)
        self.assertTrue(batch.with_user(self.boss).can_undo)

    def test_button_only_for_those_who_may(self):
        """The button is in the view of whoever administrates two pools."""
        Customer = self.env["crm.pool.customer"]
        for user, shown in ((self.other_manager, True), (self.sam, False)):
            arch = Customer.with_user(user).get_view(view_type="list")["arch"]
            self.assertEqual("action_open_move" in arch, shown, user.login)

    def test_wizard(self):
        """The wizard offers pools of one's own and tells the outcome."""
        customer = self._pooled()
        Wizard = self.env["crm.pool.move"].with_user(self.other_manager)
        wizard = Wizard.create(
            {"customer_ids": [(6, 0, customer.ids)], "pool_id": self.other_pool.id}
        )
        wizard.action_move()
        self.assertInPool(customer, self.other_pool)


@tagged("post_install", "-at_install")
class TestPoolIntake(PoolCase):
    """Covers: P12."""

    def test_created_straight(self):
        """No owner in between, nobody's limit used, one ledger row, numbers given."""
        self.pool.holding_limit = 1
        ids = self.pool.with_user(self.other_manager).create_customers(
            [
                {"name": "名录甲公司", "phone": "010-62345678"},
                {"name": "名录乙公司", "mobile": "13912345678"},
            ],
            "展会名录",
        )
        customers = self.env["res.partner"].browse(ids)
        for customer in customers:
            self.assertInPool(customer)
            self.assertTrue(customer.customer_no)
            self.assertFalse(customer.pool_former_owner_id)
            moves = self._moves(customer)
            self.assertEqual(moves.mapped("kind"), ["enter"])
            self.assertFalse(moves.from_user_id | moves.to_user_id)
            self.assertEqual(moves.reason, "展会名录")
            self.assertEqual(moves.actor_id, self.other_manager)
        with self.assertRaises(AccessError):
            customers.with_user(self.other_manager).mapped("phone")
        self._claim(self.sam, customers[0])
        self.assertOutOfPool(customers[0], self.sam)

    def test_refused(self):
        """Only administrators; no owner, no other company, no smuggled fields."""
        for user in (self.sam, self.manager, self.xia):
            with self.assertRaises(AccessError):
                self.pool.with_user(user).create_customers([{"name": "某公司"}])
        pool = self.pool.with_user(self.other_manager)
        for vals in (
            {"user_id": self.sam.id},
            {"parent_id": self._customer(self.sam).id},
            {"pooled_at": "2020-01-01 00:00:00"},
            {"pool_id": self.other_pool.id},
        ):
            with self.assertRaises(UserError):
                pool.create_customers([{"name": "某公司", **vals}])
        for hostile in (None, "x", [1], {"name": "x"}):
            with self.assertRaises(UserError):
                pool.create_customers(hostile)
        self.assertEqual(pool.create_customers([]), [])

    def test_duplicates(self):
        """What is there already is not entered once more, whoever has it."""
        self.env.company.crm_duplicate_certain = "block"
        known = {"name": "深圳名录电子有限公司", "mobile": "13912345678"}
        self._customer(self.sam, known["name"], mobile=known["mobile"])
        with self.assertRaises(UserError):
            self.pool.with_user(self.other_manager).create_customers([known])

    def test_context_opens_nothing(self):
        """What a caller puts into the context is no way into a pool."""
        customer = (
            self.env["res.partner"]
            .with_user(self.sam)
            .with_context(crm_pool_straight=[self.pool.id, "x", "y"])
            .create({"name": "某公司", "is_company": True, "is_crm_customer": True})
        )
        self.assertEqual(customer.user_id, self.sam)
        self.assertFalse(customer.pool_id)

    def test_dialog(self):
        """The dialog shows the customer as the pool does."""
        wizard = (
            self.env["crm.pool.new.customer"]
            .with_user(self.other_manager)
            .create(
                {"pool_id": self.pool.id, "name": "名录公司", "mobile": "13912345678"}
            )
        )
        action = wizard.action_create()
        self.assertEqual(action["res_model"], "crm.pool.customer")
        row = self.env["crm.pool.customer"].with_user(self.sam).browse(action["res_id"])
        self.assertEqual(row.mobile, "139****5678")

    def test_import(self):
        """A file goes straight into the pool, contacts and all, past nobody's limit."""
        self.pool.holding_limit = 1
        Profile = self.env.ref("crm_base.crm_import_profile_customer")
        text = (
            "客户名称,联系人,手机\n"
            "导入甲公司,李四,13800138001\n"
            "导入乙公司,张三,13800138002\n"
        )
        batch = (
            self.env["crm.import.batch"]
            .with_user(self.other_manager)
            .create(
                {
                    "profile_id": Profile.id,
                    "filename": "a.csv",
                    "file": base64.b64encode(text.encode()),
                }
            )
        )
        self.assertTrue(batch.may_fill_pool)
        self.patch(
            self.env.registry["crm.import.batch"],
            "_crm_queue",
            lambda batch, method: getattr(batch, method)(),
        )
        batch.action_preview()
        batch.pool_id = self.pool
        batch.action_run()
        customers = self.env["res.partner"].search([("pool_id", "=", self.pool.id)])
        self.assertEqual(
            set(customers.mapped("name")), {"导入甲公司", "导入乙公司"}, batch.message
        )
        for customer in customers:
            self.assertInPool(customer)
            self.assertEqual(len(customer.child_ids), 1)
            self.assertEqual(self._moves(customer).mapped("kind"), ["enter"])


@tagged("post_install", "-at_install")
class TestPoolMoveDoors(PoolCase, HttpCase):
    """Covers: P12."""

    def test_json2(self):
        """Over the API: the administrator moves and creates, the member is refused."""
        customer = self._pooled()
        for user, status in ((self.sam, 403), (self.other_manager, 200)):
            key = (
                self.env["res.users.apikeys"]
                .with_user(user)
                .sudo()
                ._generate(None, "test", date(2030, 1, 1))
            )
            for url, body in (
                (
                    "crm.pool.customer/action_move",
                    {"ids": customer.ids, "pool_id": self.other_pool.id},
                ),
                (
                    "crm.pool/create_customers",
                    {"ids": self.pool.ids, "vals_list": [{"name": "某公司"}]},
                ),
            ):
                response = self.url_open(
                    f"/json/2/{url}",
                    json=body,
                    headers={"Authorization": f"bearer {key}"},
                )
                self.assertEqual(response.status_code, status, response.text[:300])
