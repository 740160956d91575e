from odoo import fields, models


class ResPartner(models.Model):
    """Leads of a customer: on its page, in its history, and when it calls."""

    _inherit = "res.partner"

    crm_lead_ids = fields.One2many("crm.lead", "converted_partner_id", "Came of Leads")

    def _crm_tell_caller(self):
        """Return this customer or contact as somebody who may be calling (dict)."""
        customer = self.crm_customer_id
        # sudo: the name of the customer of a contact in sight
        company = customer.sudo().name if customer != self else ""
        return {
            "model": self._name,
            "id": self.id,
            "name": self.name or "",
            "company": company or "",
            "phone": self.mobile or self.phone or "",
            "owner": self.user_id.name or "",
        }

    # ------------------------------------------------------------
    # OVERVIEW
    # ------------------------------------------------------------

    def _crm_customer_tabs(self):
        domain = [
            ("is_captured", "=", True),
            ("partner_id.crm_customer_id", "=", self.id),
        ]
        leads = self.env["crm.lead"].with_context(active_test=False)
        return [
            *super()._crm_customer_tabs(),
            {
                "code": "leads",
                "label": self.env._("Leads"),
                "count": leads.search_count(domain),
                "model": "crm.lead",
                "domain": domain,
                "context": {"default_type": "lead", "active_test": False},
            },
        ]

    def _crm_timeline_kinds(self):
        return {**super()._crm_timeline_kinds(), "lead": self.env._("Leads")}

    def _crm_timeline_sources(self):
        return {**super()._crm_timeline_sources(), "lead": self._crm_timeline_leads}

    def _crm_timeline_leads(self, mark, limit):
        leads = self._crm_timeline_search(
            "crm.lead",
            [("converted_partner_id", "=", self.id), ("active", "in", [True, False])],
            "converted_at",
            "lead",
            mark,
            limit,
        )
        channels = dict(
            leads._fields["capture_channel"]._description_selection(self.env)
        )
        return [
            self._crm_timeline_entry(
                "lead",
                lead,
                date=lead.converted_at,
                title=self.env._("Converted from a lead"),
                text=" · ".join(filter(None, (lead.name, lead.source_id.name))),
                user=lead.converted_by_id.name or "",
                icon="fa-star-o",
                badge=channels.get(lead.capture_channel, ""),
            )
            for lead in leads
        ]
