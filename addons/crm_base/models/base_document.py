from odoo import models
from odoo.tools import get_lang


class Base(models.AbstractModel):
    """In which language a record is printed."""

    _inherit = "base"

    def _crm_document_lang(self):
        """Hook: return the language (str) of the document, that of its customer."""
        self.ensure_one()
        partner = self.partner_id if "partner_id" in self._fields else None
        return get_lang(self.env, partner.lang if partner else None).code
