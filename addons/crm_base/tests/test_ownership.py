from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestTransfer(CrmCase):
    def test_transfer(self):
        """A transfer moves the family, hands over what is open, and is in the ledger.

        Covers: B03.
        """
        customer = self._customer(self.sam)
        contact = self._contact(customer)
        retired = self._contact(customer, "李退休", active=False)
        plan = self._followup(self.sam, customer, planned_at="2030-01-01 01:00:00")
        on_contact = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": contact.id,
                "user_id": self.sam.id,
                "summary": "call",
            }
        )
        done = self._followup(self.sam, customer, done=True, content="谈了价格和交期")
        helpers = self._followup(self.manager, customer, name="经理陪访")
        before = customer.owner_since
        result = customer.with_user(self.manager).action_transfer(
            self.xia.id, "区域调整"
        )
        self.assertEqual(result["moved"], 1)
        self.assertFamilyOwner(customer, self.xia)
        self.assertEqual(retired.user_id, self.xia)
        self.assertGreaterEqual(customer.owner_since, before)
        self.assertEqual(plan.user_id, self.xia)
        self.assertEqual(on_contact.user_id, self.xia)
        self.assertEqual(done.user_id, self.sam, "what is done stays with who did it")
        self.assertEqual(helpers.user_id, self.manager, "others keep their plans")
        self.assertLedger(
            customer, [("create", None, self.sam), ("transfer", self.sam, self.xia)]
        )
        move = self._moves(customer)[0]
        self.assertEqual(move.reason, "区域调整")
        self.assertEqual(move.actor_id, self.manager)
        self.assertEqual(move.batch_id, result["batch_id"])
        self.assertEqual(move.partner_name, customer.name)
        self.assertBlind(self.sam, customer | contact)
        self.assertSees(self.xia, customer | contact | retired, "write")

    def test_without_open_work(self):
        """Open work stays where it is when asked to.

        Covers: B03.
        """
        customer = self._customer(self.sam)
        plan = self._followup(self.sam, customer)
        customer.with_user(self.sam).action_transfer(self.sue.id, "x", with_open=False)
        self.assertEqual(plan.user_id, self.sam)
        self.assertEqual(customer.user_id, self.sue)

    def test_batch(self):
        """A batch moves customers of several owners; each owner's own plans go along.

        Covers: B03.
        """
        first = self._customer(self.sam, "甲公司")
        second = self._customer(self.sue, "乙公司")
        mine = self._customer(self.tom, "丙公司")
        self._share(second, self.sam)
        foreign_plan = self._followup(self.sam, second, name="Sam helps Sue")
        own_plan = self._followup(self.sam, first)
        result = (
            (first | second | mine)
            .with_user(self.manager)
            .action_transfer(self.tom.id, "合并")
        )
        self.assertEqual(result["moved"], 2, "what is already Tom's does not move")
        self.assertEqual((first | second | mine).user_id, self.tom)
        self.assertEqual(own_plan.user_id, self.tom)
        self.assertEqual(foreign_plan.user_id, self.sam)
        moves = self.env["crm.owner.move"].search(
            [("batch_id", "=", result["batch_id"])]
        )
        self.assertEqual(moves.partner_id, first | second)
        self.assertEqual(len(self._moves(mine)), 1)

    def test_permission(self):
        """Owner and superiors transfer; colleagues, assistants, borrowers do not.

        Covers: B01, B03.
        """
        customer = self._customer(self.sam)
        self._share(customer, self.tom, "write")
        for user in self.sue | self.tom | self.xia | self.assistant | self.employee:
            with self.assertRaises(AccessError):
                customer.with_user(user).action_transfer(self.xia.id, "x")
            with self.assertRaises(AccessError):
                customer.with_user(user).write({"user_id": user.id})
        mixed = customer | self._customer(self.xia, "别人的")
        with self.assertRaises(AccessError):
            mixed.with_user(self.manager).action_transfer(self.sue.id, "x")
        self.assertEqual(customer.user_id, self.sam)
        customer.with_user(self.sam).action_transfer(self.xia.id, "x")
        customer.with_user(self.director).action_transfer(self.sam.id, "x")

    def test_new_owner_must_be_able_to_own(self):
        """Archived, external and role-less users cannot be given customers.

        Covers: B03.
        """
        customer = self._customer(self.sam)
        self.sue.action_archive()
        for user in self.sue | self.employee | self.maintainer | self.portal:
            with self.assertRaises(UserError):
                customer.with_user(self.sam).action_transfer(user.id, "x")
            with self.assertRaises(UserError):
                customer.with_user(self.sam).user_id = user
        with self.assertRaises(UserError):
            customer.with_user(self.sam).action_transfer(0, "x")
        with self.assertRaises(UserError):
            self._contact(customer).with_user(self.sam).action_transfer(self.xia.id)

    def test_records_as_values(self):
        """Server code may write records where the API gives ids.

        Covers: B03.
        """
        customer = self._customer(self.sam)
        contact = self._contact(customer).with_user(self.sam)
        other = self._customer(self.sam, "别家")
        contact.write({"parent_id": other.with_user(self.sam)})
        self.assertEqual(contact.crm_customer_id, other)
        customer.with_user(self.sam).write({"user_id": self.sam})
        self.assertEqual(len(self._moves(customer)), 1)
        customer.with_user(self.sam).write({"user_id": self.sue})
        self.assertLedger(
            customer, [("create", None, self.sam), ("transfer", self.sam, self.sue)]
        )

    def test_many(self):
        """More than a page of customers moves quietly, with a ledger row each.

        Covers: B03.
        """
        customers = self.env["res.partner"]
        for number in range(55):
            customers |= self._customer(self.sam, f"客户 {number}")
        result = customers.with_user(self.manager).action_transfer(self.sue.id, "批量")
        self.assertEqual(result["moved"], 55)
        self.assertEqual(
            self.env["crm.owner.move"].search_count(
                [("batch_id", "=", result["batch_id"])]
            ),
            55,
        )

    def test_wizard(self):
        """The dialog says how many moved, and closes.

        Covers: B03.
        """
        customer = self._customer(self.sam)
        contact = self._contact(customer)
        action = (customer | contact).with_user(self.sam).action_open_transfer()
        self.assertEqual(action["context"]["default_partner_ids"], customer.ids)
        form = Form(
            self.env["crm.customer.transfer"]
            .with_user(self.sam)
            .with_context(**action["context"])
        )
        form.user_id = self.sue
        form.reason = "出差"
        self.assertEqual(form.partner_count, 1)
        result = form.save().action_transfer()
        self.assertIn("1", result["params"]["message"])
        self.assertEqual(customer.user_id, self.sue)

    def test_handover_registry(self):
        """Everything that is open is listed in one registry, and moves.

        Covers: B03, B04.
        """
        models = {entry.model for entry in self.env["res.users"]._crm_handover_models()}
        self.assertLessEqual({"crm.followup", "mail.activity"}, models)
        for entry in self.env["res.users"]._crm_handover_models():
            model = self.env[entry.model]
            self.assertIn(entry.user_field, model._fields)
            model.sudo().search(entry.open_domain, limit=1)
        customer = self._customer(self.sam)
        other = self._customer(self.sam, "别家")
        plans = self._followup(self.sam, customer) | self._followup(self.sam, other)
        moved = self.sam._crm_handover(self.sue)
        self.assertEqual(moved["crm.followup"], 2)
        self.assertEqual(plans.user_id, self.sue)


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


