from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, freeze_time, tagged

from ..tools.geo import distance_m
from .common import CrmCase

NOW = "2026-03-10 02:00:00"


@tagged("post_install", "-at_install")
class TestFollowupCheckin(CrmCase):
    """Being at the customer, told by the phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)

    def test_checkin(self):
        """A check-in stamps time, place and distance, once, before the end.

        Covers: B10.
        """
        self.customer.write(
            {"partner_latitude": 39.9087, "partner_longitude": 116.3975}
        )
        visit = self._followup(self.sam, self.customer, method_id=self.visit.id)
        theirs = visit.with_user(self.sam)
        self.assertTrue(visit.is_visit)
        with freeze_time(NOW):
            result = theirs.action_checkin(39.9100, 116.3975, 15)
        self.assertAlmostEqual(result["distance"], 144.6, delta=1)
        self.assertFalse(result["is_far"])
        self.assertEqual(result["checkin_at"], NOW)
        self.assertEqual(visit.checkin_accuracy, 15)
        with self.assertRaises(UserError):
            theirs.action_checkin(39.9100, 116.3975)
        done = self._followup(self.sam, self.customer, done=True)
        with self.assertRaises(UserError):
            done.with_user(self.sam).action_checkin(39.91, 116.39)
        other = self._followup(self.sam, self.customer)
        with self.assertRaises(AccessError):
            other.with_user(self.assistant).action_checkin(39.91, 116.39)

    def test_checkin_far_away(self):
        """A check-in far from the address is marked, by the company's distance.

        Covers: B10.
        """
        self.customer.write(
            {"partner_latitude": 39.9087, "partner_longitude": 116.3975}
        )
        visit = self._followup(self.sam, self.customer)
        result = visit.with_user(self.sam).action_checkin(31.2304, 121.4737)
        self.assertTrue(result["is_far"])
        self.assertAlmostEqual(result["distance"], 1067_000, delta=2000)
        found = self.env["crm.followup"].search([("checkin_is_far", "=", True)])
        self.assertIn(visit, found)
        self.assertFalse(visit.with_user(self.sam).can_locate_customer)
        with self.assertRaises(UserError):
            visit.with_user(self.sam).action_locate_customer()
        self.assertTrue(visit.checkin_is_far)

    def test_checkin_without_address(self):
        """Without a place on the map there is no distance; a visit may give the place.

        Covers: B10.
        """
        visit = self._followup(self.sam, self.customer)
        with self.assertRaises(UserError):
            visit.with_user(self.sam).action_locate_customer()
        result = visit.with_user(self.sam).action_checkin(31.2304, 121.4737)
        self.assertFalse(result["distance"])
        self.assertFalse(result["is_far"])
        self.assertTrue(visit.with_user(self.sam).can_locate_customer)
        visit.with_user(self.sam).action_locate_customer()
        self.assertFalse(visit.with_user(self.sam).can_locate_customer)
        self.assertAlmostEqual(self.customer.partner_latitude, 31.2304)
        self.assertAlmostEqual(self.customer.partner_longitude, 121.4737)

    def test_checkin_ranges(self):
        """Positions outside the globe, and the nowhere of broken devices, are refused.

        Covers: B10.
        """
        visit = self._followup(self.sam, self.customer).with_user(self.sam)
        for place in (
            (91, 0),
            (-90.1, 0),
            (1, 181),
            (1, -180.5),
            (0, 0),
            (float("nan"), 1),
        ):
            with self.assertRaises(UserError):
                visit.action_checkin(*place)
        visit.action_checkin(-90, 180, -5)
        self.assertEqual(visit.checkin_accuracy, 0)

    def test_checkin_on_a_borrowed_customer(self):
        """A share for reading is enough to visit a customer.

        Covers: B03, B10.
        """
        self._share(self.customer, self.xia)
        visit = self._followup(self.xia, self.customer)
        visit.with_user(self.xia).action_checkin(31.2304, 121.4737)
        with self.assertRaises(AccessError):
            visit.with_user(self.xia).action_locate_customer()


class TestDistance(BaseCase):
    def test_known_distances(self):
        """Great-circle distances in metres.

        Covers: B10.
        """
        self.assertEqual(distance_m(39.9, 116.4, 39.9, 116.4), 0)
        self.assertAlmostEqual(
            distance_m(39.9042, 116.4074, 31.2304, 121.4737), 1_067_310, delta=500
        )
        self.assertAlmostEqual(distance_m(0, 0, 0, 180), 20_015_114, delta=10)
        self.assertAlmostEqual(distance_m(90, 0, -90, 0), 20_015_114, delta=10)
