from odoo.exceptions import AccessError
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
