from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestDoors(CrmCase):
    """Whatever door a customer comes or goes through, the same rules hold."""

    def _load(self, user, names, rows):
        result = self.env["res.partner"].with_user(user).load(names, rows)
        return self.env["res.partner"].browse(result["ids"] or []), result["messages"]

    def test_create(self):
        """Whoever creates a customer owns it, unless superiors give it to somebody.

        Covers: B03, B05.
        """
        customer = self._customer(self.sam)
        self.assertEqual(customer.user_id, self.sam)
        self.assertTrue(customer.owner_since)
        self.assertTrue(customer.customer_no)
        self.assertLedger(customer, [("create", None, self.sam)])
        given = self._customer(self.manager, "给小苏", user_id=self.sue.id)
        self.assertLedger(given, [("create", None, self.sue)])
        with self.assertRaises(AccessError):
            self._customer(self.sam, "给别人", user_id=self.xia.id)
        with self.assertRaises(AccessError):
            self._customer(self.assistant, "给别人", user_id=self.sam.id)
        with self.assertRaises(UserError):
            self._customer(self.boss, "给外人", user_id=self.employee.id)
        with self.assertRaises(AccessError):
            self._customer(self.employee, "不是销售")

    def test_create_does_not_touch_the_callers_values(self):
        """The dicts of the caller stay as they were.

        Covers: B05.
        """
        values = {"name": "客户", "is_crm_customer": True}
        self.env["res.partner"].with_user(self.sam).create(values)
        self.assertEqual(values, {"name": "客户", "is_crm_customer": True})

    def test_ownerless_is_refused(self):
        """No door leaves a customer without an owner.

        Covers: B03.
        """
        customer = self._customer(self.sam)
        for user in self.sam | self.boss:
            with self.assertRaises(UserError):
                customer.with_user(user).user_id = False
        with self.assertRaises(UserError):
            customer.sudo().user_id = False
        with self.assertRaises(UserError):
            self.env["res.partner"].with_user(self.employee).sudo().create(
                {"name": "无主", "is_crm_customer": True}
            )
        # the system user is nobody who could own it
        with self.assertRaises(UserError):
            self.env["res.partner"].create({"name": "无主", "is_crm_customer": True})

    def test_write_is_a_transfer(self):
        """Writing the owner runs the whole transfer, for the system as well.

        Covers: B03.
        """
        customer = self._customer(self.sam)
        contact = self._contact(customer)
        plan = self._followup(self.sam, customer)
        customer.with_user(self.manager).write(
            {"user_id": self.xia.id, "mnemonic": "石油"}
        )
        self.assertEqual(customer.mnemonic, "石油")
        self.assertFamilyOwner(customer, self.xia)
        self.assertEqual(plan.user_id, self.xia)
        (customer | contact).sudo().write({"user_id": self.tom.id})
        self.assertFamilyOwner(customer, self.tom)
        self.assertLedger(
            customer,
            [
                ("create", None, self.sam),
                ("transfer", self.sam, self.xia),
                ("transfer", self.xia, self.tom),
            ],
        )

    def test_write_same_owner_is_nothing(self):
        """Writing the owner it has makes no ledger row.

        Covers: B03.
        """
        customer = self._customer(self.sam)
        customer.with_user(self.sam).user_id = self.sam
        self.assertEqual(len(self._moves(customer)), 1)

    def test_import_creates_and_transfers(self):
        """Odoo's importer goes through the same engine.

        Covers: B03, B05.
        """
        names = ["name", "is_company", "is_crm_customer", "user_id"]
        found, messages = self._load(
            self.manager,
            names,
            [["甲公司", "1", "1", "Sue"], ["乙公司", "1", "1", ""]],
        )
        self.assertFalse(messages)
        self.assertEqual(found[0].user_id, self.sue)
        self.assertEqual(found[1].user_id, self.manager)
        self.assertLedger(found[0], [("create", None, self.sue)])
        _found, messages = self._load(self.sam, names, [["丙公司", "1", "1", "Xia"]])
        self.assertTrue(messages)
        again, messages = self._load(
            self.manager, [".id", "user_id"], [[str(found[0].id), "Tom"]]
        )
        self.assertFalse(messages)
        self.assertLedger(
            again, [("create", None, self.sue), ("transfer", self.sue, self.tom)]
        )
        _found, messages = self._load(
            self.xia, [".id", "user_id"], [[str(found[0].id), "Xia"]]
        )
        self.assertTrue(messages)
        self.assertEqual(again.user_id, self.tom)

    def test_copy(self):
        """A copy is a new customer of its own, with its own number and ledger.

        Covers: B03, B05.
        """
        customer = self._customer(self.sam)
        copy = customer.with_user(self.sam).copy().with_env(self.env)
        self.assertEqual(copy.user_id, self.sam)
        self.assertNotEqual(copy.customer_no, customer.customer_no)
        self.assertLedger(copy, [("create", None, self.sam)])
        self._share(customer, self.xia)
        with self.assertRaises(AccessError):
            customer.with_user(self.xia).copy()

    def test_x2many_commands(self):
        """Contacts made, linked and moved through their customer's form follow it.

        Covers: B03, B06.
        """
        customer = self._customer(
            self.sam,
            child_ids=[
                Command.create({"name": "甲", "user_id": self.xia.id}),
                Command.create({"name": "乙"}),
            ],
        )
        self.assertFamilyOwner(customer, self.sam)
        other = self._customer(self.xia, "别家")
        theirs = self._contact(other)
        with self.acting(self.sam), self.assertRaises(AccessError):
            customer.with_user(self.sam).child_ids = [Command.link(theirs.id)]
        with self.assertRaises(AccessError):
            customer.with_user(self.sam).owner_move_ids = [Command.clear()]
        with self.assertRaises(AccessError):
            customer.with_user(self.sam).owner_move_ids = [
                Command.create({"partner_name": "x", "kind": "create"})
            ]
        with self.assertRaises(AccessError):
            customer.with_user(self.sam).owner_move_ids = [
                Command.update(customer.owner_move_ids.id, {"reason": "x"})
            ]

    def test_name_create(self):
        """Quick creation in a many2one makes a full customer.

        Covers: B05.
        """
        partners = self.env["res.partner"].with_user(self.sam)
        with self.assertRaises(AccessError):
            partners.name_create("不是客户")
        partner_id, _name = partners.with_context(
            default_is_crm_customer=True
        ).name_create("快速客户")
        customer = self.env["res.partner"].browse(partner_id)
        self.assertTrue(customer.is_crm_customer)
        self.assertTrue(customer.customer_no)
        self.assertLedger(customer, [("create", None, self.sam)])

    def test_context_defaults(self):
        """Defaults from the context obey the same rules as values.

        Covers: B03.
        """
        partners = self.env["res.partner"].with_context(
            default_is_crm_customer=True, default_user_id=self.xia.id
        )
        with self.assertRaises(AccessError):
            partners.with_user(self.sam).create({"name": "客户"})
        customer = partners.with_user(self.boss).create({"name": "客户"})
        self.assertLedger(customer, [("create", None, self.xia)])
        mine = self._customer(self.sam)
        contact = (
            self.env["res.partner"]
            .with_user(self.sam)
            .with_context(default_parent_id=mine.id, default_user_id=self.xia.id)
            .create({"name": "联系人"})
        )
        self.assertEqual(contact.user_id, self.sam)
        theirs = self._customer(self.xia, "别家")
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.sam).with_context(
                default_parent_id=theirs.id
            ).create({"name": "联系人"})

    def test_user_defaults(self):
        """Defaults that an administrator set (ir.default) work like values.

        Covers: B03, B05.
        """
        Default = self.env["ir.default"]
        Default.set("res.partner", "is_crm_customer", True)
        customer = (
            self.env["res.partner"].with_user(self.sam).create({"name": "默认客户"})
        )
        self.assertTrue(customer.is_crm_customer)
        self.assertEqual(customer.user_id, self.sam)
        self.assertTrue(customer.customer_no)
        Default.set("res.partner", "user_id", self.xia.id)
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.sam).create({"name": "默认客户"})

    def test_web_save(self):
        """The door that the web client uses.

        Covers: B03.
        """
        customer = self._customer(self.sam)
        spec = {"user_id": {}, "customer_no": {}}
        saved = customer.with_user(self.manager).web_save(
            {"user_id": self.sue.id}, spec
        )
        self.assertEqual(saved[0]["user_id"], self.sue.id)
        self.assertLedger(
            customer, [("create", None, self.sam), ("transfer", self.sam, self.sue)]
        )

    def test_contacts_are_not_re_owned(self):
        """A contact has the owner of its customer, whoever asks.

        Covers: B03, B06.
        """
        customer = self._customer(self.sam)
        contact = self._contact(customer, user_id=self.sam.id)
        for user in self.sam | self.manager | self.boss:
            with self.assertRaises(ValidationError):
                contact.with_user(user).user_id = self.xia
            with self.assertRaises(ValidationError):
                contact.with_user(user).user_id = False
        with self.assertRaises(ValidationError):
            contact.user_id = self.xia
        contact.with_user(self.sam).user_id = self.sam

    def test_contact_moves_between_customers(self):
        """A contact goes along only if both customers are yours to change.

        Covers: B03, B06.
        """
        mine = self._customer(self.sam)
        theirs = self._customer(self.xia, "别家")
        contact = self._contact(mine)
        with self.assertRaises(AccessError):
            contact.with_user(self.sam).parent_id = theirs
        self._share(theirs, self.sam)
        with self.assertRaises(AccessError):
            contact.with_user(self.sam).parent_id = theirs
        self._share(theirs, self.sam, "write")
        contact.with_user(self.sam).parent_id = theirs
        self.assertFamilyOwner(theirs, self.xia)
        # a borrower does not take it back
        with self.assertRaises(AccessError):
            contact.with_user(self.sam).parent_id = mine
        with self.assertRaises(AccessError):
            contact.with_user(self.sam).parent_id = False
        with self.acting(self.sam), self.assertRaises(AccessError):
            mine.with_user(self.sam).child_ids = [Command.link(contact.id)]
        contact.with_user(self.director).parent_id = mine
        self.assertFamilyOwner(mine, self.sam)

    def test_nested_contacts_follow(self):
        """Departments and the people in them follow the customer on top.

        Covers: B06.
        """
        customer = self._customer(self.sam)
        department = self._contact(customer, "采购部", is_company=False)
        person = (
            self.env["res.partner"]
            .with_user(self.sam)
            .create({"name": "采购员", "parent_id": department.id})
        )
        self.assertEqual(person.crm_customer_id, customer)
        customer.with_user(self.sam).action_transfer(self.xia.id, "x")
        self.assertFamilyOwner(customer, self.xia)
        self.assertBlind(self.sam, person.with_env(self.env))

    def test_customer_below_a_customer(self):
        """A subsidiary has its own owner and does not follow the group.

        Covers: B05.
        """
        group = self._customer(self.sam)
        subsidiary = self._customer(self.sue, "中石油北京", parent_id=False)
        subsidiary.with_user(self.manager).parent_id = group
        group.with_user(self.sam).action_transfer(self.tom.id, "x")
        self.assertEqual(subsidiary.user_id, self.sue)
        self.assertEqual(subsidiary.crm_customer_id, subsidiary)
        # the name of a group out of reach does not leak through what is put below it
        with self.assertRaises(AccessError):
            self._customer(self.xia, "探子", parent_id=group.id)
        spy = self._customer(self.xia, "探子")
        with self.assertRaises(AccessError):
            spy.with_user(self.xia).parent_id = group

    def test_pooled_person_takes_no_owner_from_its_company(self):
        """Odoo's "salesperson of the parent" does not give a customer an owner.

        Covers: B03.
        """
        person = self._customer(self.sam, "个人客户", is_company=False)
        person._crm_change_owner(self.env["res.users"], "undo")
        company = self.env["res.partner"].create(
            {"name": "公司", "is_company": True, "user_id": self.xia.id}
        )
        person.with_user(self.boss).parent_id = company
        self.assertFalse(person.user_id)

    def test_mark_turned_on(self):
        """An ordinary partner becomes a customer with owner, number and ledger.

        Covers: B05.
        """
        partner = self.env["res.partner"].create(
            {"name": "老伙伴", "child_ids": [Command.create({"name": "联系人"})]}
        )
        with self.assertRaises(AccessError):
            partner.with_user(self.sam).is_crm_customer = True
        self.sam.group_ids = [
            Command.link(self.env.ref("base.group_partner_manager").id)
        ]
        partner.with_user(self.sam).is_crm_customer = True
        self.assertTrue(partner.customer_no)
        self.assertFamilyOwner(partner, self.sam)
        self.assertLedger(partner, [("create", None, self.sam)])
        partner.with_user(self.sam).is_crm_customer = True
        self.assertEqual(len(self._moves(partner)), 1)

    def test_contact_becomes_customer(self):
        """A contact can become a customer of its own; a borrower cannot steal it so.

        Covers: B05, B06.
        """
        customer = self._customer(self.sam)
        contact = self._contact(customer)
        self._share(customer, self.xia, "write")
        with self.assertRaises(ValidationError):
            contact.with_user(self.xia).write(
                {"is_crm_customer": True, "user_id": self.xia.id}
            )
        contact.with_user(self.sam).is_crm_customer = True
        self.assertEqual(contact.crm_customer_id, contact)
        self.assertLedger(contact, [("create", None, self.sam)])

    def test_mark_turned_off(self):
        """Only the boss turns a customer back into an ordinary contact.

        Covers: B05.
        """
        customer = self._customer(self.sam)
        for user in self.sam | self.manager | self.director:
            with self.assertRaises(AccessError):
                customer.with_user(user).is_crm_customer = False
        customer.with_user(self.boss).write(
            {"is_crm_customer": False, "user_id": self.tom.id}
        )
        self.assertFalse(customer.crm_customer_id)
        self.assertEqual(customer.user_id, self.tom)
        self.assertEqual(len(self._moves(customer)), 1)

    def test_delete(self):
        """Customers are archived by their owners and deleted by the boss alone.

        Covers: B05.
        """
        customer = self._customer(self.sam)
        everything = self.env.ref("base.group_partner_manager")
        self.manager.group_ids = [Command.link(everything.id)]
        with self.assertRaises(UserError):
            customer.with_user(self.manager).unlink()
        customer.with_user(self.sam).action_archive()
        self.assertFalse(customer.active)
        moves = customer.owner_move_ids
        customer.with_user(self.boss).unlink()
        self.assertTrue(moves.exists(), "the ledger stays")
        self.assertEqual(moves.partner_name, "中国石油天然气集团")

    def test_ownership_of_many_commands_at_once(self):
        """A form that changes owner and contacts in one save gets both.

        Covers: B03.
        """
        customer = self._customer(self.sam)
        customer.with_user(self.manager).write(
            {
                "user_id": self.sue.id,
                "child_ids": [Command.create({"name": "新联系人"})],
            }
        )
        self.assertFamilyOwner(customer, self.sue)
        self.assertEqual(len(customer.child_ids), 1)
