from odoo import api, models


class ResCountryState(models.Model):
    _inherit = "res.country.state"

    @api.depends_context("company")
    def _compute_display_name(self):
        """Show a province of China without its country in a company of China.

        Odoo writes 浙江省 (CN) into every list; nobody there needs to be told.
        """
        super()._compute_display_name()
        china = self.env.ref("base.cn", raise_if_not_found=False)
        if self.env.context.get("formatted_display_name"):
            return
        # sudo: the country of one's company is no secret
        if china and self.env.company.sudo().country_id == china:
            for state in self.filtered(lambda state: state.country_id == china):
                state.display_name = state.name
