from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmProjectMember(models.Model):
    """Who is in the team of a project, and therefore sees it; see res_users_project.

    The team is made by those in charge of the project, not by its members.
    """

    _name = "crm.project.member"
    _description = "Project Member"
    _inherit = ["crm.lead.part.mixin"]
    _order = "lead_id, id"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        "Colleague",
        required=True,
        domain=[("share", "=", False)],
        ondelete="cascade",
        index=True,
    )
    role_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "project_member_role")],
        ondelete="restrict",
        index="btree_not_null",
    )
    access = fields.Selection(
        [("read", "Sees It"), ("write", "Works on It")],
        "Right",
        default="read",
        required=True,
    )
    note = fields.Char()

    @api.constrains("lead_id", "user_id")
    def _check_once(self):
        if self._crm_in_workflow():
            # a hand-over may give somebody what he has already
            return
        for lead, members in self.lead_id.project_member_ids.grouped("lead_id").items():
            if len(members) != len(members.user_id):
                raise ValidationError(
                    self.env._(
                        "Somebody is in the team of “%(project)s” twice.",
                        project=lead.name,
                    )
                )

    @api.constrains("user_id")
    def _check_role(self):
        for member in self.filtered(lambda member: member.user_id.active):
            member.user_id._crm_check_can_own()

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members._crm_tell("joins")
        return members

    def write(self, vals):
        if "user_id" in vals:
            self._crm_tell("leaves")
        result = super().write(vals)
        if "user_id" in vals:
            self._crm_tell("joins")
        elif "access" in vals:
            self._crm_tell("right")
        return result

    def unlink(self):
        self._crm_tell("leaves")
        return super().unlink()

    @api.model
    def _crm_part_key(self):
        return ("user_id",)

    def _crm_tell(self, event):
        """Note in the project's history who joins and who leaves."""
        rights = dict(self._fields["access"]._description_selection(self.env))
        # sudo: the history is the system's
        for member in self.sudo():
            named = {"name": member.user_id.name, "right": rights[member.access]}
            texts = {
                "joins": self.env._(
                    "%(name)s joins the project team: %(right)s", **named
                ),
                "leaves": self.env._("%(name)s leaves the project team", **named),
                "right": self.env._(
                    "Right of %(name)s from now on: %(right)s", **named
                ),
            }
            member.lead_id._message_log(body=texts[event])
