from unittest.mock import patch

from odoo.tests import tagged

from ..models import crm_change_log_waiting
from .common import CrmCase


@tagged("post_install", "-at_install")
class TestChangeLogWaiting(CrmCase):
    """Changes are written once, before the commit, and no reader notices."""

    def setUp(self):
        super().setUp()
        self.customer = self._customer(self.sam, "大明机械")
        self.contact = self._contact(self.customer)
        self.env.cr.flush()
        self.written = []
        model = self.env.registry["crm.change.log"]
        insert = model._crm_insert

        def _crm_insert(log, rows):
            self.written.append({row["model"] for row in rows})
            return insert(log, rows)

        self.patch(model, "_crm_insert", _crm_insert)

    def _stored(self):
        """Return how many rows of the customer's are in the table by now (int)."""
        self.env.cr.execute(
            "SELECT count(*) FROM crm_change_log WHERE customer_res_id = %s",
            [self.customer.id],
        )
        return self.env.cr.fetchone()[0]

    def test_one_statement(self):
        """Customers, contacts and follow-ups of one call are one statement.

        Covers: B15, X03.
        """
        before = self._stored()
        plan = self._followup(self.sam, self.customer)
        self.customer.with_user(self.manager).action_transfer(self.sue.id, "x")
        self.assertEqual(plan.user_id, self.sue)
        self.assertFalse(self.written)
        self.env.cr.flush()
        self.assertEqual(self.written, [{"res.partner", "crm.followup"}])
        # made, handed over; the customer and the contact changed hands
        self.assertEqual(self._stored(), before + 4)
        self.env.cr.flush()
        self.assertEqual(len(self.written), 1)

    def test_readers_of_the_same_transaction(self):
        """Whoever searches, counts or groups the log finds it complete.

        Covers: B15.
        """
        log = self.env["crm.change.log"]
        domain = [("customer_res_id", "=", self.customer.id), ("kind", "=", "write")]
        readers = (
            lambda: len(log.search(domain)),
            lambda: log.search_count(domain),
            lambda: log._read_group(domain, [], ["__count"])[0][0],
            lambda: len(log.search_fetch(domain, ["record_name"])),
        )
        for number, read in enumerate(readers, 1):
            self.customer.with_user(self.sam).mnemonic = f"M{number}"
            self.assertEqual(read(), number)
        before = self._stored()
        self.customer.with_user(self.sam).mnemonic = "M"
        log.flush_model()
        self.assertEqual(self._stored(), before + 1)

    def test_what_is_rolled_back_was_not(self):
        """A rolled back savepoint leaves no row; what came before it does.

        Covers: B15.
        """
        before = self._stored()
        theirs = self.customer.with_user(self.sam)
        theirs.mnemonic = "A"
        savepoint = self.env.cr.savepoint()
        theirs.mnemonic = "B"
        savepoint.close(rollback=True)
        theirs.heat_reason = "C"
        self.env.cr.flush()
        self.assertEqual(self._stored(), before + 2)
        rows = self.env["crm.change.log"].search(
            [("customer_res_id", "=", self.customer.id), ("kind", "=", "write")]
        )
        self.assertEqual(
            {(row.field_name, row.new_value) for row in rows},
            {("mnemonic", "A"), ("heat_reason", "C")},
        )

    def test_many_rows_do_not_wait(self):
        """A long transaction writes its rows in portions.

        Covers: B15, X03.
        """
        before = self._stored()
        with patch.object(crm_change_log_waiting, "MOST_WAITING", 3):
            for number in range(7):
                self.customer.with_user(self.sam).mnemonic = f"M{number}"
        self.assertEqual(len(self.written), 2)
        self.env.cr.flush()
        self.assertEqual(self._stored(), before + 7)

    def test_names(self):
        """Names that the rows keep are those of every kind of relation.

        Also of what is deleted before the rows are written.

        Covers: B15.
        """
        parent = self._customer(self.sam, "母公司")
        hot = self.env.ref("crm_base.dictionary_heat_level_hot")
        tags = self.env["res.partner.category"].create([{"name": "甲"}, {"name": "乙"}])
        self.customer.with_user(self.sam).write(
            {
                "heat_level_id": hot.id,
                "parent_id": parent.id,
                "category_id": [(6, 0, tags.ids)],
                "user_id": self.sam.id,
            }
        )
        self.customer.with_user(self.manager).user_id = self.sue
        expected = {
            "heat_level_id": [hot.id, hot.name],
            "parent_id": [parent.id, "母公司"],
            "category_id": [[tags[0].id, "甲"], [tags[1].id, "乙"]],
            "user_id": [self.sue.id, "Sue"],
        }
        tags[1].unlink()
        rows = self.env["crm.change.log"].search(
            [("res_id", "=", self.customer.id), ("kind", "=", "write")]
        )
        found = {row.field_name: row.new_value for row in rows}
        self.assertEqual({name: found.get(name) for name in expected}, expected)
        owner = rows.filtered(lambda row: row.field_name == "user_id")
        self.assertEqual(
            (owner.user_name, owner.old_value), ("Mia", [self.sam.id, "Sam"])
        )
