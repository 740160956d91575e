from odoo import api, fields, models

# Odoo's sales people without a role of ours have no playbooks
SELLERS = "crm_base.group_salesperson"


class CrmLead(models.Model):
    """Leads and opportunities run in playbooks until somebody answers.

    Addons say which of them do, by ``_crm_playbook_lead_types`` and the hooks of the
    mixin; what is here is true of all.
    """

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.playbook.mixin"]

    _crm_playbook_field = "lead_id"

    playbook_run_ids = fields.One2many(
        "crm.playbook.run", "lead_id", "Playbooks", groups=SELLERS
    )
    playbook_run_count = fields.Integer(
        "Playbooks Run",
        compute="_compute_playbook_run_count",
        exportable=False,
        groups=SELLERS,
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
    def _crm_playbook_lead_types(self):
        """Hook: return what playbooks can be for, a dict of code to its name.

        The codes are those of ``_crm_playbook_lead_type``. An addon that adds one says
        by ``_crm_playbook_open`` which of those records can be in a playbook now.
        """
        return {}

    def _crm_playbook_lead_type(self):
        """Return what this is to playbooks: ``lead``, ``opportunity`` or ``won``."""
        self.ensure_one()
        if self.type == "lead":
            return "lead"
        return "won" if self.won_status == "won" else "opportunity"

    @api.model
    def _crm_playbook_title(self):
        return " · ".join(self._crm_playbook_lead_types().values())

    @api.model
    def _crm_playbook_open(self, playbook):
        # what no addon knows is never started
        return [(0, "=", 1)]

    def _crm_playbook_choice(self):
        types = {lead._crm_playbook_lead_type() for lead in self}
        return [*super()._crm_playbook_choice(), ("lead_type", "in", sorted(types))]

    def _crm_playbook_fits(self, playbook):
        return (
            super()._crm_playbook_fits(playbook)
            and playbook.lead_type == self._crm_playbook_lead_type()
        )

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
            "last_effective_followup_at",
            "stage_id",
            "type",
        }

    def _crm_playbook_end(self, run):
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

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        # sudo: what ran for a lead follows it, whoever started it
        runs = self.env["crm.playbook.run"].sudo()
        runs = runs.search([("lead_id", "in", opportunities.ids)])
        running = runs.filtered(lambda run: run.state == "running")
        running._crm_stop("merged", self.name, self.env.user)
        runs._crm_workflow().write({"lead_id": self.id})
        return result
