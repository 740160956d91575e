from odoo import models


class CrmMergeJournal(models.Model):
    _inherit = "crm.merge.journal"

    def _crm_after_undo(self, sources, target):
        """Say of customers that are two again whose opportunities are whose."""
        result = super()._crm_after_undo(sources, target)
        customers = (sources | target).filtered("is_crm_customer")
        self.env["crm.lead"]._crm_note_opportunities(customers)
        return result
