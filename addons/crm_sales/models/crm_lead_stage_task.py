from odoo import fields, models

from .crm_lead_stage import SELLERS

OPEN_STATES = ("todo", "doing")


class CrmLead(models.Model):
    """Tasks that stages ask for: made on entering, given along with the opportunity."""

    _inherit = "crm.lead"

    stage_task_ids = fields.One2many("crm.task", "lead_id", "Tasks", groups=SELLERS)

    def _crm_make_stage_tasks(self):
        """Make the tasks of the present stage that are not there yet.

        Nobody can be asked as long as neither the owner nor the leader has a role in
        the CRM; the tasks are made when the opportunity gets an owner who has.
        """
        # sudo: the system asks, whoever moved the opportunity
        tasks = self.env["crm.task"].sudo()
        vals_list = []
        for lead in self.filtered(lambda lead: lead.won_status == "pending"):
            asked = lead.stage_task_ids.filtered(lambda task: task.state != "cancelled")
            for template in lead.stage_id.stage_task_ids - asked.stage_task_id:
                user = lead._crm_assignee(template)
                if user:
                    vals_list.append(template._prepare_task(lead, user))
        if vals_list:
            tasks._crm_workflow().create(vals_list)

    def _crm_assignee(self, template):
        """Return who does a task (res.users), empty when nobody can be asked."""
        self.ensure_one()
        leader = self.team_id.user_id if template.assignee == "leader" else self.user_id
        for user in (leader, self.user_id):
            if (
                user.active
                and not user.share
                and user._crm_has_group("crm_base.group_salesperson")
            ):
                return user
        return self.env["res.users"]

    def _crm_hand_over_plans(self, user, former):
        result = super()._crm_hand_over_plans(user, former)
        owners = self.env["res.users"].union(*former.values()) - user
        if not user or not self:
            return result
        # sudo: whoever may move the opportunity moves what hangs on it
        tasks = self.env["crm.task"].sudo()
        open_tasks = tasks.search(
            [
                ("lead_id", "in", self.ids),
                ("stage_task_id", "!=", False),
                ("state", "in", OPEN_STATES),
                ("user_id", "in", owners.ids),
            ]
        )
        open_tasks.with_context(
            mail_auto_subscribe_no_notify=True
        )._crm_workflow().write({"user_id": user.id})
        opportunities = self.sudo().filtered(lambda lead: lead.type == "opportunity")
        opportunities._crm_make_stage_tasks()
        return result
