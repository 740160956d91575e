"""Territories: rules of places, set-based changes of them, managers."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..tools.places import place_key, place_keys
from .common import CrmCase


@tagged("post_install", "-at_install")
class TestTerritory(CrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zhejiang = cls.env.ref("base.state_cn_ZJ")
        cls.shanghai = cls.env.ref("base.state_cn_SH")
        cls.Territory = cls.env["crm.territory"].with_user(cls.director)
        # the company of the test decides alone which regions there are
        cls.Territory.search([]).active = False
        cls.east = cls._territory("华东", cls.zhejiang + cls.shanghai)
        cls.hangzhou = cls._territory(
            "杭州", cls.zhejiang, cls.east, cities="杭州市，余杭"
        )
        cls.westlake = cls._territory(
            "西湖", cls.zhejiang, cls.hangzhou, cities="杭州", districts="西湖区"
        )

    @classmethod
    def _territory(cls, name, states=None, parent=None, **values):
        return cls.Territory.create(
            {
                "name": name,
                "state_ids": [(6, 0, states.ids if states else [])],
                "parent_id": parent.id if parent else False,
                **values,
            }
        )

    def _at(self, state=None, city="", district="", **values):
        return self._customer(
            self.sam,
            state_id=state.id if state else False,
            city=city,
            district=district,
            **values,
        )

    def test_places(self):
        """Names of places as people write them."""
        self.assertEqual(place_key(" 杭州市 "), "杭州")
        self.assertEqual(place_key("西湖區"), "西湖")
        self.assertEqual(place_key("沙市"), "沙市", "two characters stay")
        self.assertEqual(place_key("延边朝鲜族自治州"), "延边朝鲜族")
        self.assertEqual(place_key(False), "")
        self.assertEqual(place_keys("杭州市、宁波,  温州；"), {"杭州", "宁波", "温州"})

    def test_most_specific(self):
        """District before city before province; suffixes are left out. Covers: B27."""
        for place, territory in (
            ((self.shanghai, "上海"), self.east),
            ((self.zhejiang, "宁波"), self.east),
            ((self.zhejiang, "杭州市"), self.hangzhou),
            ((self.zhejiang, "余杭"), self.hangzhou),
            ((self.zhejiang, "杭州", "西湖"), self.westlake),
            ((self.zhejiang, "宁波", "西湖区"), self.east),
            ((self.env.ref("base.state_cn_BJ"), "北京"), self.env["crm.territory"]),
        ):
            customer = self._at(*place)
            self.assertEqual(customer.territory_id, territory, place)
        customer = self._at(self.zhejiang, "杭州")
        customer.with_user(self.sam).district = "西湖区"
        self.assertEqual(customer.territory_id, self.westlake)

    def test_change_of_rules(self):
        """A change of rules moves the customers; choices by hand stay. Covers: B27."""
        ningbo = self._at(self.zhejiang, "宁波市")
        chosen = self._at(self.zhejiang, "宁波", territory_id=self.westlake.id)
        outside = self._at(self.env.ref("base.state_cn_BJ"))
        self.assertEqual(chosen.territory_id, self.westlake)
        city = self._territory("宁波", self.zhejiang, self.east, cities="宁波")
        self.assertEqual(ningbo.territory_id, city)
        self.assertEqual(chosen.territory_id, self.westlake)
        self.assertFalse(outside.territory_id)
        city.active = False
        self.assertEqual(ningbo.territory_id, self.east)
        city.active = True
        self.assertEqual(ningbo.territory_id, city)
        city.cities = "温州"
        self.assertEqual(ningbo.territory_id, self.east)
        self.east.state_ids = [(5,)]
        self.assertFalse(ningbo.territory_id)
        # it is found by the region and whatever is below
        lakeside = self._at(self.zhejiang, "杭州", "西湖区")
        found = self.env["res.partner"].search(
            [("territory_id", "child_of", self.east.id)]
        )
        self.assertIn(lakeside, found)

    def test_set_based(self):
        """A change of rules costs the same for few and for many customers.

        Covers: B27.
        """

        def change(number):
            for index in range(number):
                self._at(self.zhejiang, f"市{index % 3}")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.east.sequence += 1
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        change(1)
        few = change(1)
        self.assertLessEqual(change(30), few)

    def test_manager(self):
        """A manager has the territories below; sight stays with teams. Covers: B27."""
        self.east.manager_id = self.tom
        self.assertEqual(self.westlake.responsible_id, self.tom)
        self.hangzhou.manager_id = self.sue
        self.assertEqual(self.westlake.responsible_id, self.sue)
        theirs = self.env["crm.territory"].with_user(self.tom)
        mine = theirs.search([("is_mine", "=", True)])
        self.assertEqual(mine, self.east + self.hangzhou + self.westlake)
        self.assertTrue(self.westlake.with_user(self.tom).is_mine)
        self.assertFalse(self.east.with_user(self.sue).is_mine)
        customer = self._at(self.zhejiang, "杭州")
        self.assertEqual(customer.territory_manager_id, self.sue)
        own = self._customer(self.tom, state_id=self.shanghai.id)
        found = self.env["res.partner"].with_user(self.tom)
        found = found.search([("territory_id.is_mine", "=", True)])
        self.assertIn(own, found)
        self.assertNotIn(customer, found)

    def test_counts(self):
        """Customers of a region count those below, as far as one sees. Covers: B27."""
        self._at(self.zhejiang, "杭州", "西湖区")
        self._at(self.shanghai)
        self._customer(self.xia, state_id=self.shanghai.id)
        self.assertEqual(self.east.with_user(self.sam).customer_count, 2)
        self.assertEqual(self.westlake.with_user(self.sam).customer_count, 1)
        self.assertEqual(self.east.with_user(self.xia).customer_count, 1)
        action = self.east.with_user(self.sam).action_open_customers()
        found = self.env["res.partner"].with_user(self.sam).search(action["domain"])
        self.assertEqual(len(found), 2)

    def test_levels(self):
        """The tree says region, province, city, district. Covers: B27."""
        self.assertEqual(self.east.level, "region")
        self.assertEqual(self.hangzhou.level, "province")
        self.hangzhou.level = "city"
        self.westlake.level = "district"
        below = self._territory("以下", None, self.westlake)
        self.assertEqual(below.level, "district")

    def test_refused(self):
        """Rules are the director's; districts name their city. Covers: B27."""
        with self.assertRaises(ValidationError):
            self._territory("无城", districts="西湖区")
        with self.assertRaises(AccessError):
            self.east.with_user(self.manager).cities = "上海"

    def test_regions_of_china(self):
        """Every province of China has a region from the start. Covers: B27."""
        regions = self.env["crm.territory"].with_context(active_test=False)
        regions = regions.browse(
            self.env["ir.model.data"]
            .search([("module", "=", "crm_base"), ("model", "=", "crm.territory")])
            .filtered(lambda data: not data.name.endswith("_demo"))
            .mapped("res_id")
        )
        states = self.env.ref("base.cn").state_ids
        self.assertEqual(regions.state_ids, states)
        self.assertEqual(sum(len(region.state_ids) for region in regions), len(states))

    def test_own_regions_first(self):
        """What a company defines goes before the regions of the suite. Covers: B27."""
        standard = self.env.ref("crm_base.territory_east")
        standard.active = True
        self.east.active = False
        own = self._territory("江浙", self.zhejiang)
        self.assertEqual(self._at(self.zhejiang).territory_id, own)
        own.active = False
        self.assertEqual(self._at(self.zhejiang).territory_id, standard)
