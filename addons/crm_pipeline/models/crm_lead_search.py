from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_base.tools import pinyin, search_key
from odoo.addons.crm_base.tools.search_key_field import SearchKey


class CrmLead(models.Model):
    """Finding a lead by whatever somebody remembers of it, pinyin included."""

    _inherit = "crm.lead"
    _rec_names_search = ["search_key"]

    search_key = SearchKey(compute="_compute_search_key", store=True, copy=False)

    _search_key_idx = models.Index("USING gin (search_key gin_trgm_ops)")

    @api.model
    def _crm_search_key_fields(self):
        """Hook: return the names (list of str) of the text fields that are searched."""
        return ["name", "partner_name", "contact_name", "email_from"]

    @api.depends(lambda self: [*self._crm_search_key_fields(), "phone"])
    def _compute_search_key(self):
        names = self._crm_search_key_fields()
        for lead in self:
            texts = [lead[name] for name in names]
            for text in (lead.name, lead.partner_name):
                texts += pinyin.pinyin_of(text, person=False)
            texts += pinyin.pinyin_of(lead.contact_name, person=True)
            lead.search_key = search_key.build(texts, [lead.phone])

    @api.model
    def _search_display_name(self, operator, value):
        if operator.endswith("like") and "=" not in operator:
            return super()._search_display_name(operator, value)
        # exact matches keep the meaning that Odoo gives them
        return Domain("name", operator, value)
