from odoo.tests import tagged

from .recycle_case import RecycleCase


@tagged("post_install", "-at_install")
class TestRecycleCompany(RecycleCase):
    """Links with a value per company come back too. Covers: B16."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "另一家"})
        cls.boss.company_ids += cls.other
        cls.env["ir.model.fields"].create(
            {
                "name": "x_region_id",
                "field_description": "Sales Region",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "ttype": "many2one",
                "relation": "crm.territory",
                "company_dependent": True,
                "on_delete": "set null",
            }
        )
        territories = cls.env["crm.territory"]
        cls.east = territories.create({"name": "华东"})
        cls.west = territories.create({"name": "华西"})
        cls.customer = cls._customer(cls.sam)
        cls._set(cls.company, cls.east)
        cls._set(cls.other, cls.east)

    @classmethod
    def _set(cls, company, territory):
        cls.customer.with_company(company).x_region_id = territory

    def _regions(self):
        self.env.invalidate_all()
        return [
            self.customer.with_company(company).x_region_id
            for company in (self.company, self.other)
        ]

    def test_what_stayed_refers_again(self):
        """Customers of every company have the deleted region again."""
        self._delete(self.east)
        none = self.east.browse()
        self.assertEqual(self._regions(), [none, none])
        self._restore(self._entry(self.boss, self.east.id, "crm.territory"))
        self.assertEqual(self._regions(), [self.east, self.east])

    def test_what_was_chosen_since_stays(self):
        """A region chosen meanwhile in one company is not replaced."""
        self._delete(self.east)
        self._set(self.other, self.west)
        self._restore(self._entry(self.boss, self.east.id, "crm.territory"))
        self.assertEqual(self._regions(), [self.east, self.west])

    def test_gone_meanwhile(self):
        """A customer comes back without the region that is gone, then with it."""
        self._set(self.other, self.west)
        self._delete(self.customer)
        self._delete(self.east)
        result = self._restore(self._entry(self.boss, self.customer.id))
        self.assertIn("Sales Region", result["params"]["message"])
        self.assertEqual(self._regions(), [self.east.browse(), self.west])
        self._restore(self._entry(self.boss, self.east.id, "crm.territory"))
        self.assertEqual(self._regions(), [self.east, self.west])
