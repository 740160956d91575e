from odoo import models

from .crm_task import OPEN_STATES


class ResPartner(models.Model):
    """Tasks on the 360° page."""

    _inherit = "res.partner"

    def _crm_customer_tabs(self):
        tabs = super()._crm_customer_tabs()
        domain = [("partner_id", "=", self.id)]
        return [
            *tabs,
            {
                "code": "tasks",
                "label": self.env._("Tasks"),
                "count": self.env["crm.task"].search_count(
                    [*domain, ("state", "in", OPEN_STATES)]
                ),
                "model": "crm.task",
                "domain": domain,
                "context": {"default_partner_id": self.id},
            },
        ]

    def _crm_timeline_kinds(self):
        return {**super()._crm_timeline_kinds(), "task": self.env._("Tasks")}

    def _crm_timeline_sources(self):
        return {**super()._crm_timeline_sources(), "task": self._crm_timeline_tasks}

    def _crm_timeline_tasks(self, mark, limit):
        tasks = self._crm_timeline_search(
            "crm.task",
            [("partner_id", "=", self.id), ("state", "in", ("done", "confirmed"))],
            "done_at",
            "task",
            mark,
            limit,
        )
        states = dict(tasks._fields["state"]._description_selection(self.env))
        return [
            {
                "kind": "task",
                "date": task.done_at,
                "title": task.name,
                "text": "",
                "user": task.done_by_id.name or "",
                "icon": "fa-check-square-o",
                "badge": states[task.state],
                "model": "crm.task",
                "id": task.id,
            }
            for task in tasks
        ]

    def action_new_task(self):
        """Open the dialog for a new task on this customer; return the action (dict)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_task_action_new"
        )
        action["context"] = {"default_partner_id": self.crm_customer_id.id}
        return action
