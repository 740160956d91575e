from odoo import api, fields, models

AUTOMATIC_KEY = "crm_automatic_mail"


class MailMessage(models.Model):
    """What a machine has sent is kept, and nothing follows from it."""

    _inherit = "mail.message"

    crm_is_automatic = fields.Boolean(
        "Sent by a Machine",
        readonly=True,
        copy=False,
        help="An absence notice, a report of a mail server or a mailing. Playbooks"
        " go on and no points are given.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get(AUTOMATIC_KEY):
            vals_list = [{**vals, "crm_is_automatic": True} for vals in vals_list]
        return super().create(vals_list)
