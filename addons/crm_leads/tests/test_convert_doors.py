from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import LeadCase

SECRETS = ("phone", "partner_name", "contact_name")


@tagged("post_install", "-at_install")
class TestConvertDoors(LeadCase):
    """What the dialog tells of leads and customers out of sight."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls._lead(cls.sam)
        cls.theirs = cls._lead(
            cls.xia, partner_name="秘密公司", contact_name="密", phone="13800138777"
        )

    def test_lead_out_of_sight(self):
        """A dialog cannot be turned to somebody else's lead to read it. Covers: L06."""
        dialogs = self.env["crm.lead.convert"].with_user(self.sam)
        with self.assertRaises(AccessError):
            dialogs.create({"lead_id": self.theirs.id})
        dialog = dialogs.create({"lead_id": self.mine.id})
        with self.assertRaises(AccessError):
            dialog.write({"lead_id": self.theirs.id})
        self.env.invalidate_all()
        spec = {name: {} for name in SECRETS}
        with self.assertRaises(AccessError):
            dialogs.onchange({"lead_id": self.theirs.id}, ["lead_id"], spec)

    def test_customer_out_of_sight(self):
        """A customer out of sight cannot be put into the dialog. Covers: L06."""
        customer = self._customer(self.xia)
        dialogs = self.env["crm.lead.convert"].with_user(self.sam)
        dialog = dialogs.create({"lead_id": self.mine.id})
        with self.assertRaises(AccessError):
            dialog.write({"partner_id": customer.id})
        with self.assertRaises(AccessError):
            dialogs.create({"lead_id": self.mine.id, "partner_id": customer.id})

    def test_form_that_is_not_saved(self):
        """A new lead takes phone and e-mail of its customer over: only of one in
        sight. Covers: L06."""
        secret = self._customer(self.xia, phone="051288881234", email="a@b.example")
        leads = self.env["crm.lead"].with_user(self.sam)
        spec = {name: {} for name in ("phone", "email_from", "partner_name")}
        with self.assertRaises(AccessError):
            leads.onchange({"partner_id": secret.id}, ["partner_id"], spec)
        with self.assertRaises(AccessError):
            leads.with_context(default_partner_id=secret.id).onchange({}, [], spec)

    def test_same_number(self):
        """The number of the person counts, though a contact gets it: what the dialog
        calls certain is refused over the API as well. Covers: L06."""
        name, mobile = "双胞胎精工", "13800138999"
        customer = self._customer(self.xia, name, phone=False)
        self._contact(customer).mobile = mobile
        lead = self._lead(self.sam, partner_name=name, contact_name="李", phone=mobile)
        with self.assertRaises(ValidationError):
            lead.with_user(self.sam).action_convert_to_customer()
        self.assertFalse(lead.converted_at)
