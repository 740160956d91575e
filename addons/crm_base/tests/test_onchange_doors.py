from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CrmCase

NAME = {"fields": {"display_name": {}}}


@tagged("post_install", "-at_install")
class TestOnchangeDoors(CrmCase):
    """A form that is not saved yet tells nothing of what is out of sight."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secret = cls._customer(cls.xia)
        cls.mine = cls._customer(cls.sam)

    def _ask(self, model, values, spec, **context):
        records = self.env[model].with_user(self.sam).with_context(**context)
        self.env.invalidate_all()
        return records.onchange(values, list(values), spec)

    def test_link(self):
        """Naming a customer out of sight is refused, however it is done.

        Covers: B02."""
        spec = {"partner_id": NAME}
        for value in (
            self.secret.id,
            [self.secret.id, "x"],
            {"id": self.secret.id},
        ):
            with self.assertRaises(AccessError, msg=value):
                self._ask("crm.followup", {"partner_id": value}, spec)
        for value in (self.mine.id, False, 2**31 - 1, "x", True, []):
            self._ask("crm.followup", {"partner_id": value}, spec)

    def test_defaults(self):
        """Nor is it told by a default, of the call or of the user. Covers: B02."""
        spec = {"partner_id": NAME}
        with self.assertRaises(AccessError):
            self._ask("crm.followup", {}, spec, default_partner_id=self.secret.id)
        self.env["ir.default"].set(
            "crm.followup", "partner_id", self.secret.id, user_id=self.sam.id
        )
        with self.assertRaises(AccessError):
            self._ask("crm.followup", {}, spec)

    def test_document(self):
        """An activity does not tell what a document is called. Covers: B02."""
        model_id = self.env["ir.model"]._get_id("res.partner")
        for customer in (self.secret, self.mine):
            values = {
                "res_model": "res.partner",
                "res_model_id": model_id,
                "res_id": customer.id,
            }
            if customer == self.secret:
                with self.assertRaises(AccessError):
                    self._ask("mail.activity", values, {"res_name": {}})
            else:
                found = self._ask("mail.activity", values, {"res_name": {}})
                self.assertEqual(found["value"]["res_name"], customer.display_name)

    def test_what_is_linked(self):
        """A record in sight may go on saying what it says. Covers: B02."""
        followup = self._followup(self.sam, self.mine)
        self.mine.with_user(self.sam).user_id = self.xia
        self.env.invalidate_all()
        followup = followup.with_user(self.director)
        values = {"partner_id": self.mine.id, "name": "x"}
        self.assertIn("value", followup.onchange(values, ["name"], {"name": {}}))
