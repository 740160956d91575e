from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestDictionary(CrmCase):
    def _value(self, code="vip", kind="customer_level", **values):
        return (
            self.env["crm.dictionary"]
            .with_user(self.director)
            .create({"kind": kind, "code": code, "name": code, **values})
        )

    def test_in_use_cannot_be_deleted(self):
        """A value that any record uses can only be retired.

        Covers: B17.
        """
        value = self._value()
        customer = self._customer(self.sam, customer_level_id=value.id)
        with self.assertRaises(UserError):
            value.unlink()
        value.action_archive()
        self.assertEqual(customer.customer_level_id, value)
        levels = self.env["crm.dictionary"].search([("kind", "=", "customer_level")])
        self.assertNotIn(value, levels)
        customer.with_user(self.sam).customer_level_id = False
        value.unlink()
        self.assertFalse(value.exists())

    def test_use_by_the_unseen_counts(self):
        """A value used by somebody else's records is in use.

        Covers: B17.
        """
        value = self._value("trial", "followup_method")
        customer = self._customer(self.xia)
        self._followup(self.xia, customer, method_id=value.id)
        customer.action_archive()
        with self.assertRaises(UserError):
            value.unlink()

    def test_every_pointing_field_counts(self):
        """Every stored field of every addon that points to a list is looked at.

        Covers: B17.
        """
        columns = self.env["crm.dictionary"]._crm_columns()
        self.assertIn(("res_partner", "customer_level_id"), columns)
        self.assertIn(("crm_followup", "outcome_id"), columns)
        fields_found = self.env["ir.model.fields"].search(
            [
                ("relation", "=", "crm.dictionary"),
                ("ttype", "in", ("many2one", "many2many")),
                ("store", "=", True),
            ]
        )
        stored = [
            field
            for field in fields_found
            if not self.env[field.model]._abstract and self.env[field.model]._auto
        ]
        self.assertEqual(len(set(columns)), len(stored))

    def test_one_default(self):
        """The last value marked as default takes the mark from the others.

        Covers: B17.
        """
        first = self._value("one", is_default=True)
        second = self._value("two", is_default=True)
        self.assertFalse(first.is_default)
        second.action_archive()
        first.is_default = True
        second.action_unarchive()
        self.assertFalse(second.is_default)
        both = self._value("three") | self._value("four")
        both.write({"is_default": True})
        levels = self.env["crm.dictionary"].search(
            [("kind", "=", "customer_level"), ("is_default", "=", True)]
        )
        self.assertEqual(levels, both[1])
        other = self._value("five", "customer_type", is_default=True)
        self.assertTrue(both[1].is_default)
        self.assertTrue(other.is_default)

    def test_code_is_unique_in_its_list(self):
        """The same code may stand in two lists, not twice in one.

        Covers: B17.
        """
        self._value("x")
        self._value("x", "customer_type")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError) as caught:
            self._value("x")
        self.assertIn("code_uniq", str(caught.exception))

    def test_value_stays_in_its_list(self):
        """A value does not move to another list, where its users would not find it.

        Covers: B17.
        """
        value = self._value()
        with self.assertRaises(UserError):
            value.kind = "customer_type"
        value.kind = "customer_level"

    def test_rights(self):
        """Directors keep the lists, everybody else reads them.

        Covers: B17.
        """
        value = self._value()
        for user in self.sam | self.manager | self.assistant | self.employee:
            self.assertTrue(value.with_user(user).has_access("read"))
            for operation in ("write", "unlink", "create"):
                self.assertFalse(value.with_user(user).has_access(operation))

    def test_code_finds(self):
        """Code by code, retired values included, is how code finds values.

        Covers: B17.
        """
        value = self._value("gone")
        value.action_archive()
        Dictionary = self.env["crm.dictionary"]
        self.assertEqual(Dictionary._crm_get("customer_level", "gone"), value)
        self.assertFalse(Dictionary._crm_get("customer_type", "gone"))
