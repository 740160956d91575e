from odoo import api, fields, models
from odoo.tools import ormcache

# tasks that count as done
DONE_STATES = ("done", "confirmed")

ROLES = [
    ("manager", "Managers"),
    ("director", "Directors"),
    ("boss", "The Boss"),
]


class CrmStage(models.Model):
    """What a stage asks of whoever wants to enter it, and has done in it."""

    _inherit = "crm.stage"

    rotting_threshold_days = fields.Integer(
        "Expected Days",
        help="What stays in the stage for longer is stale; 0 for no limit.",
    )
    gate_ids = fields.One2many("crm.stage.gate", "stage_id", "Conditions", copy=True)
    stage_task_ids = fields.One2many(
        "crm.stage.task", "stage_id", "Stage Tasks", copy=True
    )
    skip_role = fields.Selection(
        [("nobody", "Nobody"), *ROLES],
        "May Be Skipped By",
        default="manager",
        required=True,
        help="Who may let an opportunity enter without meeting the conditions. Every"
        " skip needs a reason and is counted.",
    )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        stages = super().create(vals_list)
        self.env.registry.clear_cache("stable")
        return stages

    def write(self, vals):
        result = super().write(vals)
        if {"sequence", "team_ids"}.intersection(vals):
            self.env.registry.clear_cache("stable")
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache("stable")
        return result

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_path(self, team):
        """Return the stages (crm.stage) of the process of a team, in their order.

        :param team: crm.team record, empty for what is shared by all teams
        """
        # sudo: how a process goes is no secret of its configuration
        return self.sudo().browse(self._crm_path_ids(team.id))

    @api.model
    @ormcache("team_id", cache="stable")
    def _crm_path_ids(self, team_id):
        # every write of a stage asks
        domain = ["|", ("team_ids", "=", False), ("team_ids", "in", team_id or [])]
        return self.sudo().search(domain, order="sequence, id")._ids  # sudo: as above

    def _crm_may_skip(self):
        """Return whether the current user may pass this stage's conditions (bool)."""
        self.ensure_one()
        role = self.sudo().skip_role  # sudo: as above
        return role != "nobody" and self.env.user._crm_has_group(
            f"crm_base.group_{role}"
        )

    def _crm_gates_missing(self, lead):
        """Return what the conditions of this stage still ask (list of str)."""
        self.ensure_one()
        texts = (gate._crm_missing(lead) for gate in self.gate_ids)
        return [text for text in texts if text]

    def _crm_tasks_missing(self, lead):
        """Return which required tasks of this stage are not done (list of str)."""
        self.ensure_one()
        required = self.stage_task_ids.filtered("is_required")
        if not required:
            return []
        done = lead.stage_task_ids.filtered(lambda task: task.state in DONE_STATES)
        return [
            self.env._("Finish the task: %(task)s", task=template.name)
            for template in required - done.stage_task_id
        ]
