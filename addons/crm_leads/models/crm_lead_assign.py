from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

# more than anybody chooses in a list, and less than a request may take
ASSIGN_LIMIT = 2_000


class CrmLead(models.Model):
    """Leads that nobody has find somebody, by the rules of assignment.

    Loaded after the other extensions: a lead that has just been made is given away when
    it has its source, its channel and the first row of its ledger.
    """

    _inherit = "crm.lead"

    assign_rule_id = fields.Many2one(
        "crm.lead.assign.rule",
        "Assigned by the Rule",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The rule that gave the lead to its present owner.",
    )
    assign_reason = fields.Text(
        "Why This Owner", compute="_compute_assign_reason", exportable=False
    )
    assign_hint = fields.Text(
        "Assignment", compute="_compute_assign_hint", exportable=False
    )

    @api.depends("assign_rule_id", "owner_since")
    def _compute_assign_reason(self):
        """Say to those who see the lead why the rule gave it to its owner."""
        given = self.filtered("assign_rule_id")
        # sudo: the row may name a colleague whose moves are out of sight
        moves = self.env["crm.owner.move"].sudo()
        if given:
            moves = moves.search(
                [("lead_id", "in", given._origin.ids), ("kind", "=", "rule")],
                order="id",
            )
        # of several, the last one
        reasons = {move.lead_id.id: move.reason for move in moves}
        for lead in self:
            lead.assign_reason = (
                reasons.get(lead._origin.id, False) if lead in given else False
            )

    @api.depends("user_id", "lead_state")
    @api.depends_context("uid", "lang")
    def _compute_assign_hint(self):
        """Say to those who deal out leads why nobody has got this one."""
        deals = self.env.user._crm_has_group("crm_base.group_manager")
        for lead in self:
            lead.assign_hint = (
                deals
                and isinstance(lead.id, int)
                and lead._crm_waits()
                and self.env["crm.lead.assign.rule"]._crm_explain(lead)
            ) or False

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {"assign_rule_id"}

    def _crm_change_ignored(self):
        return super()._crm_change_ignored() | {"assign_rule_id"}

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        rules = self.env["crm.lead.assign.rule"]
        if rules._crm_rule_ids():
            waiting = leads.filtered(lambda lead: lead._crm_waits())
            if waiting:
                rules._crm_assign_at_once(waiting)
        return leads

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def assign_by_rules(self):
        """Give open leads that nobody has to people, by the rules, at once.

        Rules that otherwise work in the background or by hand are among them. What is
        not yours to deal out, or has an owner, is left as it is.

        :return: dict with ``batch_id`` (str, of the ledger), ``dealt`` (list of dicts
            with ``user_id`` and ``count``), ``waiting`` (int, leads of rules that have
            nobody free) and ``left`` (int, leads that no rule took)
        :raise AccessError: when you lead nobody
        :raise UserError: more than 2000 leads
        """
        if not self.env.su and not self.env.user._crm_has_group(
            "crm_base.group_manager"
        ):
            raise AccessError(self.env._("Leads are dealt out by managers."))
        if len(self) > ASSIGN_LIMIT:
            raise UserError(
                self.env._("Assign up to %(limit)s leads at once.", limit=ASSIGN_LIMIT)
            )
        leads = self.exists()._filtered_access("write")
        leads = leads.filtered(lambda lead: lead._crm_waits())
        return self.env["crm.lead.assign.rule"]._crm_assign_by_hand(leads, len(self))

    def action_assign_now(self):
        """Give the chosen leads to people, by the rules.

        :return: the action (dict) that says how many
        :raise AccessError: when you lead nobody
        """
        result = self.assign_by_rules()
        return self.env["crm.lead.assign.rule"]._crm_say(result)

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_assignable_domain(self):
        """Hook: return the domain of the leads that rules may give to people.

        Open leads that nobody has. For addons that keep leads for something else: call
        ``super()`` and AND your own domain to it. The domain is searched, and asked of
        leads in memory.
        """
        return Domain(
            [
                ("type", "=", "lead"),
                ("active", "=", True),
                ("user_id", "=", False),
                ("lead_state", "in", ["new", "working"]),
            ]
        )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_waits(self):
        """Return whether rules may give this lead to somebody (bool)."""
        self.ensure_one()
        # sudo: whoever takes a lead in need not see it
        return bool(self.sudo().filtered_domain(self._crm_assignable_domain()))

    def _crm_change_lead_owner(self, user, kind, reason="", *, values=None, **extra):
        # whoever gets a lead by another way does not have it by a rule
        return super()._crm_change_lead_owner(
            user,
            kind,
            reason,
            values={"assign_rule_id": False, **(values or {})},
            **extra,
        )

    def _crm_move_activities(self, user):
        """Give what the leader of its team had to do about a lead to its new owner."""
        # sudo: whoever may give the lead away gives what hangs on it
        activities = self.env["mail.activity"].sudo()
        activities = activities.search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        leaders = {lead.id: lead.team_id.user_id for lead in self.sudo()}
        moving = activities.filtered(
            lambda activity: (
                activity.user_id != user
                and activity.user_id == leaders[activity.res_id]
            )
        )
        if moving:
            moving.with_context(mail_activity_quick_update=True).write(
                {"user_id": user.id}
            )

    # ------------------------------------------------------------
    # ODOO
    # ------------------------------------------------------------

    def _assign_userless_lead_in_team(self, creation_source):
        # what a rule of ours will give to somebody is not the team leader's
        taken = self.env["crm.lead.assign.rule"]._crm_awaited(self)
        return super(CrmLead, self - taken)._assign_userless_lead_in_team(
            creation_source
        )
