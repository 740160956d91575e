from odoo import api, fields, models
from odoo.fields import Domain


class CalendarAttendee(models.Model):
    """Meetings tell how to reach those whom their reader may see, and nobody else.

    Odoo reads both fields as the system: whoever invites by id, or was invited when the
    customer was still shared, would read them for ever.
    """

    _inherit = "calendar.attendee"

    email = fields.Char(
        related=None,
        compute="_compute_crm_contact",
        search="_search_crm_email",
        compute_sudo=False,
    )
    phone = fields.Char(
        related=None,
        compute="_compute_crm_contact",
        search="_search_crm_phone",
        compute_sudo=False,
    )

    @api.depends_context("uid")
    @api.depends("partner_id.email", "partner_id.phone")
    def _compute_crm_contact(self):
        seen = self.partner_id._filtered_access("read")
        for attendee in self:
            person = attendee.partner_id & seen
            attendee.email = person.email
            attendee.phone = person.phone

    def _search_crm_email(self, operator, value):
        return Domain("partner_id.email", operator, value)

    def _search_crm_phone(self, operator, value):
        return Domain("partner_id.phone", operator, value)
