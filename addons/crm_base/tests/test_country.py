from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestCountry(CrmCase):
    def test_country_of_a_new_customer(self):
        """A new customer's country is its province's, else the company's.

        Covers: B05.
        """
        china, japan = self.env.ref("base.cn"), self.env.ref("base.jp")
        self.company.country_id = china
        tokyo = self.env["res.country.state"].search(
            [("country_id", "=", japan.id)], limit=1
        )
        beijing = self.env.ref("base.state_cn_BJ")
        for values, country in (
            ({}, china),
            ({"state_id": tokyo.id}, japan),
            ({"state_id": beijing.id}, china),
            ({"country_id": japan.id}, japan),
            ({"country_id": False}, self.env["res.country"]),
        ):
            customer = self._customer(self.sam, **values)
            self.assertEqual(customer.country_id, country, values)

    def test_address_without_repetition(self):
        """Imported customers show their address from the large to the small.

        Covers: B05.
        """
        self.company.country_id = self.env.ref("base.cn")
        customer = self._customer(
            self.sam,
            state_id=self.env.ref("base.state_cn_ZJ").id,
            city="杭州市",
            district="西湖区",
            street="文三路 1 号",
        )
        self.assertIn("浙江省杭州市西湖区文三路 1 号", customer.contact_address)

    def test_provinces_without_country(self):
        """A company of China reads 浙江省, any other one is told the country.

        Covers: B05.
        """
        china, japan = self.env.ref("base.cn"), self.env.ref("base.jp")
        state = self.env.ref("base.state_cn_ZJ")
        tokyo = self.env["res.country.state"].search(
            [("country_id", "=", japan.id)], limit=1
        )
        for country, names in (
            (china, [state.name, f"{tokyo.name} (JP)"]),
            (japan, [f"{state.name} (CN)", f"{tokyo.name} (JP)"]),
        ):
            self.company.country_id = country
            self.env.invalidate_all()
            both = (state + tokyo).with_user(self.sam)
            self.assertEqual(both.mapped("display_name"), names)
            for name in (state.name, f"{state.name} (CN)"):
                found = self.env["res.country.state"].with_user(self.sam)
                self.assertEqual(found.name_search(name, operator="=")[0][0], state.id)
