from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_uncontacted = fields.Boolean(
        "Uncontacted",
        compute="_compute_is_uncontacted",
        search="_search_is_uncontacted",
        help="Nobody has followed this customer up since its owner took it over.",
    )

    @api.depends("last_followup_at", "owner_since", "is_crm_customer", "user_id")
    def _compute_is_uncontacted(self):
        for partner in self:
            last = partner.last_followup_at
            partner.is_uncontacted = bool(
                partner.is_crm_customer
                and partner.user_id
                and (not last or (partner.owner_since and last < partner.owner_since))
            )

    @api.model
    def _search_is_uncontacted(self, operator, value):
        if operator != "in":
            return NotImplemented

        def to_sql(model, alias, query):
            last, since = (
                model._field_to_sql(alias, name, query)
                for name in ("last_followup_at", "owner_since")
            )
            # without "since", nothing is before it
            return SQL("(%s IS NULL OR COALESCE(%s < %s, FALSE))", last, last, since)

        found = (
            Domain("is_crm_customer", "=", True)
            & Domain("user_id", "!=", False)
            & Domain.custom(
                to_sql=to_sql, predicate=lambda partner: partner.is_uncontacted
            )
        )
        return found if True in value else ~found
