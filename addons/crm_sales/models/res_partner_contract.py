from odoo import models

from .crm_contract import BINDING, LIVE


class ResPartner(models.Model):
    """Contracts of a customer: on its page, in its history, for its clocks."""

    _inherit = "res.partner"

    def _crm_contract_domain(self):
        """Return the domain (list) of the contracts of this customer."""
        self.ensure_one()
        return [
            ("partner_id.crm_customer_id", "=", self.id),
            ("origin_id", "=", False),
        ]

    def _crm_refresh_contract_facts(self):
        """Note until when the contracts of these customers run."""
        ends = self.env["crm.contract"]._crm_contract_ends(self)
        self._crm_note_facts(
            {id_: {"crm_contract_end_at": ends.get(id_, False)} for id_ in self.ids}
        )

    def _crm_finish_merge(self, merged):
        result = super()._crm_finish_merge(merged)
        self.crm_customer_id._crm_refresh_contract_facts()
        return result

    def _crm_customer_totals(self):
        totals = super()._crm_customer_totals()
        domain = [*self._crm_contract_domain(), ("state", "in", BINDING)]
        live = [*domain, ("state", "in", LIVE)]
        contracts = self.env["crm.contract"]
        count = contracts.search_count(live)
        # in the currency of the company, as the other totals of the page
        amount = sum(
            currency._convert(total, self.env.company.currency_id, self.env.company)
            for currency, total in contracts._read_group(
                domain, ["currency_id"], ["amount_total:sum"]
            )
        )
        label = self.env._("Contracts in Force")
        action = self._crm_related_action(self.env._("Contracts"), "crm.contract", [])
        # also those of a contact
        in_force = {**action, "domain": live}
        signed = {**action, "domain": domain}
        return [
            *totals,
            ("contracts", label, count, in_force),
            ("contracts_amount", self.env._("Contract Amount"), amount, signed),
        ]

    def _crm_customer_tabs(self):
        domain = self._crm_contract_domain()
        return [
            *super()._crm_customer_tabs(),
            {
                "code": "contracts",
                "label": self.env._("Contracts"),
                "count": self.env["crm.contract"].search_count(domain),
                "model": "crm.contract",
                "domain": domain,
                "context": {"default_partner_id": self.id},
            },
        ]

    def _crm_timeline_kinds(self):
        return {**super()._crm_timeline_kinds(), "contract": self.env._("Contracts")}

    def _crm_timeline_sources(self):
        return {
            **super()._crm_timeline_sources(),
            "contract": self._crm_timeline_contracts,
        }

    def _crm_timeline_contracts(self, mark, limit):
        logs = self._crm_timeline_search(
            "crm.contract.log",
            [("partner_id.crm_customer_id", "=", self.id)],
            "logged_at",
            "contract",
            mark,
            limit,
        )
        kinds = dict(logs._fields["kind"]._description_selection(self.env))
        return [
            self._crm_timeline_entry(
                "contract",
                log,
                date=log.logged_at,
                title=log.contract_name,
                text=log.reason or "",
                user=log.user_name or "",
                icon="fa-file-text-o",
                badge=kinds[log.kind],
            )
            for log in logs
        ]
