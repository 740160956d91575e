from odoo import models


class ResPartner(models.Model):
    """Customers open in the customer form, wherever they are clicked."""

    _inherit = "res.partner"

    def get_formview_id(self, access_uid=None):
        """Return the id (int) of the form to open this record with, False for stock's.

        :param int access_uid: the user who will look, if not the current one
        """
        user = self.env["res.users"].browse(access_uid) if access_uid else self.env.user
        if (
            len(self) == 1
            # sudo: whether the record is a customer decides the form, not who looks
            and self.sudo().crm_customer_id
            and user._crm_has_group("crm_base.group_salesperson")
        ):
            return self.env.ref("crm_base.res_partner_view_form").id
        return super().get_formview_id(access_uid=access_uid)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_new_followup(self):
        """Open the dialog that logs or plans a follow-up; return the action (dict)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_followup_action_new"
        )
        action["context"] = {"default_partner_id": self.crm_customer_id.id}
        if self != self.crm_customer_id:
            action["context"]["default_contact_id"] = self.id
        return action

    def action_open_followups(self):
        """Open the follow-ups of this customer; return the action (dict)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_followup_action"
        )
        return {
            **action,
            # a list within a customer has no address of its own
            "path": False,
            "domain": [("partner_id", "=", self.crm_customer_id.id)],
            "context": {"default_partner_id": self.crm_customer_id.id},
        }
