from odoo import fields, models


class CrmPoolWarning(models.Model):
    """Leads about to go back are told of as customers are."""

    _inherit = "crm.pool.warning"

    lead_id = fields.Many2one("crm.lead", ondelete="cascade")

    _link_check = models.Constraint(
        "CHECK (num_nonnulls(partner_id, lead_id) = 1)",
        "A warning is about something that goes back.",
    )
    _once_lead_uniq = models.UniqueIndex(
        "(lead_id, user_id, owner_id, deadline, step, is_escalation)"
        " WHERE lead_id IS NOT NULL"
    )
