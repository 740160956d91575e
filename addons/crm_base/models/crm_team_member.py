from odoo import api, fields, models


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    is_leaver = fields.Boolean(
        "Left the Company",
        help="The team of a closed account: its superiors keep reaching what is left.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        self.env["res.users"]._crm_clear_scope()
        return members

    def write(self, vals):
        result = super().write(vals)
        if {"crm_team_id", "user_id", "active", "is_leaver"}.intersection(vals):
            self.env["res.users"]._crm_clear_scope()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["res.users"]._crm_clear_scope()
        return result
