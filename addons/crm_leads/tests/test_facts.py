from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import LeadCase


@tagged("post_install", "-at_install")
class TestFacts(LeadCase):
    def test_facts_are_refused(self):
        """What only methods change is refused through create, write and defaults.

        Covers: L01, L09.
        """
        lead = self._lead(self.sam)
        for values in (
            {"lead_state": "converted"},
            {"converted_at": "2020-01-01 00:00:00"},
            {"closed_at": "2020-01-01 00:00:00"},
            {"capture_channel": "web_form"},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                lead.with_user(self.sam).write(values)
            with self.subTest(values=values), self.assertRaises(AccessError):
                self._lead(self.sam, **values)
