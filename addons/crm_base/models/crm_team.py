from odoo import api, fields, models


class CrmTeam(models.Model):
    _name = "crm.team"
    _inherit = ["crm.team", "crm.scope.mixin"]
    _parent_store = True
    _parent_order = "sequence, id"
    _crm_recycle = True

    parent_id = fields.Many2one(
        "crm.team",
        "Parent Team",
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.team", "parent_id", "Sub-teams")
    user_id = fields.Many2one(tracking=True)
    assistant_ids = fields.Many2many(
        "res.users",
        "crm_team_assistant_rel",
        "team_id",
        "user_id",
        "Assistants",
        # a text: users are not looked up in all records of this at each change of one
        domain="[('share', '=', False)]",
        help="They read what the leader of this team reads, and change only their own"
        " records.",
    )
    member_count = fields.Integer("Headcount", compute="_compute_member_count")
    crm_tree_name = fields.Char(
        "Place in the Organisation",
        compute="_compute_crm_tree_name",
        help="The name, indented by the level of the team.",
    )

    _crm_scope_fields = frozenset({"user_id", "parent_id", "assistant_ids", "active"})

    @api.depends("crm_team_member_ids.active")
    def _compute_member_count(self):
        counts = dict(
            self.env["crm.team.member"]._read_group(
                [("crm_team_id", "in", self.ids)], ["crm_team_id"], ["__count"]
            )
        )
        for team in self:
            team.member_count = counts.get(team, 0)

    @api.depends("name", "parent_path")
    def _compute_crm_tree_name(self):
        for team in self:
            level = (team.parent_path or "").count("/") - 1
            # em spaces, which no browser collapses
            team.crm_tree_name = "\u2003" * max(level, 0) + (team.name or "")

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        # the leader is tracked for the history alone: who follows a team follows each
        # of its leads and opportunities, too
        values = {
            key: updated_values[key] for key in updated_values if key != "user_id"
        }
        return super()._message_auto_subscribe_followers(values, default_subtype_ids)
