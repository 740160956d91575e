from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..tools import contract_text
from .contract_common import ContractCase

# what somebody might hope that a template runs
HOSTILE = [
    "{{ object.env.cr.execute('DROP TABLE res_users') }}",
    "{{ party_a.partner_id.user_id.password }}",
    "{{ self }}",
    "{{ 7*7 }}",
    "{{ party_a.__class__ }}",
    "{{ user.password }}",
    "{{ number|safe }}",
    "{{ {{ number }} }}",
    "{{ num\nber.x }}",
    "{{ }}",
]
# what is text wherever it stands
HARMLESS = [
    "{% for x in y %}",
    "${object.env}",
    "<t t-out=\"object.env['res.users'].search([])\">x</t>",
    "<p t-esc='object.password'>y</p>",
    "%(number)s {number} {0.__class__}",
    "<% import os %>",
]


@tagged("post_install", "-at_install")
class TestContractText(ContractCase):
    """What stands in a contract, and what no template can make it do."""

    def _body(self, contract, body):
        contract.with_user(self.sam).body = body
        return contract.text

    def test_hostile_templates(self):
        """Nothing in a template runs; unknown names are refused. Covers: S12."""
        templates = self.env["crm.contract.template"].with_user(self.director)
        contract = self._contract()
        for text in HOSTILE:
            with self.subTest(text=text):
                with self.assertRaises(ValidationError):
                    templates.create({"name": "x", "body": f"<p>{text}</p>"})
                with self.assertRaises(ValidationError):
                    self._body(contract, f"<p>{text}</p>")
        for text in HARMLESS:
            with self.subTest(text=text):
                shown = self._body(contract, f"<p>{text}</p>")
                self.assertNotIn("t-out=", shown)
                self.assertNotIn("t-esc=", shown)
                self.assertNotIn(contract.number, shown)
                self.assertNotIn("base.user", shown)

    def test_hostile_values(self):
        """What is filled in is text: no markup, no placeholder. Covers: S12."""
        contract = self._contract(
            payment_terms="<script>alert(1)</script> {{ number }}",
            delivery_place='"><img src=x onerror=alert(1)>',
        )
        shown = self._body(
            contract,
            "<p>{{ payment_terms }}</p><a href='{{ delivery_place }}'>x</a>"
            "<a href='{{ payment_terms }}'>y</a>",
        )
        self.assertNotIn("<script", shown)
        self.assertNotIn("<img", shown)
        self.assertNotIn(contract.number, shown)
        shown = self._body(contract, "<script>alert(1)</script><p onclick='x'>z</p>")
        self.assertNotIn("<script", shown)
        self.assertNotIn("onclick", shown)

    def test_fill(self):
        """Placeholders are found however an editor wrote them."""
        filled = contract_text.fill(
            "{{number}} {{&nbsp;number\u200b }} {{ <b>num</b>ber }} {{ other }}",
            {"number": "<1>"},
        )
        self.assertEqual(filled, "&lt;1&gt; &lt;1&gt; &lt;1&gt; {{ other }}")

    def test_follows_the_figures(self):
        """The text is always that of the figures, in its language. Covers: S12."""
        self.env["res.lang"]._activate_lang("zh_CN")
        cny = self.env.ref("base.CNY")
        cny.active = True
        template = self.env.ref("crm_sales.contract_template_sale").copy()
        template.lang = "zh_CN"
        contract = self._contract(template_id=template.id, currency_id=cny.id)
        mine = contract.with_user(self.sam)
        self.assertEqual(mine.lang, "zh_CN")
        for text in (
            "人民币壹拾万元整",
            "2026年1月1日",
            "2026年12月31日",
            self.customer.name,
            "数控机床",
        ):
            self.assertIn(text, mine.text)
        mine.line_ids.discount = 10
        mine.delivery_place = "北京市海淀区"
        mine.delivery_plan_ids = [
            Command.create({"name": "第一批", "quantity": 1, "date_due": "2026-03-01"})
        ]
        mine.collection_plan_ids = [Command.create({"phase": "首付", "percent": 30})]
        for text in (
            "人民币玖万元整",
            "北京市海淀区",
            "第一批",
            "2026年3月1日",
            "27,000",
        ):
            self.assertIn(text, mine.text)
        mine.party_ids[0].name = "北京诺深机械股份有限公司"
        self.assertIn("股份有限公司", mine.text)
        # what is not known is left to be filled in by hand
        self.assertIn("＿＿＿", mine.text)

    def test_later_changes_of_the_file(self):
        """A customer that moves or is renamed changes no contract. Covers: S12."""
        contract = self._signed()
        text, name = contract.text, contract.party_ids[0].name
        self.customer.write({"name": "改名公司", "street": "新街"})
        self.env.ref("base.EUR").write({"symbol": "EU"})
        self.assertEqual(contract.text, text)
        self.assertEqual(contract.party_ids[0].name, name)

    def test_search(self):
        """Found by number, by any word of the text, by pinyin. Covers: S13."""
        contract = self._contract(payment_terms="货到付款，质保金百分之五")
        contract.with_user(
            self.sam
        ).body = "<p>争议由<b>海淀</b>法院管辖 {{ payment_terms }}</p>"
        self._contract(self.xia, self._customer(self.xia, "上海伯韵"))
        contracts = self.env["crm.contract"].with_user(self.sam)
        for words in (
            contract.number,
            "质保金",
            "海淀",
            "管辖 数控",
            "诺深",
            "skjc",
            "beijingnuoshen",
        ):
            with self.subTest(words=words):
                self.assertEqual(
                    contracts.search([("search_key", "ilike", words)]), contract
                )
                found = [id_ for id_, _name in contracts.name_search(words)]
                self.assertEqual(found, contract.ids)
        self.assertFalse(contracts.search([("search_key", "ilike", "质保金 上海")]))

    def test_template_of_the_type(self):
        """A type brings its template and its term."""
        self.type.months = 12
        contract = self._contract(date_end=None, date_start="2026-03-01")
        self.assertEqual(str(contract.date_end), "2027-02-28")
        self.assertEqual(contract.template_id, self.template)
        with self.assertRaises(UserError):
            self.template.with_user(self.sam).name = "别的"
