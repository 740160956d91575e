from odoo import fields, models


class CrmTeamMember(models.Model):
    _name = "crm.team.member"
    _inherit = ["crm.team.member", "crm.scope.mixin"]

    is_leaver = fields.Boolean(
        "Left the Company",
        help="The team of a closed account: its superiors keep reaching what is left.",
    )

    _crm_scope_fields = frozenset({"crm_team_id", "user_id", "active", "is_leaver"})
