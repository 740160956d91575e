from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_stage import DONE_STATES


class CrmTask(models.Model):
    """Tasks for opportunities: asked for by a stage, or by a colleague."""

    _inherit = "crm.task"

    lead_id = fields.Many2one(
        "crm.lead",
        "Opportunity",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain=[("type", "=", "opportunity")],
    )
    stage_task_id = fields.Many2one(
        "crm.stage.task",
        "Asked For by the Stage",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {"stage_task_id"}

    @api.model
    def _crm_creator_fields(self):
        return super()._crm_creator_fields() | {"lead_id"}

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        if not self.env.su:
            tasks.lead_id.check_access("read")
        return tasks

    def write(self, vals):
        result = super().write(vals)
        if "lead_id" in vals and not self.env.su:
            self.lead_id.check_access("read")
        return result

    def action_cancel(self, reason):
        """Cancel tasks; what a stage requires of an open opportunity stays.

        :param str reason: why
        :return: True
        :raise UserError: a stage requires one of them
        """
        self._crm_check_not_required()
        return super().action_cancel(reason)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_required(self):
        if not self.env.su:
            self._crm_check_not_required()

    def _crm_check_not_required(self):
        """Refuse to get rid of what a stage requires."""
        # sudo: what a stage asks of the opportunity behind a task
        for task in self.sudo():
            if (
                task.stage_task_id.is_required
                and task.state not in DONE_STATES
                and task.lead_id.won_status == "pending"
            ):
                raise UserError(
                    self.env._(
                        "“%(task)s” is required by the stage “%(stage)s”. Finish it, or"
                        " have the stage skipped with a reason.",
                        task=task.name,
                        stage=task.stage_task_id.stage_id.name,
                    )
                )
