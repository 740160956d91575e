from odoo import api, fields, models

from .res_users_account import ROLES


class ResUsers(models.Model):
    """What superiors see of a colleague's account."""

    _inherit = "res.users"

    external_ref = fields.Char(
        "External ID",
        copy=False,
        groups="crm_base.group_boss,base.group_erp_manager",
        help="How the system that the organisation comes from calls this person, such"
        " as wecom:1027.",
    )
    departed_at = fields.Datetime(
        "Left On",
        readonly=True,
        copy=False,
        help="When the organisation said that this person has left. The desk waits to"
        " be handed over.",
    )
    crm_role = fields.Selection(
        "_selection_crm_role", "CRM Role", compute="_compute_crm_role"
    )

    _external_ref_uniq = models.UniqueIndex(
        "(external_ref) WHERE external_ref IS NOT NULL",
        "Another account has this external ID.",
    )

    @api.model
    def _selection_crm_role(self):
        # sudo: what a role is called is no secret
        return [
            (code, self.env.ref(xml_id).sudo().name) for code, xml_id in ROLES.items()
        ]

    @api.depends("group_ids")
    def _compute_crm_role(self):
        # sudo: who has which role is no secret to those who see the list
        for user in self.sudo():
            user.crm_role = user._crm_role_code() or False
