from odoo import api, fields, models


class CrmLead(models.Model):
    """Leads are nurtured by playbooks until somebody answers or they are over."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.playbook.mixin"]

    _crm_playbook_field = "lead_id"

    playbook_run_ids = fields.One2many("crm.playbook.run", "lead_id", "Playbooks")
    playbook_run_count = fields.Integer(
        "Playbooks Run", compute="_compute_playbook_run_count", exportable=False
    )

    @api.depends("playbook_run_ids")
    def _compute_playbook_run_count(self):
        counts = dict(
            self.env["crm.playbook.run"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.playbook_run_count = counts.get(lead._origin, 0)

    @api.model
    def mail_allowed_qweb_expressions(self):
        """Return the expressions (tuple of str) that every author may use."""
        return (
            *super().mail_allowed_qweb_expressions(),
            "object.partner_name",
            "object.city",
            "object.user_id.email",
            "object.user_id.phone",
        )

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_playbook_title(self):
        return self.env._("Leads")

    @api.model
    def _crm_playbook_open(self):
        return [
            ("type", "=", "lead"),
            ("active", "=", True),
            ("lead_state", "in", ["new", "working"]),
        ]

    @api.model
    def _crm_playbook_won(self):
        return [("lead_state", "=", "converted")]

    @api.model
    def _crm_playbook_scope(self, user):
        return user._crm_lead_rule("write")

    @api.model
    def _crm_playbook_opted_out_domain(self):
        return [
            "|",
            ("is_blacklisted", "=", True),
            ("phone_sanitized_blacklisted", "=", True),
        ]

    @api.model
    def _crm_playbook_facts(self):
        return super()._crm_playbook_facts() | {
            "active",
            "closed_at",
            "converted_at",
            "last_effective_followup_at",
            "stage_id",
            "type",
        }

    def _crm_playbook_end(self, run):
        if self.lead_state == "converted" or self.type != "lead":
            return "converted"
        if self.lead_state == "closed" or not self.active:
            return "closed"
        followed_up = self.last_effective_followup_at
        if (
            run.playbook_id.stop_on_followup
            and followed_up
            and followed_up > run.started_at
        ):
            return "followup"
        return super()._crm_playbook_end(run)

    def _crm_playbook_email(self):
        return self.contact_name or self.partner_name or "", self.email_normalized or ""

    def _crm_playbook_phone(self):
        return self.phone_sanitized or ""

    def _crm_playbook_followup_values(self):
        return {**super()._crm_playbook_followup_values(), "lead_id": self.id}

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_captured(self):
        """Let playbooks that start by themselves look at what has come in."""
        result = super()._crm_captured()
        if self.env["crm.playbook"]._crm_waits_for(self._name):
            self.env["crm.playbook"]._crm_wake()
        return result

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        # sudo: what ran for a lead follows it, whoever started it
        runs = self.env["crm.playbook.run"].sudo()
        runs = runs.search([("lead_id", "in", opportunities.ids)])
        running = runs.filtered(lambda run: run.state == "running")
        running._crm_stop("merged", self.name, self.env.user)
        runs._crm_workflow().write({"lead_id": self.id})
        return result
