from odoo import api, models


class CalendarEvent(models.Model):
    """What Odoo writes into a meeting about its guests."""

    _inherit = "calendar.event"

    @api.model
    def _get_contact_details_description(self, organizer, partners):
        # a copy of phone and e-mail would outlive the right to read them, and could be
        # had by whoever invites a customer by its id
        # sudo: whether they are customers, whoever invites
        others = partners.sudo().filtered(lambda partner: not partner.crm_customer_id)
        return super()._get_contact_details_description(
            organizer, others.with_env(partners.env)
        )
