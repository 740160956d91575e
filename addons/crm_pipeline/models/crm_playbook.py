from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmPlaybook(models.Model):
    """Playbooks for leads, for opportunities, or for those that were won."""

    _inherit = "crm.playbook"

    lead_type = fields.Selection(
        "_selection_lead_type",
        "What It Is For",
        default=lambda self: next(iter(self._crm_lead_types()), False),
        help="A lead, an open opportunity or a won one: each has playbooks of its own.",
    )
    auto_entry = fields.Selection(
        selection_add=[("idle", "When Nothing Has Happened for Some Days")],
        ondelete={"idle": "set default"},
    )
    idle_days = fields.Integer(
        "Days without Anything",
        default=14,
        help="Neither a follow-up nor a change of the stage.",
    )

    _idle_days_limit = models.Constraint(
        "CHECK (idle_days BETWEEN 1 AND 3650)",
        "Between 1 and 3650 days pass without anything.",
    )

    @api.model
    def _crm_lead_types(self):
        return self.env["crm.lead"]._crm_playbook_lead_types()

    @api.model
    def _selection_lead_type(self):
        return list(self._crm_lead_types().items())

    @api.constrains("lead_type", "res_model")
    def _check_lead_type(self):
        for playbook in self:
            if playbook.res_model == "crm.lead" and not playbook.lead_type:
                raise ValidationError(
                    self.env._("Say what “%(name)s” is for.", name=playbook.name)
                )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_target_fields(self):
        return super()._crm_target_fields() | {"lead_type"}

    @api.model
    def _crm_entry_fields(self):
        return [*super()._crm_entry_fields(), "idle_days", "lead_type"]

    def _crm_entry_domain(self):
        domain = super()._crm_entry_domain()
        if self.auto_entry != "idle":
            return domain
        since = f"now -{self.idle_days}d"
        return (
            domain
            & Domain("date_last_stage_update", "<", since)
            & (
                Domain("last_followup_at", "=", False)
                | Domain("last_followup_at", "<", since)
            )
        )
