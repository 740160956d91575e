from odoo import api, fields, models

from ..tools import pinyin, search_key
from ..tools.search_key_field import SearchKey


class ResPartner(models.Model):
    """Finding a partner by whatever a salesperson remembers of it."""

    _inherit = "res.partner"
    _rec_names_search = ["search_key"]

    search_key = SearchKey(
        compute="_compute_search_key",
        store=True,
        copy=False,
    )
    surname = fields.Char(
        compute="_compute_surname", store=True, index="btree_not_null"
    )
    surname_initial = fields.Char(
        compute="_compute_surname", store=True, index="btree_not_null"
    )

    _search_key_idx = models.Index("USING gin (search_key gin_trgm_ops)")
    # the order of the list of contacts
    _contact_name_idx = models.Index(
        "(surname_initial, complete_name) WHERE crm_customer_id IS NOT NULL"
    )

    @api.model
    def _crm_search_key_fields(self):
        """Hook: return the names (list of str) of the text fields that are searched."""
        return [
            "complete_name",
            "mnemonic",
            "customer_no",
            "email",
            "ref",
            "vat",
            "company_registry",
            "qq",
            "wechat",
        ]

    @api.model
    def _crm_phone_fields(self):
        """Hook: return the names (list of str) of the searched phone fields."""
        return ["phone", "mobile", "phone_other"]

    @api.depends(
        lambda self: [
            *self._crm_search_key_fields(),
            *self._crm_phone_fields(),
            "name",
            "is_company",
        ]
    )
    def _compute_search_key(self):
        text_fields = self._crm_search_key_fields()
        phone_fields = self._crm_phone_fields()
        for partner in self:
            texts = [partner[name] for name in text_fields]
            for text in (partner.name, partner.mnemonic):
                texts += pinyin.pinyin_of(text, person=not partner.is_company)
            partner.search_key = search_key.build(
                texts, [partner[name] for name in phone_fields]
            )

    @api.depends("name", "is_company")
    def _compute_surname(self):
        for partner in self:
            surname = "" if partner.is_company else pinyin.surname_of(partner.name)
            partner.surname = surname or False
            partner.surname_initial = (
                pinyin.pinyin_of(surname, person=True)[1][:1].upper() or False
            )

    @api.model
    def _search_display_name(self, operator, value):
        if operator.endswith("like") and "=" not in operator:
            return super()._search_display_name(operator, value)
        # exact matches keep the meaning that Odoo gives them
        return self._crm_exact_name_domain(operator, value)

    def _crm_exact_name_domain(self, operator, value):
        names = ["complete_name", "email", "ref", "vat", "company_registry"]
        combine = (
            fields.Domain.AND
            if operator in fields.Domain.NEGATIVE_OPERATORS
            else fields.Domain.OR
        )
        return combine([(name, operator, value)] for name in names)
