from odoo import models


class ResPartner(models.Model):
    """Projects in which a company takes part, whoever the customer is."""

    _inherit = "res.partner"

    def _crm_customer_tabs(self):
        domain = [
            ("is_project", "=", True),
            ("project_partner_ids.partner_id.crm_customer_id", "=", self.id),
        ]
        projects = self.env["crm.lead"].with_context(active_test=False)
        count = projects.search_count(domain)
        tabs = super()._crm_customer_tabs()
        if not count:
            return tabs
        return [
            *tabs,
            {
                "code": "projects",
                "label": self.env._("Takes Part In"),
                "count": count,
                "model": "crm.lead",
                "domain": domain,
                "context": {"active_test": False, "create": False},
            },
        ]
