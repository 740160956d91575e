from odoo import api, models
from odoo.tools import format_date

from odoo.addons.crm_base.tools.reminder import ReminderSource


class CrmReminder(models.Model):
    """People are told of records about to go back through the one scheduler."""

    _inherit = "crm.reminder"

    @api.model
    def _crm_reminder_sources(self):
        return [
            *super()._crm_reminder_sources(),
            *(
                ReminderSource(
                    self.env[model]._crm_warning_kind,
                    "crm.pool.notice",
                    "due_at",
                    "user_id",
                    [("is_open", "=", True), ("holds", "=", holds)],
                )
                for holds, model in self.env["crm.pool"]._crm_held_models().items()
            ),
        ]

    def _crm_lines(self):
        notices = self.filtered(
            lambda reminder: reminder.res_model == "crm.pool.notice"
        )
        groups = super(CrmReminder, self - notices)._crm_lines()
        for kind, alike in notices.grouped("kind_id").items():
            groups.append((kind.name, alike._crm_pool_lines()))
        return groups

    def _crm_pool_lines(self):
        """Return one line for each record of these notices, as ``_crm_lines``."""
        # sudo: they are the person's own, or those of the person's people
        found = self.env["crm.pool.notice"].browse(self.mapped("res_id")).sudo()
        current = found._crm_current()
        base = self[:1].get_base_url()
        return [
            {
                "title": record.name,
                "about": record.user_id.name if notice.is_escalation else "",
                "when": format_date(self.env, record.pool_deadline),
                "url": f"{base}/odoo/{record._name}/{record.id}",
                "is_overdue": False,
            }
            for notice in found
            for record in current.get(notice.id, self.env["res.partner"]).sudo()
        ]
