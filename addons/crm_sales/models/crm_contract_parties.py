from odoo import models


class CrmContract(models.Model):
    """Both sides of a new contract, from the files of the customer and the company."""

    _inherit = "crm.contract"

    def _crm_add_parties(self):
        """Name the customer as party A and the company as party B, if nobody is."""
        self.env["crm.contract.party"].create(
            [
                {"contract_id": contract.id, "role": role, "party_id": partner.id}
                for contract in self
                if not contract.party_ids
                for role, partner in (
                    ("a", contract.partner_id.commercial_partner_id),
                    ("b", contract.company_id.partner_id),
                )
            ]
        )

    def _crm_replace_customer(self):
        """Name the new customer as party where the former one stood."""
        for contract in self:
            ours = contract.company_id.partner_id
            customer = contract.partner_id.commercial_partner_id
            theirs = contract.party_ids.party_id - ours
            others = contract.party_ids.filtered_domain(
                [("party_id", "in", theirs.ids)]
            )
            if customer not in theirs:
                others[:1].write({"party_id": customer.id, "signer_id": False})

    def action_refresh_parties(self):
        """Copy the parties anew from the files of customer and company.

        :return: True
        :raise UserError: the contract is not a draft any more
        """
        self.check_access("write")
        self._crm_check_frozen(["party_ids"])
        for party in self.party_ids:
            signer = party.signer_id
            people = {"signer_name": signer.name, "signer_title": signer.function}
            party.write({**party._crm_file(), **(people if signer else {})})
        return True

    def _crm_party(self, role):
        """Return one side of this contract (crm.contract.party), maybe none.

        :param str role: ``a`` to ``d``
        """
        return self.party_ids.filtered(lambda party: party.role == role)[:1]
