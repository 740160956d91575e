from odoo import models


class ResPartner(models.Model):
    """Returns of a customer, on its page."""

    _inherit = "res.partner"

    def _crm_customer_totals(self):
        totals = super()._crm_customer_totals()
        is_open = [
            *self._crm_return_domain(),
            ("state", "in", ["requested", "approved", "received"]),
        ]
        label = self.env._("Open Returns")
        action = self._crm_related_action(label, "crm.return", [])
        # also those of a contact
        action.update(domain=is_open, context={})
        count = self.env["crm.return"].search_count(is_open)
        return [*totals, ("returns_open", label, count, action)]

    def _crm_customer_tabs(self):
        domain = self._crm_return_domain()
        return [
            *super()._crm_customer_tabs(),
            {
                "code": "returns",
                "label": self.env._("Returns"),
                "count": self.env["crm.return"].search_count(domain),
                "model": "crm.return",
                "domain": domain,
                "context": {},
            },
        ]

    def _crm_return_domain(self):
        """Return the domain (list) of the returns of this customer."""
        self.ensure_one()
        return [("partner_id.crm_customer_id", "=", self.id)]
