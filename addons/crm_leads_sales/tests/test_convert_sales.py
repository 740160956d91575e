from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from odoo.addons.crm_pipeline.tests.common import LeadCase


@tagged("post_install", "-at_install")
class TestConvertSales(LeadCase):
    """A lead becomes a quotation or a contract in one step."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._lead(
            cls.sam,
            partner_name="苏州精工机械有限公司",
            contact_name="曾小贤",
            phone="13800138000",
        )

    def _converted(self, document, user=None):
        (result,) = self.lead.with_user(user or self.sam).action_convert_to_customer(
            document=document
        )
        model, id_ = result["document_model"], result["document_id"]
        return result, self.env[model].browse(id_)

    def test_quotation(self):
        """Customer, contact, opportunity and quotation hang together. Covers: L06."""
        result, order = self._converted("quotation")
        customer = self.env["res.partner"].browse(result["partner_id"])
        self.assertEqual(order._name, "sale.order")
        self.assertEqual((order.state, order.user_id), ("draft", self.sam))
        self.assertEqual(order.partner_id.crm_customer_id, customer)
        self.assertEqual(order.opportunity_id, self.lead)
        self.assertEqual(self.lead.type, "opportunity")
        self.assertEqual(self.lead.lead_state, "converted")
        self.assertSees(self.sam, order, "write")
        # the history of the lead stays with the opportunity
        self.assertIn("苏州", "".join(self.lead.message_ids.mapped("body")))

    def test_contract(self):
        """The contract has the customer, and the lead's owner. Covers: L06."""
        result, contract = self._converted("contract", self.manager)
        self.assertEqual(contract._name, "crm.contract")
        self.assertEqual((contract.state, contract.user_id), ("draft", self.sam))
        self.assertEqual(contract.partner_id.id, result["partner_id"])
        self.assertEqual(contract.opportunity_id, self.lead)
        self.assertSees(self.sam, contract, "write")

    def test_once(self):
        """Called again, it makes no second quotation. Covers: L06."""
        first = self._converted("quotation")
        self.assertEqual(self._converted("contract", self.manager), first)
        orders = self.env["sale.order"].search([("opportunity_id", "=", self.lead.id)])
        self.assertEqual(orders, first[1])

    def test_refused(self):
        """A customer of somebody else's: nothing at all is made. Covers: L06, B13."""
        self._customer(self.xia, "苏州精工机械有限公司")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._converted("quotation")
        self.assertEqual(self.lead.type, "lead")
        self.assertFalse(self.lead.order_ids)

    def test_dialog(self):
        """The dialog offers both, and opens what was made. Covers: L06."""
        lead = self.lead.with_user(self.sam)
        wizard = self.env["crm.lead.convert"].with_user(self.sam)
        wizard = wizard.browse(lead.action_open_convert()["res_id"])
        with Form(wizard) as form:
            form.document = "quotation"
        action = wizard.action_convert()
        self.assertEqual(action["res_model"], "sale.order")
        self.assertEqual(action["res_id"], lead.order_ids.id)
