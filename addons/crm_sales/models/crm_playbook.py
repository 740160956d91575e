from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class CrmPlaybook(models.Model):
    """Playbooks that an opportunity starts by entering a stage, or ends by leaving."""

    _inherit = "crm.playbook"

    auto_entry = fields.Selection(
        selection_add=[("stage", "When It Enters a Stage")],
        ondelete={"stage": "set default"},
    )
    entry_stage_ids = fields.Many2many(
        "crm.stage",
        "crm_playbook_entry_stage_rel",
        "playbook_id",
        "stage_id",
        "Stages",
        help="What enters one of them from the start on, and is still in it.",
    )
    stop_on_stage = fields.Boolean(
        "On Another Stage", help="The opportunity leaves the stage in which it started."
    )

    @api.constrains("auto_entry", "entry_stage_ids", "lead_type")
    def _check_entry_stage_ids(self):
        for playbook in self.filtered(lambda p: p.auto_entry == "stage"):
            if playbook.lead_type == "lead":
                raise ValidationError(
                    self.env._("Leads go through no stages: choose another start.")
                )
            if not playbook.entry_stage_ids:
                raise ValidationError(
                    self.env._(
                        "Choose the stages that start “%(name)s”.", name=playbook.name
                    )
                )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_entry_fields(self):
        return [*super()._crm_entry_fields(), "entry_stage_ids"]

    def _crm_entry_domain(self):
        domain = super()._crm_entry_domain()
        if self.auto_entry != "stage":
            return domain
        since = self.started_at or fields.Datetime.now()
        domain &= Domain("stage_id", "in", self.entry_stage_ids.ids)
        domain &= Domain("date_last_stage_update", ">=", since)
        return domain & Domain.custom(to_sql=self._crm_entered_since)

    def _crm_entered_since(self, model, alias, query):
        """Return the condition (SQL) that a stage was entered after the last run."""
        self.env["crm.playbook.run"].flush_model(
            ["lead_id", "playbook_id", "started_at"]
        )
        return SQL(
            """
            NOT EXISTS (
                SELECT FROM crm_playbook_run run
                 WHERE run.lead_id = %s AND run.playbook_id = %s
                   AND run.started_at >= %s
            )
            """,
            SQL.identifier(alias, "id"),
            self._origin.id,
            SQL.identifier(alias, "date_last_stage_update"),
        )
