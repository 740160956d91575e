from odoo import api, models


class CrmLead(models.Model):
    """A lead becomes a quotation or a contract, by way of an opportunity.

    Whoever asks for a price on the phone is past qualifying. The opportunity is made
    all the same: funnel, forecast and attribution count it like any other.
    """

    _inherit = "crm.lead"

    @api.model
    def _crm_conversion_documents(self):
        documents = super()._crm_conversion_documents()
        nothing = documents.pop("")
        return {
            **documents,
            "quotation": self.env._("Opportunity with a quotation"),
            "contract": self.env._("Opportunity with a contract"),
            "": nothing,
        }

    def _crm_convert_to_quotation(self, customer, contact):
        """Let the lead go on as an opportunity; return its first quotation."""
        opportunity = self._crm_convert_to_opportunity(customer, contact)
        defaults = opportunity._prepare_opportunity_quotation_context()
        return self.env["sale.order"].with_context(**defaults).create({})

    def _crm_convert_to_contract(self, customer, contact):
        """Let the lead go on as an opportunity; return the draft of a contract."""
        opportunity = self._crm_convert_to_opportunity(customer, contact)
        values = opportunity._crm_contract_values()
        return self.env["crm.contract"].create(values)
