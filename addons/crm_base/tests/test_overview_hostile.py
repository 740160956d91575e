from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestOverviewHostile(CrmCase):
    def test_website_is_a_web_address(self):
        """A script typed in as website never becomes a link of the 360° view.

        Covers: B14.
        """
        customer = self._customer(self.sam, name="恶意网址公司")
        for typed, shown in (
            ("https://example.com/a", "https://example.com/a"),
            ("example.com", "http://example.com"),
            ("javascript:alert(document.cookie)", ""),
            ("data:text/html,<script>alert(1)</script>", ""),
            (False, ""),
        ):
            customer.website = typed
            header = customer.with_user(self.sam).get_crm_overview()["header"]
            self.assertEqual(header["website"], shown, typed)
