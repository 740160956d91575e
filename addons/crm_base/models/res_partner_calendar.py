from odoo import models


class ResPartner(models.Model):
    """A company's working calendar is that of the country of its address."""

    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        firms = self.filtered("is_company") if "country_id" in vals else self.browse()
        if firms:
            # sudo: whoever writes the address, the calendar is the system's
            companies = self.env["res.company"].sudo().with_context(active_test=False)
            companies = companies.search([("partner_id", "in", firms.ids)])
            companies.env["crm.workday"]._crm_rebuild(companies)
        return result
