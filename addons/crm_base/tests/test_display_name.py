from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CrmCase

SECRETS = ("wang@secret.example", "深南大道9527号", "NL123456782B90")


@tagged("post_install", "-at_install")
class TestDisplayName(CrmCase):
    """What points to a customer out of sight tells a name at most."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(
            cls.sam,
            "深圳石油公司",
            email=SECRETS[0],
            street=SECRETS[1],
            vat=SECRETS[2],
        )
        cls.contact = cls._contact(cls.customer, "李秘书", email="li@secret.example")
        # a task of somebody who does not see the customer that it is about
        cls.task = (
            cls.env["crm.task"]
            .with_user(cls.sam)
            .create(
                {"name": "送样品", "user_id": cls.sue.id, "partner_id": cls.customer.id}
            )
        )
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _told(self, user):
        """Return all that a program can make the task say of its customer (str)."""
        task = self.task.with_user(user).with_context(
            show_address=True, show_email=True, show_vat=True
        )
        spec = {
            "partner_id": {
                "fields": {"display_name": {}},
                "context": {"show_email": 1, "show_address": 1, "show_vat": 1},
            }
        }
        plain = task.with_context(show_address=0, show_email=0, show_vat=0)
        return str(
            [
                task.read(["partner_id"]),
                plain.web_read(spec),
                task.formatted_read_group([], ["partner_id"], ["__count"]),
            ]
        )

    def test_address(self):
        """The e-mail and the address are added to the name for whoever may read them.

        Covers: B02.
        """
        self.assertNotIn(self.customer, self.customer.with_user(self.sue).search([]))
        told = self._told(self.sue)
        self.assertIn("深圳石油公司", told)
        for secret in SECRETS:
            self.assertNotIn(secret, told)
        self.env.invalidate_all()
        told = self._told(self.sam)
        for secret in SECRETS:
            self.assertIn(secret, told)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_refusal(self):
        """A refusal names nothing, in the developer mode either. Covers: B02."""
        for record in self.customer | self.contact:
            for debug in (False, True):
                theirs = record.with_user(self.sue)
                with self.subTest(record.name, debug=debug):
                    with self.assertRaises(AccessError) as refused:
                        if debug:
                            with self.debug_mode():
                                theirs.read(["name"])
                        theirs.read(["name"])
                    self.assertNotIn(record.name, str(refused.exception))
                    self.assertNotIn("深圳石油公司", str(refused.exception))
