from odoo import models


class ResPartner(models.Model):
    """Opportunities of a customer: on its page and in its history."""

    _inherit = "res.partner"

    def _crm_opportunity_domain(self):
        """Return the domain (list) of the opportunities of this customer."""
        self.ensure_one()
        return [
            ("type", "=", "opportunity"),
            ("partner_id.crm_customer_id", "=", self.id),
        ]

    def _crm_customer_totals(self):
        totals = super()._crm_customer_totals()
        domain = self._crm_opportunity_domain()
        is_open = [*domain, ("won_status", "=", "pending")]
        [(count, amount)] = self.env["crm.lead"]._read_group(
            is_open, aggregates=["__count", "expected_revenue:sum"]
        )
        label = self.env._("Open Opportunities")
        action = self._crm_related_action(label, "crm.lead", [])
        # also those of a contact
        action["domain"] = is_open
        return [
            *totals,
            ("opportunities_open", label, count, action),
            (
                "opportunities_amount",
                self.env._("Expected Amount"),
                amount or 0,
                action,
            ),
        ]

    def _crm_customer_tabs(self):
        domain = self._crm_opportunity_domain()
        opportunities = self.env["crm.lead"].with_context(active_test=False)
        return [
            *super()._crm_customer_tabs(),
            {
                "code": "opportunities",
                "label": self.env._("Opportunities"),
                "count": opportunities.search_count(domain),
                "model": "crm.lead",
                "domain": domain,
                "context": {
                    "default_type": "opportunity",
                    "default_partner_id": self.id,
                    "active_test": False,
                },
            },
        ]

    def _crm_timeline_kinds(self):
        return {**super()._crm_timeline_kinds(), "stage": self.env._("Stages")}

    def _crm_timeline_sources(self):
        return {**super()._crm_timeline_sources(), "stage": self._crm_timeline_stages}

    def _crm_timeline_stages(self, mark, limit):
        moves = self._crm_timeline_search(
            "crm.stage.move",
            [("lead_id.partner_id.crm_customer_id", "=", self.id)],
            "logged_at",
            "stage",
            mark,
            limit,
        )
        kinds = dict(moves._fields["kind"]._description_selection(self.env))
        return [
            self._crm_timeline_entry(
                "stage",
                move,
                date=move.logged_at,
                title=move.lead_name,
                text=" → ".join(filter(None, (move.from_name, move.to_name))),
                user=move.user_name or "",
                icon="fa-flag-o",
                badge=kinds[move.kind],
            )
            for move in moves
        ]
