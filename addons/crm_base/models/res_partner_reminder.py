from odoo import fields, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """Reminders that people set themselves on a customer or a contact."""

    _inherit = "res.partner"

    def action_remind_me(self, at, note):
        """Remind the current user of this customer or contact.

        :param str at: when, as ``YYYY-MM-DD HH:MM:SS`` in UTC
        :param str note: what for
        :return: id of the reminder (int)
        :raise AccessError: when the customer is out of reach
        :raise UserError: no note, or a time that is unreadable or has passed
        """
        self.ensure_one()
        try:
            moment = fields.Datetime.to_datetime(at)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("This is not a time.")) from error
        if not moment:
            raise UserError(self.env._("Choose when to be reminded."))
        if not isinstance(note, str):
            raise UserError(self.env._("Write what you want to be reminded of."))
        return (
            self.env["crm.reminder"]
            ._crm_create_personal(self, moment, note, self.crm_customer_id)
            .id
        )

    def action_open_remind_me(self):
        """Open the dialog that sets a reminder on this customer; return it (dict)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_reminder_new_action"
        )
        action["context"] = {"default_partner_id": self.id}
        return action

    def _crm_prepare_merge(self, sources):
        result = super()._crm_prepare_merge(sources)
        # sudo: what people set themselves on the merged customers stays theirs
        self.env["crm.reminder"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", sources.ids),
                ("note", "!=", False),
            ]
        ).write({"res_id": self.id})
        return result
