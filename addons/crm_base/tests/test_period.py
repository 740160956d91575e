from odoo.tests import tagged

from .common import CrmCase

LABELS = {
    "zh_CN": {
        "hour": "10月5日 09:00",
        "day": "2026年10月5日",
        "week": "2026年第41周",
        "month": "2026年10月",
        "quarter": "2026年第4季度",
        "year": "2026年",
    },
    "zh_TW": {"week": "2026年第41週", "month": "2026年10月", "quarter": "2026年第4季"},
    "en_US": {"month": "October 2026"},
}


@tagged("post_install", "-at_install")
class TestPeriod(CrmCase):
    def test_labels(self):
        """Charts name periods as their reader would. Covers: X02."""
        for code in LABELS:
            self.env["res.lang"]._activate_lang(code)
        customer = self._customer(self.sam)
        followup = self._followup(self.sam, customer, planned_at="2026-10-05 01:00:00")
        for lang, labels in LABELS.items():
            theirs = followup.with_context(lang=lang, tz="Asia/Shanghai")
            for unit, label in labels.items():
                (group,) = theirs.formatted_read_group(
                    [("id", "=", followup.id)], [f"planned_at:{unit}"], ["__count"]
                )
                with self.subTest(lang=lang, unit=unit):
                    self.assertEqual(group[f"planned_at:{unit}"][1], label)
                    found = theirs.search(group["__extra_domain"])
                    self.assertIn(followup, found)
