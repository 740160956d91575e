"""Who asked to keep a customer out of the pool, and what was said to it."""

from odoo.addons.crm_base.demo.diary import read_table
from odoo.addons.crm_base.demo.story import Chapter


class Locks(Chapter):
    """Lets owners ask for locks, and those who decide about them decide."""

    def tell(self, rows):
        """Make the locks of locks.tsv.

        :param rows: of customers.tsv, not used here
        """
        for row in read_table(__file__, "locks.tsv"):
            customer = self._ref(f"customer_{row['customer']}_demo")
            asked = customer.with_user(self.users[row["owner"]]).action_lock(
                int(row["days"]), row["reason"]
            )
            locks = self.env["crm.pool.lock"].browse(asked["request_ids"])
            if row["decision"] == "approve":
                locks.with_user(self.users[row["decider"]]).action_approve(row["note"])
            elif row["decision"] == "refuse":
                locks.with_user(self.users[row["decider"]]).action_refuse(row["note"])