@tagged("post_install", "-at_install")
class TestWorkflowFields(CrmCase):
    """Facts are made by methods and by nobody else."""

    PARTNER_FACTS = {
        "owner_since": "2020-01-01 00:00:00",
        "last_followup_at": "2020-01-01 00:00:00",
        "last_effective_followup_at": "2020-01-01 00:00:00",
        "next_followup_at": "2020-01-01 00:00:00",
        "last_opportunity_at": "2020-01-01 00:00:00",
        "last_deal_at": "2020-01-01 00:00:00",
        "search_key": "forged",
        "surname_initial": "Z",
        "birthday_next": "2020-01-01",
    }
    FOLLOWUP_FACTS = {
        "state": "cancelled",
        "done_at": "2020-01-01 00:00:00",
        "cancel_reason": "x",
        "is_effective": True,
        "checkin_at": "2020-01-01 00:00:00",
        "checkin_latitude": 1.0,
        "checkin_longitude": 1.0,
        "checkin_accuracy": 1.0,
        "checkin_distance": 1.0,
        "reviewer_id": 1,
        "review": "x",
        "reviewed_at": "2020-01-01 00:00:00",
        "is_visit": True,
        "checkin_is_far": True,
        "satisfaction_score": 5,
    }

    def setUp(self):
        super().setUp()
        self.customer = self._customer(self.sam)
        self.followup = self._followup(self.sam, self.customer)

    def _doors(self, record, values, facts):
        """Yield (name of the door, function of one fact's name and value)."""
        model = self.env[record._name]
        theirs = record.with_user(self.sam)

        def create(name, value):
            model.with_user(self.sam).create({**values, name: value})

        def create_in_one2many(name, value):
            if record._name == "res.partner":
                theirs.child_ids = [Command.create({"name": "x", name: value})]
            else:
                self.customer.with_user(self.sam).followup_ids = [
                    Command.create(
                        {"name": "x", "method_id": self.phone.id, name: value}
                    )
                ]

        def load(name, value):
            if name in ("reviewer_id",):
                raise AccessError(name)
            result = theirs.load([".id", name], [[str(record.id), str(value)]])
            if any(message["type"] == "error" for message in result["messages"]):
                raise AccessError(str(result["messages"]))

        yield "write", lambda name, value: theirs.write({name: value})
        yield "web_save", lambda name, value: theirs.web_save({name: value}, {"id": {}})
        yield "create", create
        yield "one2many", create_in_one2many
        yield "load", load
        yield (
            "boss",
            lambda name, value: record.with_user(self.boss).write({name: value}),
        )
        yield "sudo", lambda name, value: record.sudo().write({name: value})
        yield (
            "context key",
            lambda name, value: theirs.with_context(crm_workflow=True).write(
                {name: value}
            ),
        )
        yield (
            "context key by name",
            lambda name, value: theirs.with_context(
                crm_workflow="<object object>"
            ).write({name: value}),
        )

    def _check_doors(self, record, values, facts):
        for door, use in self._doors(record, values, facts):
            for name, value in facts.items():
                with (
                    self.subTest(door=door, field=name),
                    self.assertRaises(AccessError),
                ):
                    use(name, value)
                    self.env.flush_all()

    def test_facts_of_customers(self):
        """No door lets anybody write what the system keeps about a customer.

        Covers: B03, B09.
        """
        facts = {**self.PARTNER_FACTS, "crm_customer_id": self.customer.id}
        self._check_doors(self.customer, {"name": "x", "is_crm_customer": True}, facts)

    def test_facts_of_followups(self):
        """No door lets anybody write what really happened.

        Covers: B09, B10.
        """
        self._check_doors(
            self.followup,
            {
                "name": "x",
                "partner_id": self.customer.id,
                "method_id": self.phone.id,
            },
            self.FOLLOWUP_FACTS,
        )

    def test_defaults_do_not_smuggle(self):
        """Defaults from the context or of the user are not a back door.

        Covers: B09.
        """
        for name, value in self.FOLLOWUP_FACTS.items():
            with self.subTest(field=name):
                followups = (
                    self.env["crm.followup"]
                    .with_user(self.sam)
                    .with_context(**{f"default_{name}": value})
                )
                plan = followups.create(
                    {
                        "name": "x",
                        "partner_id": self.customer.id,
                        "method_id": self.phone.id,
                    }
                )
                self.assertEqual(plan.state, "planned")
                self.assertNotEqual(
                    plan[name], plan._fields[name].convert_to_record(value, plan)
                )
                self.assertNotEqual(
                    followups.default_get([name]).get(name, False), value
                )
        self.env["ir.default"].set("crm.followup", "review", "x", user_id=self.sam.id)
        plan = self._followup(self.sam, self.customer)
        self.assertFalse(plan.review)
        for name, value in self.PARTNER_FACTS.items():
            with self.subTest(field=name):
                customer = (
                    self.env["res.partner"]
                    .with_user(self.sam)
                    .with_context(**{f"default_{name}": value})
                    .create({"name": "x", "is_crm_customer": True})
                )
                self.env.flush_all()
                self.assertNotIn(
                    str(value), str(customer[name]), f"{name} was smuggled in"
                )

    def test_onchange_shows_the_truth(self):
        """The form cannot be made to show other facts either.

        Covers: B09.
        """
        values = self.followup.with_user(self.sam).onchange(
            {"template_id": False}, ["template_id"], {"state": {}, "name": {}}
        )
        self.assertNotIn("state", values.get("value", {}))

    def test_empty_values_pass_on_creation(self):
        """Forms send empty read-only fields; that is no forgery.

        Covers: B09.
        """
        plan = self._followup(
            self.sam, self.customer, done_at=False, review=False, state="planned"
        )
        self.assertEqual(plan.state, "planned")

    def test_message_names_the_fields(self):
        """Whoever is refused reads which field, in words.

        Covers: B09.
        """
        with self.assertRaisesRegex(AccessError, "Owned Since"):
            self.customer.with_user(self.sam).with_context(lang="en_US").write(
                {"owner_since": fields.Datetime.now()}
            )


