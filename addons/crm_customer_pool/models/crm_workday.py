from odoo import api, models


class CrmWorkday(models.Model):
    """Other holidays move what is counted in working days."""

    _inherit = "crm.workday"

    @api.model
    def _crm_after_rebuild(self, companies):
        result = super()._crm_after_rebuild(companies)
        # sudo: accounts of a company, and their customers
        users = (
            self.env["res.users"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "in", companies.ids)])
        )
        self.env["crm.pool.run"].sudo()._crm_request_refresh(users=users)
        return result
