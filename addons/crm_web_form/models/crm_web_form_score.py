from odoo import api, models
from odoo.tools import ormcache


class CrmWebForm(models.Model):
    """Forms that rules of scoring may name."""

    _inherit = "crm.web.form"

    @api.model
    @ormcache(cache="stable")
    def _crm_known_to_visitors(self):
        """Return id and name of all forms that were ever published, a tuple."""
        # sudo: what visitors have seen is no secret, and scores are the same for all
        forms = self.sudo().with_context(active_test=False)
        forms = forms.search([("version_id", "!=", False)], order="id")
        return tuple((form.id, form.name) for form in forms)

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint({"name", "version_id"}):
            self.env.registry.clear_cache("stable")
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache("stable")
        return result
