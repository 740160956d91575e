from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import SaleCase


class FunnelUiCase(SaleCase, HttpCase):
    """The pages of a Chinese director with five opportunities of this month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.everybody.lang = "zh_CN"
        cls.agreed.forecast_category = "commit"
        leads = [cls._opportunity(expected_revenue=100) for _number in range(4)]
        leads[0].stage_id = cls.visited
        leads[1].stage_id = cls.offered
        soon = fields.Date.add(fields.Date.today(), days=7)
        leads[2].write(
            {"stage_id": cls.agreed.id, "probability": 20, "date_deadline": soon}
        )
        lost = cls._opportunity(name="输掉的")
        lost.with_user(cls.sam).action_set_lost(lost_reason_id=cls._lost_reason())


@tagged("post_install", "-at_install")
class TestForecastDesk(FunnelUiCase):
    browser_size = "1400x900"

    def test_forecast(self):
        """Levels, months and deals in doubt. Covers: S05."""
        self.start_tour("/odoo/sales-forecast", "crm_sales_forecast", login="dora")


@tagged("post_install", "-at_install")
class TestFunnelPhone(FunnelUiCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_funnel(self):
        """The chart, its keyboard and the lists behind it. Covers: S04, B26."""
        self.start_tour("/odoo/sales-funnel", "crm_sales_funnel", login="dora")
