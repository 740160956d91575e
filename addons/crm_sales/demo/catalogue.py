"""What the company sells: products in all states, and at which prices to whom."""

from odoo import Command, fields
from odoo.tools import html_escape

from odoo.addons.crm_base.demo.diary import read_table

CATEGORIES = {
    "racking": "货架系统",
    "handling": "搬运设备",
    "automation": "自动化设备",
    "software": "软件与终端",
    "service": "服务",
    "accessory": "配件耗材",
}
UNITS = ("组", "平方米", "台", "条", "套", "项", "年", "车", "个", "包", "块")
# kind, name, percent off, days from and to (in the future) for which it counts
LISTS = [
    ("list", "标准价目表", 0, None, None),
    ("vip", "年框客户价", 6, None, None),
    ("wholesale", "渠道批发价", 12, None, None),
    ("promotion", "仓储设备促销季", 8, 20, 40),
]
FAQ = {
    "beam": [
        (
            "可以利旧原有的货架吗？",
            "立柱孔距为75mm的可以混用横梁，其他型号需现场测量。",
        ),
        ("交期多久？", "500组以内二十天，含喷塑。"),
    ],
    "cold": [("镀锌会不会起皮？", "热浸镀锌，附着力检测报告随货提供。")],
    "fork": [
        ("冷库能用吗？", "选配低温电池包，可在-20℃连续作业。"),
        ("旧车能折价吗？", "可以，按使用年限评估后从货款中抵扣。"),
    ],
    "wms": [
        ("能和我们的ERP对接吗？", "提供标准接口，用友、金蝶、SAP均有案例。"),
        ("数据放在哪里？", "可部署在客户自己的服务器，也可用我们的云。"),
    ],
    "pda": [("摔坏了保修吗？", "1.5米内跌落在质保范围内。")],
}


class Catalogue:
    """Makes products, price lists, and says which customers have which."""

    def __init__(self, play):
        self.play = play
        self.env = play.env
        self.products = {}

    def tell(self):
        """Make them all.

        :return: dict of code to product.product
        """
        goods = self._tax("增值税 13%", 13)
        services = self._tax("增值税 6%", 6)
        self.env.company.account_sale_tax_id = goods
        units = {name: self.env["uom.uom"].create({"name": name}) for name in UNITS}
        groups = {
            code: self.env["product.category"].create({"name": name})
            for code, name in CATEGORIES.items()
        }
        for row in read_table(__file__, "products.tsv"):
            tax = services if row["category"] in ("service",) else goods
            product = self._product(row, groups, units, tax)
            self.products[row["code"]] = product.product_variant_id
        self._states()
        self._price_lists()
        return self.products

    def _tax(self, name, amount):
        country = self.env.company.account_fiscal_country_id
        group = self.env["account.tax.group"].create(
            {"name": name, "country_id": country.id}
        )
        return self.env["account.tax"].create(
            {
                "name": name,
                "description": name,
                "amount": amount,
                "type_tax_use": "sale",
                "price_include_override": "tax_included",
                "tax_group_id": group.id,
                "country_id": country.id,
            }
        )

    def _product(self, row, groups, units, tax):
        values = {
            "name": row["name"],
            "categ_id": groups[row["category"]].id,
            "type": row["kind"],
            "uom_id": units[row["uom"]].id,
            "list_price": float(row["price"]),
            "standard_price": float(row["cost"]),
            "floor_price": float(row["floor"] or 0),
            "default_code": row["number"],
            "barcode": row["barcode"],
            "description_sale": row["pitch"],
            "specification": self._specification(row["spec"]),
            "taxes_id": [Command.set(tax.ids)],
            "invoice_policy": "order",
            "faq_ids": [
                Command.create({"question": question, "answer": answer})
                for question, answer in FAQ.get(row["code"], [])
            ],
        }
        return self.env["product.template"]._load_records(
            [
                {
                    "xml_id": f"crm_sales.product_{row['code']}_demo",
                    "values": values,
                    "noupdate": True,
                }
            ]
        )

    @staticmethod
    def _specification(text):
        rows = [part.split(":", 1) for part in text.split("|")]
        body = "".join(
            f"<tr><td>{html_escape(name)}</td><td>{html_escape(value)}</td></tr>"
            for name, value in rows
        )
        return f'<table class="table table-sm"><tbody>{body}</tbody></table>'

    def _states(self):
        """Let two products wait for their publication; one is sold no more soon."""
        waiting = self.products["robot"] | self.products["lite"]
        templates = waiting.product_tmpl_id
        templates._crm_workflow().write({"crm_state": "draft"})
        robot = self.products["robot"].product_tmpl_id
        self.play.at(
            self.play.past(self.play.chance("robot"), "director", 2),
            lambda: self.play.by("director", robot).action_submit_review(),
        )
        old = self.products["oldpda"].product_tmpl_id
        self.play.at(
            self.play.past(self.play.chance("oldpda"), "director", 150),
            lambda: self.play.by("director", old).action_stop("厂家停产，改推5G版"),
        )

    def _price_lists(self):
        today = self.play.diary.day(0)
        lists = {}
        # the list that Odoo brings along may be kept in another currency
        self.env["product.pricelist"].search([]).active = False
        for sequence, (kind, name, percent, since, until) in enumerate(LISTS, 1):
            rule = {
                "applied_on": "3_global",
                "compute_price": "percentage",
                "percent_price": percent,
            }
            if until:
                rule["date_start"] = fields.Date.subtract(today, days=since)
                rule["date_end"] = fields.Date.add(today, days=until)
            lists[kind] = self.env["product.pricelist"].create(
                {
                    "name": name,
                    "sequence": sequence,
                    "kind_id": self.play.value("pricelist_kind", kind),
                    "currency_id": self.env.ref("base.CNY").id,
                    "item_ids": [Command.create(rule)] if percent else [],
                }
            )
        self._assign(lists)

    def _assign(self, lists):
        partners = self.env["res.partner"].search([("is_crm_customer", "=", True)])
        annual = self.play.ref("tag_annual_demo")
        channel = self.play.value("customer_type", "channel")
        for kind, chosen in (
            ("vip", partners.filtered(lambda one: annual in one.category_id)),
            (
                "wholesale",
                partners.filtered(lambda one: one.customer_type_id.id == channel),
            ),
        ):
            chosen.specific_property_product_pricelist = lists[kind]
        group = self.play.ref("customer_001_demo")
        self.env["product.pricelist"].create(
            {
                "name": "瀚诚集团协议价",
                "sequence": 9,
                "kind_id": self.play.value("pricelist_kind", "deal"),
                "currency_id": self.env.ref("base.CNY").id,
                "customer_id": group.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": self.products[code].product_tmpl_id.id,
                            "compute_price": "fixed",
                            "fixed_price": price,
                        }
                    )
                    for code, price in (("wms", 178000), ("pda", 2050), ("care", 16800))
                ],
            }
        )
