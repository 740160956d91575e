from odoo import api, models
from odoo.exceptions import AccessError


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(self, model, message, *args, **kwargs):
        """Take an e-mail in, as the mail gateway does.

        People with a role in the CRM, and outsiders, are no gateway: they would write
        in the name of anybody.

        :param str model: the model of mails that no alias takes
        :param message: the e-mail as it was sent
        :param args: see mail.thread
        :param kwargs: see mail.thread
        :return: id (int) of the record that the mail went to, False for none
        :raise AccessError: for those people
        """
        user = self.env.user
        if not (self.env.su or user._is_system()) and (
            user.share or user._crm_has_group("crm_base.group_salesperson")
        ):
            raise AccessError(
                self.env._("E-mails are taken in by the mail gateway alone.")
            )
        return super().message_process(model, message, *args, **kwargs)
