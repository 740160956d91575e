from odoo import models

from .crm_approval import PENDING


class ResPartner(models.Model):
    """What is being approved about a customer, on its page."""

    _inherit = "res.partner"

    def _crm_customer_totals(self):
        totals = super()._crm_customer_totals()
        waiting = [*self._crm_approval_domain(), ("state", "=", PENDING)]
        label = self.env._("Being Approved")
        action = self._crm_related_action(label, "crm.approval", [])
        # also what is about a contact
        action.update(domain=waiting, context={})
        count = self.env["crm.approval"].search_count(waiting)
        return [*totals, ("approvals_open", label, count, action)]

    def _crm_customer_tabs(self):
        domain = self._crm_approval_domain()
        return [
            *super()._crm_customer_tabs(),
            {
                "code": "approvals",
                "label": self.env._("Approvals"),
                "count": self.env["crm.approval"].search_count(domain),
                "model": "crm.approval",
                "domain": domain,
                "context": {},
            },
        ]

    def _crm_approval_domain(self):
        """Return the domain (list) of the approvals about this customer."""
        self.ensure_one()
        return [("partner_id.crm_customer_id", "=", self.id)]
