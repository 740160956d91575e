from odoo import api, models


class CrmWizardMixin(models.AbstractModel):
    """How dialogs of ours end."""

    _name = "crm.wizard.mixin"
    _description = "Dialog"

    @api.model
    def _crm_success(self, message, home=""):
        """Return the action (dict) that closes the dialog and says what was done.

        :param str message: what was done, in the user's language
        :param str home: id of the action to go to when the record that the dialog was
            opened from is out of sight by now (context ``crm_leave_form``)
        """
        following = {"type": "ir.actions.act_window_close"}
        if home and self.env.context.get("crm_leave_form"):
            following = self.env["ir.actions.act_window"]._for_xml_id(home)
            following["target"] = "main"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message, "next": following},
        }
