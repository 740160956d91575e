from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestShare(CrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)
        cls.contact = cls._contact(cls.customer)
        cls.family = cls.customer | cls.contact

    def test_share_for_reading(self):
        """A share for reading shows the customer and its contacts, no more.

        Covers: B03.
        """
        self._share(self.customer, self.xia)
        self.assertSees(self.xia, self.family)
        self.assertBlind(self.xia, self.family, "write")
        self.assertBlind(self.other_manager, self.family)
        with self.assertRaises(AccessError):
            self.customer.with_user(self.xia).name = "改名"

    def test_share_for_writing(self):
        """A share for writing lets a colleague work on it, but not give it away.

        Covers: B03.
        """
        self._share(self.customer, self.xia, "write")
        self.assertSees(self.xia, self.family, "write")
        theirs = self.customer.with_user(self.xia)
        theirs.mnemonic = "石油"
        with self.assertRaises(AccessError):
            theirs.action_archive()
        self.contact.with_user(self.xia).action_archive()
        self.contact.with_user(self.xia).action_unarchive()
        with self.assertRaises(AccessError):
            theirs.user_id = self.xia
        with self.assertRaises(AccessError):
            theirs.action_transfer(self.xia.id, "mine")
        with self.assertRaises(AccessError):
            theirs.action_share(self.tom.ids)
        with self.assertRaises(AccessError):
            theirs.share_ids = [(0, 0, {"user_id": self.tom.id})]
        with self.assertRaises(AccessError):
            self.env["crm.share"].with_user(self.xia).create(
                {"partner_id": self.customer.id, "user_id": self.tom.id}
            )
        with self.assertRaises(AccessError):
            self.customer.share_ids.with_user(self.xia).mode = "read"
        with self.assertRaises(AccessError):
            self.customer.share_ids.with_user(self.xia).unlink()

    def test_mode_changes(self):
        """Sharing again changes the right instead of failing.

        Covers: B03.
        """
        share = self._share(self.customer, self.xia)
        self._share(self.customer, self.xia, "write")
        self.assertEqual(share.mode, "write")
        self.assertSees(self.xia, self.customer, "write")
        self._share(self.customer, self.xia, "read")
        self.assertBlind(self.xia, self.customer, "write")

    def test_superior_shares_assistant_does_not(self):
        """The owner's superiors may lend a customer, an assistant may not.

        Covers: B03.
        """
        self.customer.with_user(self.manager).action_share(self.xia.ids)
        self.assertSees(self.xia, self.family)
        with self.assertRaises(AccessError):
            self.customer.with_user(self.assistant).action_share(self.tom.ids)

    def test_unshare(self):
        """Taking back works at once.

        Covers: B03.
        """
        self._share(self.customer, self.xia)
        self.assertEqual(
            self.customer.with_user(self.sam).action_unshare(self.xia.ids), 1
        )
        self.assertBlind(self.xia, self.family)

    def test_share_expires_in_the_colleagues_time(self):
        """The last day of a share ends at midnight where the colleague is.

        Covers: B03.
        """
        with freeze_time("2026-03-10 04:00:00"):
            self._share(self.customer, self.xia, "write", "2026-03-10")
        # 23:59 in Shanghai
        with freeze_time("2026-03-10 15:59:00"):
            self.assertSees(self.xia, self.family)
            self.assertSees(self.xia, self.family, "write")
        # 00:01 of the 11th in Shanghai, still the 10th in UTC
        with freeze_time("2026-03-10 16:01:00"):
            self.assertBlind(self.xia, self.family)
            self.assertBlind(self.xia, self.family, "write")

    def test_share_without_end_and_in_the_future(self):
        """A share until next week works today.

        Covers: B03.
        """
        until = fields.Date.today() + timedelta(days=7)
        self._share(self.customer, self.xia, "read", fields.Date.to_string(until))
        self.assertSees(self.xia, self.family)

    def test_only_customers_and_colleagues(self):
        """What is no customer is not shared, and nobody from outside gets one.

        Covers: B03.
        """
        with self.assertRaises(ValidationError):
            self._share(self.customer, self.portal)
        with self.assertRaises(ValidationError):
            self.env["crm.share"].create(
                {"partner_id": self.contact.id, "user_id": self.xia.id}
            )
        with self.assertRaises(ValidationError):
            self.env["crm.share"].create(
                {"partner_id": self.customer.id, "user_id": self.sam.id}
            )

    def test_batch_skips_the_owner(self):
        """A batch of several owners is shared with a colleague who owns one of them.

        Covers: B03.
        """
        other = self._customer(self.sue, "中国移动")
        count = (
            (self.customer | other)
            .with_user(self.manager)
            .action_share((self.sue | self.tom).ids)
        )
        self.assertEqual(count, 3)

    def test_share_keeps_customer_and_colleague(self):
        """A share is not bent to another customer.

        Covers: B03.
        """
        share = self._share(self.customer, self.xia)
        other = self._customer(self.sam, "中国移动")
        with self.assertRaises(ValidationError):
            share.with_user(self.sam).partner_id = other
        with self.assertRaises(ValidationError):
            share.with_user(self.sam).user_id = self.tom

    def test_new_owners_share_does_not_come_back(self):
        """Who owned a customer for a while does not keep an older share.

        Covers: B03.
        """
        self._share(self.customer, self.xia)
        self._share(self.customer, self.tom)
        self.customer.with_user(self.sam).action_transfer(self.xia.id, "to Xia")
        self.customer.with_user(self.xia).action_transfer(self.sue.id, "back")
        self.assertBlind(self.xia, self.family)
        self.assertSees(self.tom, self.family)

    def test_share_is_seen_by_its_parties(self):
        """Owner, superiors and the colleague see a share; others do not.

        Covers: B03.
        """
        share = self._share(self.customer, self.xia)
        self.assertViewers(
            share,
            self.sam
            | self.manager
            | self.assistant
            | self.director
            | self.xia
            | self.other_manager,
        )

    def test_wizard(self):
        """The dialog shares several customers with several colleagues.

        Covers: B03.
        """
        other = self._customer(self.sam, "中国移动")
        wizard = (
            self.env["crm.customer.share"]
            .with_user(self.sam)
            .create(
                {
                    "partner_ids": [(6, 0, (self.customer | other).ids)],
                    "user_ids": [(6, 0, (self.xia | self.tom).ids)],
                    "mode": "write",
                }
            )
        )
        wizard.action_share()
        self.assertSees(self.xia, self.customer | other, "write")
        self.assertSees(self.tom, self.customer | other, "write")

    def test_followers_who_lost_sight_hear_nothing(self):
        """A former owner or borrower stays a follower, but is told no more.

        Covers: B03.
        """
        self._share(self.customer, self.xia)
        followers = (self.sam | self.xia).partner_id
        self.customer.message_subscribe(followers.ids)
        note = self.customer.with_user(self.sam).message_post(
            body="议价中", subtype_xmlid="mail.mt_comment"
        )
        self.assertIn(self.xia.partner_id, note.notified_partner_ids)
        self.customer.with_user(self.sam).action_unshare(self.xia.ids)
        self.customer.with_user(self.sam).action_transfer(self.sue.id, "x")
        note = self.customer.with_user(self.sue).message_post(
            body="底价 100 万", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(note.notified_partner_ids & followers)
        named = self.customer.with_user(self.sue).message_post(
            body="请看", partner_ids=self.xia.partner_id.ids
        )
        self.assertIn(self.xia.partner_id, named.notified_partner_ids)
