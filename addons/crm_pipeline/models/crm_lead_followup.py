from odoo import fields, models


class CrmLead(models.Model):
    """What follow-ups say about leads; see crm.followup."""

    _inherit = "crm.lead"

    followup_ids = fields.One2many("crm.followup", "lead_id", "Follow-ups")
    last_followup_at = fields.Datetime(
        "Last Follow-up", readonly=True, copy=False, index="btree_not_null"
    )
    last_effective_followup_at = fields.Datetime(
        "Last Effective Follow-up", readonly=True, copy=False
    )
    first_followup_at = fields.Datetime("First Follow-up", readonly=True, copy=False)
    next_followup_at = fields.Datetime(
        "Next Follow-up", readonly=True, copy=False, index="btree_not_null"
    )

    def action_new_followup(self):
        """Open a dialog to write a follow-up of this lead; return the action (dict)."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_followup_action_new"
        )
        action["context"] = {
            "default_lead_id": self.id,
            "default_partner_id": self._crm_followup_customer().id,
        }
        return action

    def _crm_followup_customer(self):
        """Hook: return the customer (res.partner) that follow-ups are about as well."""
        self.ensure_one()
        return self.partner_id.crm_customer_id
