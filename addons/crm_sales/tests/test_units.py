from odoo.tests import tagged

from odoo.addons.crm_base.tests.unit_case import UnitCase

SUITES = ("@crm_sales/decision_tree", "@crm_sales/decision_tree_widget")


@tagged("post_install", "-at_install")
class TestUnitsDesk(UnitCase):
    """Components of selling, by themselves, in a browser."""

    def test_units(self):
        """Those who decide, drawn as a tree and moved in it. Covers: S09."""
        self._run_suites("desktop", *SUITES)
