from odoo import api, models


class CrmPermissionInspector(models.TransientModel):
    """Why somebody sees a project, or does not though the customer is in sight."""

    _inherit = "crm.permission.inspector"

    @api.model
    def _crm_reasons(self, user, record, operation):
        reasons = super()._crm_reasons(user, record, operation)
        if record._name != "crm.lead" or not record.is_project:
            return reasons
        member = record.project_member_ids.filtered(
            lambda member: (
                member.user_id == user
                and (operation == "read" or member.access == "write")
            )
        )
        if member and user._crm_has_group("crm_base.group_salesperson"):
            reasons = [
                *reasons,
                self._crm_reason("member", self.env._("is in the project team")),
            ]
        elif not user._crm_is_boss() and record.filtered_domain(
            user._crm_confidential_domain()
        ):
            # the customer alone is no reason any more
            reasons = []
        return reasons