@tagged("post_install", "-at_install")
class TestLedger(CrmCase):
    def test_append_only(self):
        """The ledger is never written, forged or deleted: not by the boss, not by code.

        Covers: B03, B15.
        """
        customer = self._customer(self.sam)
        move = customer.owner_move_ids
        values = {"partner_id": customer.id, "partner_name": "x", "kind": "transfer"}
        self.boss.group_ids = [Command.link(self.env.ref("base.group_system").id)]
        for ledger in (
            move.with_user(self.sam),
            move.with_user(self.boss),
            move.sudo(),
            move.with_context(crm_workflow=True),
            move._crm_workflow(),
        ):
            with self.assertRaises(AccessError):
                ledger.write({"reason": "forged"})
            with self.assertRaises(AccessError):
                ledger.to_user_id = self.xia
            with self.assertRaises(AccessError):
                ledger.unlink()
        for ledger in (
            self.env["crm.owner.move"].with_user(self.boss),
            self.env["crm.owner.move"].sudo(),
        ):
            with self.assertRaises(AccessError):
                ledger.create({**values, "actor_id": self.boss.id})
            with self.assertRaises(AccessError):
                move.with_env(ledger.env).copy()
            loaded = ledger.load(["partner_name", "kind"], [["x", "create"]])
            self.assertFalse(loaded["ids"])
        self.assertLedger(customer, [("create", None, self.sam)])

    def test_who_reads(self):
        """Superiors of either side and whoever sees the customer read its ledger.

        Covers: B03, B15.
        """
        customer = self._customer(self.sam)
        customer.with_user(self.sam).action_transfer(self.xia.id, "x")
        moves = customer.owner_move_ids
        # of the creation and the transfer: Sam's side reads both, Xia's side as well
        self.assertViewers(
            moves,
            self.sam
            | self.manager
            | self.assistant
            | self.director
            | self.xia
            | self.other_manager,
        )
        customer.with_user(self.xia).action_transfer(self.other_manager.id, "y")
        self.assertBlind(self.sam, self._moves(customer)[0])

    def test_a_form_of_it_opens(self):
        """Whoever asks for the form of a new row gets one, and cannot save it.

        Covers: B15.
        """
        ledger = self.env["crm.owner.move"]
        ledger.onchange({}, [], {"display_name": {}, "kind": {}})
        self.assertFalse(ledger.default_get(["actor_id"]).get("actor_id"))

    def test_other_company(self):
        """Rows of another company's customers are not read from this one.

        Covers: B03.
        """
        other = self.env["res.company"].create({"name": "二公司"})
        self.boss.company_ids = [Command.link(other.id)]
        self.sam.company_ids = [Command.link(other.id)]
        customer = self._customer(
            self.sam.with_context(allowed_company_ids=[self.company.id, other.id]),
            company_id=other.id,
        )
        moves = customer.owner_move_ids.with_user(self.boss)
        self.assertFalse(
            moves.with_context(allowed_company_ids=self.company.ids).has_access("read")
        )
        self.assertTrue(
            moves.with_context(allowed_company_ids=other.ids).has_access("read")
        )
