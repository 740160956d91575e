from odoo import models


class ResPartner(models.Model):
    """Opportunities go along with contacts that change customers, and with merges."""

    _inherit = "res.partner"

    def write(self, vals):
        if {"is_crm_customer", "parent_id"}.isdisjoint(vals):
            return super().write(vals)
        # sudo: which customer it is, whoever moves the contact
        before = self.sudo().crm_customer_id
        result = super().write(vals)
        after = self.sudo().crm_customer_id
        if before != after:
            self.env["crm.lead"]._crm_note_opportunities(before | after)
        return result

    def _crm_finish_merge(self, merged):
        result = super()._crm_finish_merge(merged)
        self.env["crm.lead"]._crm_note_opportunities(self.crm_customer_id)
        return result
