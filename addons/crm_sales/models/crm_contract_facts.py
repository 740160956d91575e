from odoo import models
from odoo.tools import SQL

from .crm_contract import BINDING


class CrmContract(models.Model):
    """What customers and reminders have to know of contracts."""

    _inherit = "crm.contract"

    def _crm_refresh_facts(self):
        """Tell the clocks of the customers until when their contracts run."""
        # sudo: the customers of contracts, whoever signs them
        customers = self.sudo().partner_id.crm_customer_id
        customers._crm_refresh_contract_facts()

    def _crm_recheck_reminders(self):
        """Withdraw reminders of what does not hold any more."""
        reminders = self.env["crm.reminder"]
        reminders._crm_recheck(self._name, self.ids)
        for part in ("collection_plan_ids", "delivery_plan_ids"):
            # sudo: rows of contracts that were just written
            rows = self.sudo()[part]
            if rows:
                reminders._crm_recheck(rows._name, rows.ids)

    def _crm_contract_ends(self, customers):
        """Return until when contracts run, a dict of customer id to date.

        :param customers: res.partner
        """
        self.flush_model(["partner_id", "state", "date_end", "date_terminated"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.crm_customer_id,
                       max(COALESCE(contract.date_terminated, contract.date_end))
                  FROM crm_contract contract
                  JOIN res_partner partner ON partner.id = contract.partner_id
                 WHERE partner.crm_customer_id = ANY(%s)
                   AND contract.state = ANY(%s)
                   AND contract.origin_id IS NULL
                 GROUP BY partner.crm_customer_id
                """,
                list(customers.ids),
                list(BINDING),
            )
        )
        return dict(rows)
