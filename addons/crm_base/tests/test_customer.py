import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import file_open

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestCustomerFile(CrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)

    def test_heat_expires(self):
        """Expired heat is cleared by the nightly job and stays in the log.

        Covers: B08.
        """
        level = self.env.ref("crm_base.dictionary_heat_level_warm")
        hot = self._customer(self.sam, "热点")
        values = {"heat_level_id": level.id, "heat_reason": "招标"}
        with freeze_time("2026-03-10 02:00:00"):
            self.customer.with_user(self.sam).write(
                {**values, "heat_until": "2026-03-10"}
            )
            hot.with_user(self.sam).write({**values, "heat_until": "2026-03-11"})
            self._run_cron("crm_base.ir_cron_clear_heat")
            self.assertTrue(self.customer.heat_level_id)
        with freeze_time("2026-03-11 02:00:00"):
            self._run_cron("crm_base.ir_cron_clear_heat")
        self.assertFalse(self.customer.heat_level_id)
        self.assertFalse(self.customer.heat_reason)
        self.assertFalse(self.customer.heat_until)
        self.assertTrue(hot.heat_level_id)
        log = "".join(self.customer.message_ids.mapped("body"))
        self.assertIn("招标", log)
        self.assertIn("2026-03-10", log)

    def test_tags_of_managers(self):
        """Managers make tags, salespeople put them on; found by tag. Covers: B08."""
        values = {"name": "展会"}
        with self.assertRaises(AccessError):
            self.env["res.partner.category"].with_user(self.sam).create(values)
        tag = self.env["res.partner.category"].with_user(self.manager).create(values)
        customers = self.env["res.partner"].with_user(self.sam)
        mine = customers.browse(self.customer.id)
        mine.category_id = tag.with_user(self.sam)
        self.assertEqual(customers.search([("category_id", "ilike", "展会")]), mine)
        with self.assertRaises(AccessError):
            self.customer.with_user(self.tom).category_id = False

    def test_whole_file(self):
        """A salesperson fills in the whole file, of a company or a person.

        Covers: B05.
        """
        source = self.env["utm.source"].create({"name": "展会"})
        industry = self.env["res.partner.industry"].create({"name": "机械"})
        kind = self.env["crm.dictionary"].search(
            [("kind", "=", "customer_type")], limit=1
        )
        picture = base64.b64encode(file_open("base/static/img/avatar.png", "rb").read())
        customers = self.env["res.partner"].with_user(self.sam)
        for is_company in (True, False):
            customer = customers.create(
                {
                    "name": f"青岛海洋 {is_company}",
                    "is_crm_customer": True,
                    "is_company": is_company,
                    "mnemonic": "海洋",
                    "customer_type_id": kind.id,
                    "source_id": source.id,
                    "industry_id": industry.id,
                    "comment": "<p>月结</p>",
                    "image_1920": picture,
                }
            )
            self.env.invalidate_all()
            (row,) = customer.web_read(
                {
                    "is_company": {},
                    "customer_type_id": {},
                    "source_id": {},
                    "industry_id": {},
                    "comment": {},
                    "image_128": {},
                }
            )
            self.assertTrue(row.pop("image_128"))
            self.assertEqual(
                row,
                {
                    "id": customer.id,
                    "is_company": is_company,
                    "customer_type_id": kind.id,
                    "source_id": source.id,
                    "industry_id": industry.id,
                    "comment": "<p>月结</p>",
                },
            )
            self.assertTrue(customer.customer_no)

    def test_favorites_are_personal(self):
        """Whoever reads a customer may mark it, for himself alone.

        Covers: B08.
        """
        self._share(self.customer, self.xia)
        for user in self.xia | self.assistant | self.sam:
            theirs = self.customer.with_user(user)
            self.assertFalse(theirs.is_favorite)
            theirs.is_favorite = True
            self.assertTrue(theirs.is_favorite)
            self.assertIn(theirs, theirs.search([("is_favorite", "=", True)]))
        self.assertFalse(self.customer.with_user(self.manager).is_favorite)
        self.assertEqual(
            self.customer.favorite_user_ids, self.xia | self.assistant | self.sam
        )
        theirs = self.customer.with_user(self.xia)
        theirs.web_save({"is_favorite": False}, {"is_favorite": {}})
        self.assertFalse(theirs.is_favorite)
        self.assertIn(theirs, theirs.search([("is_favorite", "=", False)]))
        self.assertIn(theirs, theirs.search([("is_favorite", "!=", True)]))
        with self.assertRaises(AccessError):
            self.customer.with_user(self.tom).is_favorite = True
        self.assertNotIn(self.tom, self.customer.favorite_user_ids)

    def test_favorite_on_creation(self):
        """A new customer may be a favourite at once.

        Covers: B08.
        """
        customer = self._customer(self.sam, "新", is_favorite=True)
        self.assertEqual(customer.favorite_user_ids, self.sam)

    def test_defaults_of_lists(self):
        """New customers get the default of each choice list, contacts get none.

        Covers: B05, B17.
        """
        form = Form(
            self.env["res.partner"]
            .with_user(self.sam)
            .with_context(default_is_crm_customer=True),
            view="crm_base.res_partner_view_form",
        )
        stage = self.env["crm.dictionary"]._crm_default("customer_stage")
        self.assertTrue(stage)
        self.assertEqual(form.customer_stage_id, stage)
        self.assertFalse(self._contact(self.customer).customer_stage_id)

    def test_stages_are_columns(self):
        """Every stage is a column of the kanban, empty ones too.

        Covers: B05.
        """
        result = (
            self.env["res.partner"]
            .with_user(self.sam)
            .with_context(read_group_expand=True)
            .web_read_group(
                [("is_crm_customer", "=", True)],
                ["customer_stage_id"],
                ["__count"],
                auto_unfold=True,
            )
        )
        found = {
            group["customer_stage_id"][0]: group["__count"]
            for group in result["groups"]
            if group["customer_stage_id"]
        }
        stages = self.env["crm.dictionary"].search([("kind", "=", "customer_stage")])
        self.assertEqual(set(found), set(stages.ids))

    def test_territory(self):
        """The region follows the province; a choice by hand stays.

        Covers: B27.
        """
        country = self.env.ref("base.cn")
        states = self.env["res.country.state"].search(
            [("country_id", "=", country.id)], limit=3
        )
        Territory = self.env["crm.territory"].with_user(self.director)
        north = Territory.create({"name": "北方", "state_ids": [(6, 0, states.ids)]})
        city = Territory.create(
            {
                "name": "首都",
                "parent_id": north.id,
                "state_ids": [(6, 0, states[0].ids)],
            }
        )
        south = Territory.create({"name": "南方"})
        self.assertEqual(city.complete_name, "北方 / 首都")
        theirs = self.customer.with_user(self.sam)
        theirs.state_id = states[0]
        self.assertEqual(theirs.territory_id, city, "the deepest region wins")
        theirs.state_id = states[1]
        self.assertEqual(theirs.territory_id, north)
        theirs.territory_id = south
        self.assertEqual(theirs.territory_id, south)
        theirs.state_id = False
        self.assertEqual(theirs.territory_id, south)
        self.assertIn(
            self.customer,
            self.env["res.partner"].search([("territory_id", "child_of", south.id)]),
        )
        with self.assertRaises(UserError):
            north.parent_id = city
        self.assertIn(
            city.id,
            [row[0] for row in Territory.with_user(self.sam).name_search("首都")],
        )
        with self.assertRaises(AccessError):
            south.with_user(self.sam).name = "x"


@tagged("post_install", "-at_install")
class TestAddress(CrmCase):
    def test_address_names_a_municipality_once(self):
        """Province and city in one are named once in an address. Covers: B05."""
        china = self.env.ref("base.cn")
        shanghai, jiangsu = (
            self.env.ref("base.state_cn_SH"),
            self.env.ref("base.state_cn_JS"),
        )
        values = {"country_id": china.id, "district": "青浦区", "street": "华徐路888号"}
        customer = self._customer(
            self.sam, "甲公司", state_id=shanghai.id, city="上海市", **values
        )
        self.assertIn("上海市青浦区华徐路888号", customer._display_address())
        self.assertNotIn("上海市上海市", customer._display_address())
        customer.write({"state_id": jiangsu.id, "city": "苏州市"})
        self.assertIn("江苏省苏州市青浦区", customer._display_address())
