from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """Customers in pools are answered to by their contacts as well."""

    _inherit = "res.partner"

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if message._crm_came_in():
            # sudo: whoever writes to us cannot read customers
            self.sudo().crm_customer_id._crm_tell_answer(message)
        return result

    @api.model
    def _crm_threads_sql(self):
        return SQL(
            """
            SELECT person.id FROM res_partner person
             WHERE person.crm_customer_id = record.id
            """
        )
