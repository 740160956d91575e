from odoo import api, models
from odoo.tools import format_date

from odoo.addons.crm_base.tools.reminder import ReminderSource


class CrmReminder(models.Model):
    """People are told of customers about to go back through the one scheduler."""

    _inherit = "crm.reminder"

    @api.model
    def _crm_reminder_sources(self):
        return [
            *super()._crm_reminder_sources(),
            ReminderSource(
                "pool_warning",
                "crm.pool.notice",
                "due_at",
                "user_id",
                [("is_open", "=", True)],
            ),
        ]

    def _crm_lines(self):
        notices = self.filtered(
            lambda reminder: reminder.res_model == "crm.pool.notice"
        )
        groups = super(CrmReminder, self - notices)._crm_lines()
        if notices:
            groups.append((notices.kind_id.name, notices._crm_pool_lines()))
        return groups

    def _crm_pool_lines(self):
        """Return one line for each customer of these notices, as ``_crm_lines``."""
        # sudo: they are the person's own, or those of the person's people
        found = self.env["crm.pool.notice"].browse(self.mapped("res_id")).sudo()
        current = found._crm_current()
        base = self[:1].get_base_url()
        return [
            {
                "title": customer.name,
                "about": customer.user_id.name if notice.is_escalation else "",
                "when": format_date(self.env, customer.pool_deadline),
                "url": f"{base}/odoo/res.partner/{customer.id}",
                "is_overdue": False,
            }
            for notice in found
            for customer in current.get(notice.id, self.env["res.partner"]).sudo()
        ]
