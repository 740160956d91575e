from odoo.exceptions import AccessError, UserError
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
