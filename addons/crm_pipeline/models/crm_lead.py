from odoo import api, models
from odoo.exceptions import AccessError

# What only methods change. Odoo's own computed fields are not among them: its write()
# sets some of them itself, so they are refused where a call comes in.
FACTS = frozenset(
    {
        "first_followup_at",
        "last_effective_followup_at",
        "last_followup_at",
        "next_followup_at",
        "owner_since",
        "search_key",
    }
)
# Computed by Odoo, and taken from anybody by its ORM: statistics are built on them.
ODOO_FACTS = frozenset(
    {
        "automated_probability",
        "date_last_stage_update",
        "date_open",
        "day_close",
        "day_open",
        "won_status",
    }
)


class CrmLead(models.Model):
    """Leads and opportunities in the hands of the suite: one scope, protected facts."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.workflow.mixin"]
    _crm_change_log = True
    _crm_recycle = True
    _crm_followers_in_scope = True

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    def _compute_probabilities(self):
        # Odoo's methods call it as well, on behalf of whoever restores an opportunity
        return super(CrmLead, self._crm_workflow())._compute_probabilities()

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        # without the computed fields that the mixin finds, see FACTS
        return FACTS

    def _crm_change_ignored(self):
        return super()._crm_change_ignored() | {
            "automated_probability",
            "date_automation_last",
            "date_last_stage_update",
            "probability",
        }

    def _crm_change_customers(self):
        # sudo: which customer a lead hangs on, whoever changes it
        return {
            lead.id: lead.partner_id.crm_customer_id.id or None for lead in self.sudo()
        }

    @api.model_create_multi
    def create(self, vals_list):
        if not self._crm_in_workflow():
            for vals in vals_list:
                self._crm_check_odoo_facts(vals)
        leads = super().create(vals_list)
        leads._crm_check_partners()
        return leads

    def write(self, vals):
        if not self._crm_in_workflow():
            self._crm_check_odoo_facts(vals)
        result = super().write(vals)
        if "partner_id" in vals:
            self._crm_check_partners()
        return result

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_lead(self):
        """Open this lead in its form; return the action (dict)."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "crm.lead",
            "res_id": self.id,
            "view_mode": "form",
            "views": [[self.get_formview_id(), "form"]],
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_check_odoo_facts(self, vals):
        """Refuse what Odoo computes in the values of a person's call."""
        refused = sorted(name for name in ODOO_FACTS.intersection(vals) if vals[name])
        if refused and self._crm_is_suite_user():
            raise AccessError(
                self.env._(
                    "These fields cannot be set directly, use the action made for it:"
                    " %(fields)s",
                    fields=", ".join(refused),
                )
            )

    def _crm_check_partners(self):
        """Refuse to link contacts out of sight: a lead copies their name and phone."""
        if not self.env.su:
            self.partner_id.check_access("read")

    @api.model
    def _crm_is_suite_user(self):
        """Return whether whoever acts is a person with a role of the suite (bool)."""
        return not self.env.su and self.env.user._crm_has_group(
            "crm_base.group_salesperson"
        )
