from odoo import api, models


class CalendarAttendee(models.Model):
    """Whoever invites a pooled customer by its id learns what the pool tells of it."""

    _inherit = "calendar.attendee"

    @api.depends("partner_id", "partner_id.name", "email")
    def _compute_common_name(self):
        # sudo: what is pooled is out of reach; stored, so it is the same for everybody
        masked = self.sudo().filtered("partner_id.crm_customer_id.pool_id")
        for attendee in masked:
            attendee.common_name = attendee.partner_id._crm_masked_name()
        return super(CalendarAttendee, self - masked)._compute_common_name()
