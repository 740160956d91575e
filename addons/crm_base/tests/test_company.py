from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestCompany(CrmCase):
    """Two companies in one database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "二公司"})
        cls.both = cls.sam | cls.manager | cls.boss
        cls.both.company_ids = [Command.link(cls.other.id)]
        cls.everywhere = {"allowed_company_ids": [cls.company.id, cls.other.id]}
        cls.there = {"allowed_company_ids": cls.other.ids}
        cls.here = {"allowed_company_ids": cls.company.ids}
        cls.customer = (
            cls.env["res.partner"]
            .with_user(cls.sam)
            .with_context(**cls.there)
            .create(
                {
                    "name": "二公司客户",
                    "is_crm_customer": True,
                    "company_id": cls.other.id,
                }
            )
            .with_env(cls.env)
        )
        cls.followup = (
            cls.env["crm.followup"]
            .with_user(cls.sam)
            .with_context(**cls.there)
            .create(
                {
                    "name": "拜访",
                    "partner_id": cls.customer.id,
                    "method_id": cls.phone.id,
                }
            )
            .with_env(cls.env)
        )

    def test_followups_belong_to_a_company(self):
        """A follow-up is made in the company one works in, and read there only.

        Covers: B09.
        """
        self.assertEqual(self.followup.company_id, self.other)
        for user in self.sam | self.manager | self.boss:
            theirs = self.followup.with_user(user)
            self.assertTrue(theirs.with_context(**self.there).has_access("read"))
            self.assertFalse(theirs.with_context(**self.here).has_access("read"))
            self.assertFalse(
                theirs.with_context(**self.here).search([("id", "=", theirs.id)])
            )

    def test_followup_of_another_companys_customer(self):
        """A customer of one company gets no follow-up of another one.

        Covers: B09.
        """
        with self.assertRaises(UserError):
            self.env["crm.followup"].with_user(self.sam).with_context(
                **self.everywhere
            ).create(
                {
                    "name": "x",
                    "partner_id": self.customer.id,
                    "method_id": self.phone.id,
                    "company_id": self.company.id,
                }
            )

    def test_partners_follow_odoos_rule(self):
        """Companies that keep their partners apart keep their customers apart.

        Covers: B05.
        """
        self.env.ref("base.res_partner_rule").active = True
        theirs = self.customer.with_user(self.sam)
        self.assertTrue(theirs.with_context(**self.there).has_access("read"))
        self.assertFalse(theirs.with_context(**self.here).has_access("read"))
        with self.assertRaises(AccessError):
            theirs.with_context(**self.here).action_transfer(self.sue.id, "x")

    def test_limits_are_the_companys(self):
        """Each company decides what an effective follow-up is.

        Covers: B09.
        """
        self.other.crm_effective_min_length = 3
        self.company.crm_effective_min_length = 30
        there = self.followup.with_user(self.sam).with_context(**self.there)
        there.content = "四个字吧"
        there.action_done()
        self.assertTrue(self.followup.is_effective)
        here = self._followup(
            self.sam, self._customer(self.sam), done=True, content="四个字吧"
        )
        self.assertFalse(here.is_effective)

    def test_figures_of_the_companies_at_work(self):
        """Figures count what the companies in the corner of the screen have.

        Covers: B10.
        """
        self.followup.with_user(self.sam).with_context(**self.there).action_done()
        self._followup(self.sam, self._customer(self.sam), done=True)
        for context, expected in (
            (self.here, 1),
            (self.there, 1),
            (self.everywhere, 2),
        ):
            (result,) = (
                self.env["crm.metric"]
                .with_user(self.sam)
                .with_context(**context)
                .compute_values(["followups_done"])
            )
            self.assertEqual(result["value"], expected)
