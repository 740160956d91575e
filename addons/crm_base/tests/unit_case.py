"""The client's components by themselves: what stands in static/tests of an addon."""

from odoo.tests import HttpCase

from odoo.addons.web.tests import test_js


class UnitCase(HttpCase):
    """Runs tests of JavaScript in a browser and fails with them."""

    def _run_suites(self, preset, *names):
        """Run suites.

        :param str preset: ``desktop`` or ``mobile``
        :param names: of suites, such as ``@crm_base/fields``
        """
        suites = "".join(
            f"&id={test_js.HOOTCommon._generate_hash(self, name)}" for name in names
        )
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset={preset}&timeout=15000{suites}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
