import io
import zipfile

import openpyxl
from lxml import etree
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools.order_files import write_excel, write_word
from .order_common import OrderCase


@tagged("post_install", "-at_install")
class TestOrderDocument(OrderCase):
    """A quotation on paper."""

    def _text(self, order, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.sam)
        content, kind = reports.with_context(
            force_report_rendering=True
        )._render_qweb_pdf("sale.action_report_saleorder", order.ids)
        self.assertEqual(kind, "pdf")
        reader = PdfReader(io.BytesIO(content))
        return "\n".join(page.extract_text() for page in reader.pages), reader

    def test_pdf(self):
        """Title, amount in capitals, and numbered pages. Covers: S11."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer.lang = "zh_CN"
        lines = [{"price_unit": 1234.56, "name": f"机床 {n}"} for n in range(40)]
        prices = self.env["product.pricelist"].create(
            {"name": "人民币", "currency_id": self.env.ref("base.CNY").id}
        )
        self.env.ref("base.CNY").active = True
        order = self._order(
            lines=lines, note="<p>三天内发货</p>", pricelist_id=prices.id
        )
        text, reader = self._text(order)
        self.assertGreater(len(reader.pages), 1)
        self.assertIn(order.name, text)
        self.assertIn("人民币肆万玖仟叁佰捌拾贰元肆角", text.replace("\n", ""))
        self.assertIn("三天内发货", text)
        self.assertIn("机床 39", text)
        self.assertIn(f"1 / {len(reader.pages)}", text)

    def test_nothing_is_fetched(self):
        """What notes refer to is fetched from nowhere. Covers: S11."""
        order = self._order(
            note="<img src='http://127.0.0.1:1/x.png'/><img src='file:///etc/passwd'/>"
        )
        with self.assertLogs("weasyprint", "ERROR"):
            text, _reader = self._text(order)
        self.assertNotIn("root:", text)

    def test_only_in_sight(self):
        """Nobody prints what he may not read. Covers: S11, B01."""
        order = self._order()
        with self.assertRaises(AccessError):
            self._text(order, self.xia)
        with self.assertRaises(AccessError):
            order.with_user(self.xia).action_print_document()

    def test_stock_engine(self):
        """A setting goes back to Odoo's own templates. Covers: S11."""
        reports = self.env["ir.actions.report"]
        name = "sale.action_report_saleorder"
        self.assertTrue(reports._crm_document_template(name))
        self.env["ir.config_parameter"].set_param("crm_base.pdf_engine", "stock")
        self.assertFalse(reports._crm_document_template(name))

    def test_word_and_excel(self):
        """Word and Excel open what was quoted; texts stay texts. Covers: S15."""
        evil = '=HYPERLINK("#A1")\x0b & <b>'
        lines = [{"name": f"机床 <{evil}>", "price_unit": 5.5}, {"discount": 5}]
        order = self._order(lines=lines).with_user(self.sam)
        with zipfile.ZipFile(io.BytesIO(write_word(order))) as archive:
            self.assertIsNone(archive.testzip())
            root = etree.fromstring(archive.read("word/document.xml"))
        text = "".join(root.itertext())
        for part in (order.name, "机床 <", "HYPERLINK", self.customer.name):
            self.assertIn(part, text)
        book = openpyxl.load_workbook(io.BytesIO(write_excel(order)))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        self.assertIn(order.amount_total, {cell.value for cell in cells})

    def test_overview(self):
        """The page of a customer tells of its quotations and orders. Covers: S15."""
        self._order()
        order = self._order(lines=[{"price_unit": 300}])
        order.with_user(self.sam).action_confirm()
        customer = self.customer.with_user(self.sam)
        page = customer.get_crm_overview()
        totals = {total["code"]: total["amount"] for total in page["totals"]}
        self.assertEqual(totals["quotations_open"], 1)
        self.assertEqual(totals["orders_amount"], 300)
        [tab] = [tab for tab in page["tabs"] if tab["code"] == "orders"]
        self.assertEqual(tab["count"], 2)
        entries = customer.get_crm_timeline(kinds=["order"])["entries"]
        self.assertEqual([entry["id"] for entry in entries], order.ids)

    def test_quoted_before(self):
        """Earlier lines go into a quotation by one click. Covers: S11."""
        before = self._order(lines=[{"price_unit": 700, "product_uom_qty": 3}])
        before.with_user(self.sam).action_confirm()
        order = self._order(lines=[]).with_user(self.sam)
        action = order.action_open_quoted()
        lines = self.env["sale.order.line"].with_user(self.sam)
        found = lines.search(action["domain"])
        self.assertEqual(found, before.order_line)
        found.with_context(**action["context"]).action_take_into_quotation()
        self.assertEqual(order.order_line.line_total, 2100)
        for garbage in (None, "x", 0, [1], before.id):
            with self.subTest(garbage=garbage), self.assertRaises(UserError):
                found.with_context(crm_order_id=garbage).action_take_into_quotation()
        with self.assertRaises(AccessError):
            found.with_user(self.xia).action_take_into_quotation()
