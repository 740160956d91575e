from odoo import models


class ResPartner(models.Model):
    """Every change of a customer and its contacts is written down."""

    _inherit = "res.partner"
    _crm_change_log = True

    def action_open_change_log(self):
        """Open who changed what of this customer and its contacts; return the action.

        :raise AccessError: you may not read this customer
        """
        self.ensure_one()
        self.check_access("read")
        customer = self.crm_customer_id or self
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_change_log_action"
        )
        action["display_name"] = self.env._(
            "Change Log of %(name)s", name=customer.display_name
        )
        action["domain"] = [("customer_res_id", "=", customer.id)]
        action["context"] = {}
        return action

    def _crm_change_ignored(self):
        return super()._crm_change_ignored() | {
            # facts of the system
            "owner_since",
            "last_followup_at",
            "last_effective_followup_at",
            "next_followup_at",
            "last_opportunity_at",
            "last_deal_at",
            "calendar_last_notif_ack",
            "message_bounce",
            "signup_type",
            # personal marks
            "favorite_user_ids",
        }

    def _crm_change_customers(self):
        # partners that have to do with no customer are Odoo's own affair
        return {
            partner.id: partner.crm_customer_id.id
            for partner in self
            if partner.crm_customer_id
        }
