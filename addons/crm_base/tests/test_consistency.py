from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestConsistency(CrmCase):
    """Each check is silent on data in order and finds what is not."""

    def _found(self):
        self.env.flush_all()
        return {
            result["code"]: result["examples"]
            for result in self.env["crm.consistency"]._crm_run_checks(self.env.cr)
        }

    def _spoil(self, query, *params):
        """Do to the database what no door of the suite lets happen."""
        self.env.flush_all()
        self.env.cr.execute(query, params)
        self.env.invalidate_all()

    def test_checks(self):
        """What is wrong is found, and nothing else.

        Covers: B20.
        """
        customer, other = self._customer(self.sam), self._customer(self.sue)
        contact = self._contact(other)
        before = self._found()
        self.assertNotIn(customer.id, before["owner_ledger"])
        self.assertFalse(any(before.values()), before)
        self._spoil(
            "UPDATE res_partner SET user_id = %s WHERE id = %s",
            self.tom.id,
            customer.id,
        )
        self._spoil("UPDATE res_partner SET user_id = NULL WHERE id = %s", contact.id)
        self._spoil("UPDATE res_partner SET customer_no = NULL WHERE id = %s", other.id)
        self._spoil(
            "UPDATE crm_team SET parent_path = '1/' WHERE id = %s", self.south.id
        )
        self.assertEqual(
            {code: ids for code, ids in self._found().items() if ids},
            {
                "owner_ledger": customer.ids,
                "customer_numbers": other.ids,
                "contact_owners": contact.ids,
                "team_tree": self.south.ids,
            },
        )
