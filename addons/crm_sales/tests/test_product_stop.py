from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .product_case import ProductCase


@tagged("post_install", "-at_install")
class TestProductStop(ProductCase):
    """What is stopped vanishes from everything new and stays on everything old."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)
        cls.order = cls._quotation(cls.lathe, cls.drill)
        cls.template = cls.env["sale.order.template"].create(
            {
                "name": "标准报价",
                "sale_order_template_line_ids": [
                    Command.create({"product_id": cls.lathe.id}),
                    Command.create({"product_id": cls.drill.id}),
                ],
            }
        )
        cls.lathe.product_tmpl_id.with_user(cls.director).action_stop("停产")

    @classmethod
    def _quotation(cls, *products):
        return (
            cls.env["sale.order"]
            .with_user(cls.sam)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "user_id": cls.sam.id,
                    "order_line": [
                        Command.create({"product_id": product.id})
                        for product in products
                    ],
                }
            )
        )

    def test_doors_of_new_lines(self):
        """No door puts a stopped product on a line. Covers: S10."""
        lines = self.env["sale.order.line"]
        drill_line = self.order.order_line[1]
        values = {"order_id": self.order.id, "product_id": self.lathe.id}
        external = "__export__.sale_order_stop"
        self.env["ir.model.data"].create(
            {
                "module": "__export__",
                "name": "sale_order_stop",
                "model": "sale.order",
                "res_id": self.order.id,
            }
        )
        other = self._quotation(self.drill)

        def imported():
            result = lines.with_user(self.sam).load(
                ["order_id/id", "product_id/.id"], [[external, str(self.lathe.id)]]
            )
            if not result["ids"]:
                raise UserError(result["messages"][0]["message"])

        doors = {
            "create": lambda: lines.with_user(self.sam).create(values),
            "order": lambda: self._quotation(self.lathe),
            "write": lambda: drill_line.write({"product_id": self.lathe.id}),
            "command": lambda: self.order.write(
                {"order_line": [Command.create({"product_id": self.lathe.id})]}
            ),
            "system": lambda: lines.sudo().create(values),
            "moved": lambda: self.order.order_line[0].write({"order_id": other.id}),
            "copied line": lambda: self.order.order_line[0].copy(
                {"order_id": other.id}
            ),
            "import": imported,
            "template": lambda: self.template.with_user(self.boss).write(
                {
                    "sale_order_template_line_ids": [
                        Command.create({"product_id": self.lathe.id})
                    ]
                }
            ),
        }
        for name, door in doors.items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, "停产"),
                self.env.cr.savepoint(),
            ):
                door()

    def test_not_offered(self):
        """Nor do the lists that one chooses from offer it. Covers: S10."""
        order = self.order
        line = order.order_line[0]
        domains = {
            "line": line._fields["product_id"]._description_domain(line.env),
            "catalog": list(order._get_product_catalog_domain()),
            "template": self.template.sale_order_template_line_ids._fields[
                "product_id"
            ]._description_domain(self.env),
        }
        for name, domain in domains.items():
            if isinstance(domain, str):
                domain = domain.split(" if company_id", 1)[0]
                domain = self.env["sale.order.line"]._domain_product_id()
            with self.subTest(name):
                found = self.env["product.product"].search(domain)
                self.assertNotIn(self.lathe, found)
                self.assertIn(self.drill, found)

    def test_old_lines_stay(self):
        """An old quotation is changed, sent and confirmed as before. Covers: S10."""
        line = self.order.order_line[0]
        line.write({"product_uom_qty": 3, "price_unit": 90000})
        line.write({"product_id": self.lathe.id})
        self.order.action_confirm()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(line.product_id, self.lathe)

    def test_copy(self):
        """The copy of a quotation leaves it out and says so. Covers: S10."""
        copied = self.order.copy()
        self.assertEqual(copied.order_line.product_id, self.drill)
        self.assertIn("数控车床", copied.message_ids[0].body)
        kept = self.order._crm_keep_stopped().copy()
        self.assertEqual(kept.order_line.product_id, self.lathe | self.drill)
        with self.assertRaises(UserError):
            # what a client sends is no key
            self.order.with_context(crm_sales_keep_stopped=True).write(
                {"order_line": [Command.create({"product_id": self.lathe.id})]}
            )

    def test_template(self):
        """A quotation from a template is made without it. Covers: S10."""
        templates = self.env.ref("sale_management.group_sale_order_template")
        self.sam.write({"group_ids": [Command.link(templates.id)]})
        with Form(self.env["sale.order"].with_user(self.sam)) as form:
            form.partner_id = self.customer
            form.sale_order_template_id = self.template
        self.assertEqual(form.record.order_line.product_id, self.drill)

    def test_draft(self):
        """What is not published yet is not sold either."""
        self.company.crm_product_review = True
        product = self._product("未上架", self.tools, 10)
        with self.assertRaisesRegex(UserError, "not on sale yet"):
            self._quotation(product)

    def test_queries(self):
        """Checking costs the same for many lines as for few."""
        products = [self._product(f"钻头{n}", self.tools, 10) for n in range(8)]
        few, many = self._quotation(*products[:1]), self._quotation(*products)
        counts = []
        # the first time warms caches of rights
        for order in (few, few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            products = order.order_line.product_id
            before = self.env.cr.sql_log_count
            products._crm_check_on_sale()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
