from odoo import models


class ResPartner(models.Model):
    """A company's working calendar is that of the country of its address."""

    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if "country_id" not in vals:
            return result
        # sudo: the calendar is the system's, and who wrote may have given it away
        firms = self.sudo().filtered("is_company")
        if firms:
            companies = firms.env["res.company"].with_context(active_test=False)
            companies = companies.search([("partner_id", "in", firms.ids)])
            companies.env["crm.workday"]._crm_rebuild(companies)
        return result
