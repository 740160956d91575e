from odoo import models
from odoo.tools import html2plaintext


class ResPartner(models.Model):
    """What is shown of customers side by side."""

    _inherit = "res.partner"

    def _crm_shown_value(self, field):
        """Return a value as people read it (str)."""
        self.ensure_one()
        value = self[field.name]
        if not value:
            return ""
        if field.type == "many2one":
            return value.display_name
        if field.type == "html":
            return html2plaintext(value)[:200]
        return str(value)
