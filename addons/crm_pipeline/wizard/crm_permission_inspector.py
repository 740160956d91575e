from odoo import api, models


class CrmPermissionInspector(models.TransientModel):
    """Why somebody sees a lead, or a follow-up of one."""

    _inherit = "crm.permission.inspector"

    @api.model
    def _crm_inspected_models(self):
        return [*super()._crm_inspected_models(), "crm.lead"]

    @api.model
    def _crm_subject(self, record):
        if record._name == "crm.lead":
            return record.user_id, record.partner_id.crm_customer_id
        return super()._crm_subject(record)

    @api.model
    def _crm_reasons(self, user, record, operation):
        reasons = super()._crm_reasons(user, record, operation)
        lead = record if record._name == "crm.lead" else None
        if record._name == "crm.followup" and operation == "read":
            lead = record.lead_id
            reasons += [
                self._crm_reason(
                    "lead",
                    self.env._(
                        "sees the lead %(name)s: %(why)s",
                        name=lead.name,
                        why=reason["text"],
                    ),
                )
                for reason in (self._crm_reasons(user, lead, operation) if lead else ())
            ]
            return reasons
        if lead and not lead.user_id and not reasons:
            reasons = self._crm_reasons_of_unowned(user, lead, operation)
        return reasons

    @api.model
    def _crm_reasons_of_unowned(self, user, lead, operation):
        """Return why somebody deals out a lead without owner, a list of dicts."""
        if not lead.team_id:
            if user._crm_has_group("crm_base.group_director"):
                text = self.env._("nobody has it and no team: directors deal it out")
                return [self._crm_reason("unowned", text)]
            return []
        team = lead.team_id
        while team:
            leads_it = team.active and team.user_id == user
            assists = operation == "read" and user in team.assistant_ids
            if team.active and (leads_it or assists):
                text = self.env._(
                    "nobody has it: the team %(team)s deals it out", team=team.name
                )
                return [self._crm_reason("unowned", text)]
            team = team.parent_id
        return []
