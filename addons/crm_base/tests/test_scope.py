from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestScope(CrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)
        cls.contact = cls._contact(cls.customer)
        cls.family = cls.customer | cls.contact

    def test_who_sees_a_customer(self):
        """Owner, superiors and assistants of the superiors; nobody else.

        Covers: B01, B02.
        """
        self.assertViewers(
            self.family, self.sam | self.manager | self.assistant | self.director
        )

    def test_who_changes_a_customer(self):
        """Assistants and colleagues never write; the maintainer sees nothing.

        Covers: B01, B02.
        """
        for user in self.sam | self.manager | self.director | self.boss:
            self.assertSees(user, self.family, "write")
        for user in (
            self.assistant | self.sue | self.xia | self.employee | self.maintainer
        ):
            self.assertBlind(user, self.family, "write")

    def test_scope_is_users(self):
        """The scope is a recordset of users; the boss's is everybody internal.

        Covers: B02.
        """
        self.assertEqual(
            self.manager._crm_scope(), self.manager | self.tom | self.sam | self.sue
        )
        self.assertEqual(self.sam._crm_scope(), self.sam)
        self.assertEqual(
            self.assistant._crm_scope("read"),
            self.assistant | self.manager | self.tom | self.sam | self.sue,
        )
        self.assertEqual(self.assistant._crm_scope("write"), self.assistant)
        self.assertIn(self.employee, self.boss._crm_scope())
        self.assertNotIn(self.portal, self.boss._crm_scope())

    def test_member_changes_team(self):
        """A change of team takes effect at once.

        Covers: B02.
        """
        self.assertBlind(self.other_manager, self.family)
        self.env["crm.team.member"].search([("user_id", "=", self.sam.id)]).unlink()
        self.south.member_ids = [(4, self.sam.id)]
        self.assertViewers(self.family, self.sam | self.other_manager | self.director)

    def test_membership_is_written(self):
        """Team and person of a membership may also be written.

        Covers: B02.
        """
        member = self.env["crm.team.member"].search([("user_id", "=", self.sam.id)])
        self.assertSees(self.manager, self.family)
        member.crm_team_id = self.south
        self.assertBlind(self.manager, self.family)
        self.assertSees(self.other_manager, self.family)
        member.action_archive()
        self.assertBlind(self.other_manager, self.family)

    def test_leader_changes(self):
        """The new leader sees the team, the old one no more.

        Covers: B02.
        """
        self.assertSees(self.manager, self.family)
        self.north.user_id = self.tom
        self.assertBlind(self.manager, self.family)
        self.assertSees(self.tom, self.family)
        self.assertSees(self.tom, self.family, "write")

    def test_assistant_changes(self):
        """Assistants come and go with one write.

        Covers: B01, B02.
        """
        self.assertSees(self.assistant, self.family)
        self.north.assistant_ids = [(5,)]
        self.assertBlind(self.assistant, self.family)
        self.headquarters.assistant_ids = [(4, self.assistant.id)]
        self.assertSees(self.assistant, self.family)
        self.assertBlind(self.assistant, self.family, "write")

    def test_parent_changes(self):
        """A team that moves takes its members' customers along.

        Covers: B02.
        """
        self.beijing.parent_id = self.south
        self.assertViewers(self.family, self.sam | self.other_manager | self.director)
        self.beijing.parent_id = False
        self.assertViewers(self.family, self.sam)

    def test_team_is_archived(self):
        """An archived team gives its leader nothing; superiors still reach its people.

        Covers: B02.
        """
        self.north.action_archive()
        self.assertViewers(self.family, self.sam | self.director)
        self.north.action_unarchive()
        self.assertSees(self.manager, self.family)

    def test_team_is_deleted(self):
        """Deleting a team ends the sight over its members.

        Covers: B02.
        """
        self.beijing.unlink()
        self.assertViewers(self.family, self.sam)

    def test_leaver_stays_in_scope(self):
        """Customers of an archived colleague stay in sight of the superiors.

        Covers: B02.
        """
        self.sam.action_archive()
        self.assertSees(self.manager, self.family, "write")
        self.assertIn(self.sam, self.manager._crm_scope())
        self.assertBlind(self.other_manager, self.family)
        self.sam.action_unarchive()
        self.assertBlind(self.manager, self.family)

    def test_group_through_group_form(self):
        """Membership of the boss's group counts at once, through both its doors.

        Covers: B01.
        """
        self.assertBlind(self.xia, self.family)
        boss_group = self.env.ref("crm_base.group_boss")
        boss_group.user_ids = [(4, self.xia.id)]
        self.assertSees(self.xia, self.family)
        boss_group.user_ids = [(3, self.xia.id)]
        self.assertBlind(self.xia, self.family)
        self.xia.group_ids = [(4, boss_group.id)]
        self.assertSees(self.xia, self.family)
        self.xia.group_ids = [(3, boss_group.id)]
        self.assertBlind(self.xia, self.family)

    def test_team_cannot_stand_below_itself(self):
        """A cycle in the tree is refused.

        Covers: B02.
        """
        with self.assertRaises(UserError):
            self.headquarters.parent_id = self.beijing

    def test_member_count(self):
        """The tree of teams shows how many members each has.

        Covers: B02.
        """
        self.assertEqual(self.beijing.member_count, 2)
        self.assertEqual(self.north.member_count, 1)

    def test_ordinary_partners_stay_public(self):
        """Partners that are no customers keep Odoo's rules for colleagues.

        Covers: B01.
        """
        supplier = self.env["res.partner"].create({"name": "供应商"})
        for user in self.everybody.filtered(lambda user: not user.share):
            self.assertSees(user, supplier)
        # the right to edit customers is no right to edit everybody's address book
        self.assertBlind(self.sam, supplier, "write")
        self.assertBlind(self.employee, supplier, "write")

    def test_colleagues_cannot_be_customers(self):
        """A customer never hides a colleague's own partner, from either side.

        Covers: B01.
        """
        with self.assertRaises(ValidationError):
            self.employee.partner_id.is_crm_customer = True
        with self.assertRaises(ValidationError):
            self.employee.partner_id.parent_id = self.customer
        with self.assertRaises(ValidationError):
            self.employee.partner_id = self.contact
        with self.assertRaises(ValidationError):
            self._crm_user("spy", "employee", partner_id=self.contact.id)
        company = self.env["res.partner"].create({"name": "本公司", "is_company": True})
        self.employee.partner_id.parent_id = company
        with self.assertRaises(ValidationError):
            company.is_crm_customer = True

    def test_portal_sees_own_company_only(self):
        """An external user sees the own company by Odoo's rule, not other customers.

        Covers: B01.
        """
        self.portal.partner_id.parent_id = self.customer
        other = self._customer(self.sam, "中国移动")
        theirs = self.env["res.partner"].with_user(self.portal)
        self.assertIn(self.customer, theirs.search([]))
        self.assertNotIn(other, theirs.search([]))
        self.assertFalse(self.customer.with_user(self.portal).has_access("write"))

    def test_bank_accounts_are_as_private_as_their_customer(self):
        """Stock lists of what belongs to customers tell no more than the customers.

        Covers: B01, B02.
        """
        account = self.env["res.partner.bank"].create(
            {"acc_number": "6222 0000 1111", "partner_id": self.customer.id}
        )
        self.assertViewers(
            account, self.sam | self.manager | self.assistant | self.director
        )
        public = self.env["res.partner.bank"].create(
            {"acc_number": "6222 9999", "partner_id": self.company.partner_id.id}
        )
        self.assertSees(self.employee, public)
