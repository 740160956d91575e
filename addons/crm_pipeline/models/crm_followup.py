from odoo import api, fields, models


class CrmFollowup(models.Model):
    """Follow-ups of leads: a lead is enough, a customer need not be there yet."""

    _inherit = "crm.followup"

    lead_id = fields.Many2one(
        "crm.lead",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    partner_id = fields.Many2one(required=False)

    _has_subject = models.Constraint(
        "CHECK (partner_id IS NOT NULL OR lead_id IS NOT NULL)",
        "A follow-up belongs to a customer or to a lead. Choose one.",
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.constrains("partner_id", "lead_id")
    def _check_partner_id(self):
        return super(
            CrmFollowup,
            self.filtered(lambda followup: followup.partner_id or not followup.lead_id),
        )._check_partner_id()

    @api.depends("name", "partner_id.name", "lead_id.name")
    def _compute_display_name(self):
        of_leads = self.filtered(lambda followup: not followup.partner_id)
        for followup in of_leads:
            # sudo: the name of the lead behind a readable follow-up
            lead = followup.lead_id.sudo().display_name
            followup.display_name = " · ".join(filter(None, (lead, followup.name)))
        return super(CrmFollowup, self - of_leads)._compute_display_name()

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self._crm_in_workflow():
            vals_list = self._crm_add_customers([dict(vals) for vals in vals_list])
        followups = super().create(vals_list)
        if not self.env.su:
            followups.lead_id.check_access("read")
        return followups

    def write(self, vals):
        leads = self.lead_id if "lead_id" in vals else self.browse().lead_id
        if "lead_id" in vals:
            self._crm_hold_subjects()
        result = super().write(vals)
        if "lead_id" in vals and not self.env.su:
            self.lead_id.check_access("read")
        if {"planned_at", "lead_id"}.intersection(vals):
            self._crm_update_lead_facts(leads | self.lead_id)
        return result

    def unlink(self):
        leads = self.lead_id
        result = super().unlink()
        self._crm_update_lead_facts(leads)
        return result

    def _crm_check_finished(self, vals):
        result = super()._crm_check_finished(vals)
        if "lead_id" in vals:
            moved = self.filtered(lambda f: f.lead_id.id != (vals["lead_id"] or False))
            moved._crm_check_state(
                "planned", self.env._("A finished follow-up keeps its lead.")
            )
        return result

    def _crm_after_restore(self):
        result = super()._crm_after_restore()
        self._crm_update_lead_facts(self.lead_id)
        return result

    def _prepare_next_plan(self):
        return {**super()._prepare_next_plan(), "lead_id": self.lead_id.id}

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_add_customers(self, vals_list):
        """Return values (list of dict) with the customers of leads, if none is given.

        As the dialog does: whoever follows up an opportunity follows up its customer,
        whose time to go into a pool begins anew.
        """
        if "default_partner_id" in self.env.context:
            return vals_list
        # what else stands there instead of an id is refused by the field
        bare = [
            vals
            for vals in vals_list
            if "partner_id" not in vals and isinstance(vals.get("lead_id"), int)
        ]
        leads = self.env["crm.lead"].browse({vals["lead_id"] for vals in bare} - {0})
        # sudo: whether the customer is in reach is asked below
        customers = {
            lead.id: lead._crm_followup_customer()
            for lead in leads._filtered_access("read").sudo()
        }
        partners = self.env["res.partner"].union(*customers.values())
        in_reach = partners.with_env(self.env)._filtered_access("read")
        found = {
            lead_id: customer.id
            for lead_id, customer in customers.items()
            if customer.id in in_reach.ids
        }
        for vals in bare:
            if vals["lead_id"] in found:
                vals["partner_id"] = found[vals["lead_id"]]
        return vals_list

    def _crm_hold_subjects(self):
        result = super()._crm_hold_subjects()
        self._crm_hold(self.lead_id)
        return result

    def _crm_update_partner(self):
        result = super()._crm_update_partner()
        self._crm_update_lead_facts(self.lead_id)
        return result

    @api.model
    def _crm_update_lead_facts(self, leads):
        """Refresh when leads were last and will next be followed up, in one query."""
        self.env["crm.lead"]._crm_write_facts(
            {
                lead_id: {
                    "first_followup_at": times["first"],
                    "last_followup_at": times["last"],
                    "last_effective_followup_at": times["effective"],
                    "next_followup_at": times["upcoming"],
                }
                for lead_id, times in self._crm_times("lead_id", leads).items()
            }
        )

    @api.model
    def _crm_create_history(self, vals_list):
        followups = super()._crm_create_history(vals_list)
        self._crm_update_lead_facts(followups.lead_id)
        return followups
