from odoo import models


class CrmLead2opportunityPartner(models.TransientModel):
    """Odoo's dialog leads people of the suite through the one conversion."""

    _inherit = "crm.lead2opportunity.partner"

    def _convert_and_allocate(self, leads, user_ids, team_id=False):
        if not leads._crm_is_suite_user():
            return super()._convert_and_allocate(leads, user_ids, team_id=team_id)
        ours = leads.filtered(lambda lead: lead.type == "lead" and lead.active)
        for lead in ours:
            partner = self.partner_id if self.action == "exist" else self.partner_id[:0]
            lead.action_convert_to_customer(partner.id, on_duplicate="link")
        if not self.force_assignment:
            leads = leads.filtered(lambda lead: not lead.user_id)
        if user_ids and leads:
            leads._handle_salesmen_assignment(user_ids, team_id=team_id)
        return None
