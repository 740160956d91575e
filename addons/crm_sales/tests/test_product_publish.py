from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .product_case import ProductCase


@tagged("post_install", "-at_install")
class TestProductPublish(ProductCase):
    """Review, publication, and the end of selling."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # somebody below the director who maintains products
        cls.manager.write(
            {"group_ids": [(4, cls.env.ref("crm_sales.group_product_manager").id)]}
        )

    def _new(self, user, **values):
        return (
            self.env["product.template"]
            .with_user(user)
            .create({"name": "激光切割机", "categ_id": self.machines.id, **values})
        )

    def _review(self):
        self.company.crm_product_review = True

    def test_without_review(self):
        """Who reviews nothing sells what is created. Covers: S10."""
        product = self._new(self.manager)
        self.assertEqual(product.crm_state, "published")
        with self.assertRaises(AccessError):
            self._new(self.sam)

    def test_review(self):
        """A new product waits for somebody else's look. Covers: S10."""
        self._review()
        product = self._new(self.manager)
        self.assertEqual(product.crm_state, "draft")
        with self.assertRaises(AccessError):
            product.action_publish()
        product.action_submit_review()
        self.assertEqual(product.submitted_by_id, self.manager)
        self.assertEqual(product.activity_ids.user_id, self.director)
        questions = self.env["crm.product.faq"].with_user(self.manager)
        question = {"product_tmpl_id": product.id, "question": "?", "answer": "!"}
        for change in (
            lambda: product.write({"list_price": 1}),
            lambda: product.product_variant_id.write({"default_code": "X-1"}),
            lambda: product.product_variant_id.write({"barcode": "6901234567892"}),
            lambda: questions.create(question),
        ):
            with self.assertRaises(UserError):
                change()
        reviewed = product.with_user(self.director)
        with self.assertRaisesRegex(UserError, "why"):
            reviewed.action_return(" ")
        reviewed.action_return("缺少技术参数")
        self.assertEqual(product.crm_state, "draft")
        self.assertIn("缺少技术参数", product.message_ids[0].body)
        product.specification = "<p>功率 3kW</p>"
        product.action_submit_review()
        reviewed.action_publish()
        self.assertEqual(product.crm_state, "published")
        self.assertEqual(product.published_by_id, self.director)
        self.assertFalse(product.activity_ids)
        with self.assertRaises(UserError):
            reviewed.action_publish()

    def test_four_eyes(self):
        """Nobody publishes what is one's own, but the boss. Covers: S10."""
        self._review()
        product = self._new(self.director)
        with self.assertRaises(UserError):
            product.action_publish()
        product.action_submit_review()
        with self.assertRaises(AccessError):
            product.action_publish()
        product.with_user(self.boss).action_publish()
        own = self._new(self.boss)
        own.action_publish()
        self.assertEqual(own.crm_state, "published")

    def test_no_way_around(self):
        """The status is set by no door but the methods. Covers: S10."""
        self._review()
        with self.assertRaises(AccessError):
            self._new(self.boss, crm_state="published")
        default = self.env["product.template"].with_context(
            default_crm_state="published"
        )
        smuggled = default.with_user(self.director).create({"name": "机床"})
        self.assertEqual(smuggled.crm_state, "draft")
        for values in (
            {"crm_state": "published"},
            {"submitted_by_id": False},
            {"published_by_id": self.boss.id},
            {"stop_reason": "x"},
        ):
            with self.assertRaises(AccessError):
                smuggled.with_user(self.boss).write(values)
        variant = smuggled.product_variant_id.with_user(self.boss)
        with self.assertRaises(AccessError):
            variant.write({"crm_state": "published"})
        with self.assertRaises(AccessError):
            self.env["product.product"].with_user(self.boss).create(
                {"name": "x", "crm_state": "published"}
            )
        loaded = (
            self.env["product.template"]
            .with_user(self.boss)
            .load(["name", "crm_state"], [["x", "published"]])
        )
        self.assertFalse(loaded["ids"])
        copied = smuggled.with_user(self.boss).copy()
        self.assertEqual(copied.crm_state, "draft")

    def test_stop_and_resume(self):
        """Whoever maintains products stops them; directors sell them again."""
        product = self.lathe.product_tmpl_id
        with self.assertRaises(AccessError):
            product.with_user(self.sam).action_stop("停产")
        product.with_user(self.manager).action_stop("停产，由 CK6150 替代")
        self.assertEqual(product.crm_state, "stopped")
        self.assertTrue(product.stopped_at)
        with self.assertRaises(UserError):
            product.with_user(self.manager).action_stop("再停一次")
        with self.assertRaises(AccessError):
            product.with_user(self.manager).action_resume()
        product.with_user(self.director).action_resume()
        self.assertEqual(product.crm_state, "published")
        self.assertFalse(product.stop_reason)

    def test_dialog(self):
        """The dialog asks for the reason, for several products at once."""
        products = (self.lathe | self.drill).product_tmpl_id
        decision = self.env["crm.product.decision"].with_user(self.manager)
        with Form(
            decision.with_context(default_kind="stop", default_product_ids=products.ids)
        ) as form:
            form.reason = "清仓"
        action = form.record.action_confirm()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(set(products.mapped("crm_state")), {"stopped"})
        with self.assertRaises(AccessError):
            decision.with_user(self.sam).create({"product_ids": products.ids})

    def test_questions(self):
        """Specification and questions are read by all and written by few.

        Covers: S10.
        """
        product = self.lathe.product_tmpl_id.with_user(self.director)
        product.write(
            {
                "specification": "<p>最大加工直径 400mm</p>",
                "faq_ids": [
                    (0, 0, {"question": "保修多久？", "answer": "整机两年"}),
                ],
            }
        )
        read = product.with_user(self.sam)
        self.assertIn("400mm", read.specification)
        self.assertEqual(read.faq_ids.answer, "整机两年")
        with self.assertRaises(AccessError):
            read.faq_ids.answer = "终身"
        copied = product.copy()
        self.assertEqual(copied.faq_ids.question, "保修多久？")

    def test_changes_are_logged(self):
        """Who changed a price is known afterwards."""
        product = self.lathe.product_tmpl_id
        product.with_user(self.director).write({"list_price": 1, "floor_price": 1})
        log = self.env["crm.change.log"].search(
            [("model", "=", "product.template"), ("res_id", "=", product.id)]
        )
        changed = log.filtered(lambda row: row.kind == "write")
        self.assertEqual(
            set(changed.mapped("field_name")) & {"list_price", "floor_price"},
            {"list_price", "floor_price"},
        )
