"""The cast of the suite's tests, reusable by every addon."""

from contextlib import contextmanager

from odoo.tests import TransactionCase, new_test_user

# the groups that a role of the suite needs; exports are switched on so that the door
# itself is tested, not the right to use it
EXPORT = "base.group_allow_export"
ROLES = {
    "boss": f"crm_base.group_boss,{EXPORT}",
    "director": f"crm_base.group_director,{EXPORT}",
    "manager": f"crm_base.group_manager,{EXPORT}",
    "assistant": f"crm_base.group_assistant,{EXPORT}",
    "salesperson": f"crm_base.group_salesperson,{EXPORT}",
    "employee": f"base.group_user,{EXPORT}",
    "maintainer": f"base.group_user,crm_base.group_maintainer,{EXPORT}",
    "portal": "base.group_portal",
}


class CrmCase(TransactionCase):
    """A small company. Use these references, do not fetch global objects.

    ::

        bella (boss)
        Headquarters ── led by dora (director)
        ├── North ───── led by mia (manager), assisted by ann; member tom
        │   └── Beijing  no leader;                       members sam, sue
        └── South ───── led by max (manager);             member xia

    Beside the teams: ed (employee without a role), mona (maintainer) and pat (portal).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.boss = cls._crm_user("bella", "boss")
        cls.director = cls._crm_user("dora", "director")
        cls.manager = cls._crm_user("mia", "manager")
        cls.other_manager = cls._crm_user("max", "manager")
        cls.assistant = cls._crm_user("ann", "assistant")
        cls.sam = cls._crm_user("sam", "salesperson")
        cls.sue = cls._crm_user("sue", "salesperson")
        cls.tom = cls._crm_user("tom", "salesperson")
        cls.xia = cls._crm_user("xia", "salesperson")
        cls.employee = cls._crm_user("ed", "employee")
        cls.maintainer = cls._crm_user("mona", "maintainer")
        cls.portal = cls._crm_user("pat", "portal")
        cls.headquarters = cls._crm_team("Headquarters", cls.director)
        cls.north = cls._crm_team(
            "North",
            cls.manager,
            cls.headquarters,
            cls.tom,
            assistant_ids=[(6, 0, cls.assistant.ids)],
        )
        cls.beijing = cls._crm_team("Beijing", None, cls.north, cls.sam | cls.sue)
        cls.south = cls._crm_team("South", cls.other_manager, cls.headquarters, cls.xia)
        cls.everybody = (
            cls.boss
            | cls.director
            | cls.manager
            | cls.other_manager
            | cls.assistant
            | cls.sam
            | cls.sue
            | cls.tom
            | cls.xia
            | cls.employee
            | cls.maintainer
            | cls.portal
        )
        cls.phone = cls.env.ref("crm_base.dictionary_followup_method_phone")
        cls.visit = cls.env.ref("crm_base.dictionary_followup_method_visit")

    # ------------------------------------------------------------
    # MAKING THINGS
    # ------------------------------------------------------------

    @classmethod
    def _crm_user(cls, login, role, **values):
        """Create a user of one of the ROLES."""
        return new_test_user(
            cls.env,
            login=login,
            groups=ROLES[role],
            name=login.capitalize(),
            email=f"{login}@example.com",
            tz="Asia/Shanghai",
            **values,
        )

    @classmethod
    def _crm_team(cls, name, leader=None, parent=None, members=None, **values):
        """Create a team."""
        return cls.env["crm.team"].create(
            {
                "name": name,
                "user_id": leader.id if leader else False,
                "parent_id": parent.id if parent else False,
                "member_ids": [(6, 0, members.ids if members else [])],
                **values,
            }
        )

    @classmethod
    def _customer(cls, owner, name="中国石油天然气集团", **values):
        """Create a customer as its owner would; return it for the test's own user."""
        customer = (
            cls.env["res.partner"]
            .with_user(owner)
            .create(
                {"name": name, "is_company": True, "is_crm_customer": True, **values}
            )
        )
        return customer.with_env(cls.env)

    @classmethod
    def _contact(cls, customer, name="王小明", **values):
        """Create a contact of a customer as the customer's owner would."""
        contact = (
            cls.env["res.partner"]
            .with_user(customer.user_id)
            .create({"name": name, "parent_id": customer.id, **values})
        )
        return contact.with_env(cls.env)

    @classmethod
    def _followup(cls, user, customer, done=False, **values):
        """Create a follow-up as ``user``, planned or done."""
        followup = (
            cls.env["crm.followup"]
            .with_user(user)
            .create(
                {
                    "name": "电话沟通",
                    "partner_id": customer.id,
                    "method_id": cls.phone.id,
                    **values,
                }
            )
        )
        if done:
            followup.action_done()
        return followup.with_env(cls.env)

    @classmethod
    def _share(cls, customer, user, mode="read", until=False):
        """Lend a customer as its owner would; return the share."""
        customer.with_user(customer.user_id).action_share(user.ids, mode, until)
        return cls.env["crm.share"].search(
            [("partner_id", "=", customer.id), ("user_id", "=", user.id)]
        )

    @contextmanager
    def acting(self, user):
        """Make ``user`` the one whose request this is.

        Commands on one2many and many2many fields of partners are carried out as the
        user of the request, which in a test is the system's.
        """
        transaction = self.env.transaction
        default_env = transaction.default_env
        transaction.default_env = self.env(user=user)
        try:
            yield
        finally:
            transaction.default_env = default_env

    def _run_cron(self, xml_id):
        """Run a scheduled action as the scheduler does."""
        with self.enter_registry_test_mode():
            self.env.ref(xml_id).method_direct_trigger()
        self.env.invalidate_all()

    def _moves(self, customer):
        """Return the ledger of a customer, newest first, as the database has it."""
        return self.env["crm.owner.move"].search([("partner_id", "=", customer.id)])

    # ------------------------------------------------------------
    # ASSERTS
    # ------------------------------------------------------------

    def assertSees(self, user, records, operation="read"):
        """``user`` reaches all ``records``, by search and by access check."""
        theirs = records.with_user(user)
        for record in theirs:
            self.assertTrue(
                record.has_access(operation),
                f"{user.login} should {operation} {record.sudo().display_name}",
            )
        if operation == "read":
            found = theirs.with_context(active_test=False).search(
                [("id", "in", records.ids)]
            )
            self.assertEqual(set(found.ids), set(records.ids), user.login)

    def assertBlind(self, user, records, operation="read"):
        """``user`` reaches none of ``records``, by search or by access check."""
        theirs = records.with_user(user)
        for record in theirs:
            self.assertFalse(
                record.has_access(operation),
                f"{user.login} must not {operation} {record.sudo().display_name}",
            )
        if operation == "read" and theirs.has_access("read"):
            self.assertFalse(theirs.search([("id", "in", records.ids)]), user.login)

    def assertViewers(self, records, users):
        """Of the whole cast exactly ``users`` (the boss always) read ``records``."""
        records.env.flush_all()
        for user in self.everybody - users - self.boss:
            if user.share:
                continue
            self.assertBlind(user, records)
        for user in users | self.boss:
            self.assertSees(user, records)

    def assertLedger(self, customer, expected):
        """The ledger of a customer, oldest first, is (kind, from, to) as expected."""
        moves = self._moves(customer).sorted("id")
        self.assertEqual(
            [(move.kind, move.from_user_id, move.to_user_id) for move in moves],
            [
                (kind, before or self.env["res.users"], after or self.env["res.users"])
                for kind, before, after in expected
            ],
        )

    def assertFamilyOwner(self, customer, owner):
        """A customer and all its contacts, archived ones too, have one owner."""
        family = (
            self.env["res.partner"]
            .with_context(active_test=False)
            .search([("crm_customer_id", "=", customer.id)])
        )
        self.assertIn(customer, family)
        self.assertEqual(family.user_id, owner)
