from odoo import api, fields, models

from .crm_lead_stage import SELLERS

KINDS = ("opportunity", "won")


class CrmLead(models.Model):
    """Opportunities run in playbooks until they are won or lost, or somebody answers.

    Those that were won run in others, for instance to ask whether all is well.
    """

    _inherit = "crm.lead"

    playbook_log_ids = fields.Many2many(
        "crm.playbook.log",
        compute="_compute_playbook_log_ids",
        exportable=False,
        groups=SELLERS,
    )

    @api.depends("playbook_run_ids.log_ids")
    def _compute_playbook_log_ids(self):
        rows = self.env["crm.playbook.log"].search(
            [("run_id.lead_id", "in", self.ids)], order="id desc"
        )
        found = rows.grouped(lambda row: row.run_id.lead_id)
        for lead in self:
            lead.playbook_log_ids = found.get(lead._origin, rows.browse())

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_playbook_lead_types(self):
        return {
            **super()._crm_playbook_lead_types(),
            "opportunity": self.env._("Open Opportunities"),
            "won": self.env._("Won Opportunities"),
        }

    @api.model
    def _crm_playbook_open(self, playbook):
        if playbook.lead_type not in KINDS:
            return super()._crm_playbook_open(playbook)
        status = "won" if playbook.lead_type == "won" else "pending"
        return [
            ("type", "=", "opportunity"),
            ("active", "=", True),
            ("won_status", "=", status),
        ]

    @api.model
    def _crm_playbook_since(self, playbook, since):
        if playbook.lead_type == "won":
            return [("date_closed", ">=", since)]
        domain = super()._crm_playbook_since(playbook, since)
        if playbook.lead_type == "opportunity":
            return ["|", *domain, ("date_conversion", ">=", since)]
        return domain

    @api.model
    def _crm_playbook_won(self):
        return [
            "|",
            *super()._crm_playbook_won(),
            "&",
            ("playbook_id.lead_type", "=", "opportunity"),
            ("lead_id", "any", [("won_status", "=", "won")]),
        ]

    @api.model
    def _crm_playbook_facts(self):
        return super()._crm_playbook_facts() | {"probability"}

    def _crm_playbook_run_values(self):
        return {**super()._crm_playbook_run_values(), "stage_id": self.stage_id.id}

    def _crm_playbook_end(self, run):
        playbook = run.playbook_id
        if playbook.lead_type in KINDS:
            if self.type != "opportunity":
                return "closed"
            if self.won_status == "lost":
                return "lost"
            if not self.active:
                return "closed"
            if playbook.lead_type == "won" and self.won_status != "won":
                return "reopened"
            if playbook.lead_type == "opportunity" and self.won_status == "won":
                return "won"
            if playbook.stop_on_stage and self.stage_id != run.stage_id:
                return "stage"
        return super()._crm_playbook_end(run)

    def _crm_playbook_email(self):
        name, address = super()._crm_playbook_email()
        # sudo: the name of the person whose opportunity it is
        return name or self.partner_id.sudo().name or "", address

    def _crm_playbook_followup_values(self):
        values = super()._crm_playbook_followup_values()
        customer = self._crm_followup_customer()
        return {**values, "partner_id": customer.id} if customer else values

    def _crm_playbook_task_values(self):
        values = super()._crm_playbook_task_values()
        return {**values, "lead_id": self.id} if self.type == "opportunity" else values
