from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.crm_base.tools.arguments import as_id

# Up to this many leads in one go, each tells its followers on its own.
CHATTER_LIMIT = 50


class CrmLead(models.Model):
    """Who has a lead. Every change of owner, through whatever door, ends in
    :meth:`_crm_change_lead_owner`: permission, hook for caps, ledger row.
    """

    _inherit = "crm.lead"

    owner_since = fields.Datetime("Owned Since", readonly=True, copy=False)
    owner_move_ids = fields.One2many("crm.owner.move", "lead_id", "Ownership Ledger")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    def _compute_team_id(self):
        """Ask for the team of an owner once, not once for every lead."""
        alike = self.grouped(lambda lead: (lead.user_id, lead.type, lead.team_id))
        firsts = self.browse().union(*(leads[:1] for leads in alike.values()))
        result = super(CrmLead, firsts)._compute_team_id()
        for leads in alike.values():
            leads[1:].team_id = leads[:1].team_id
        return result

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._crm_start_lead_ownership()
        return leads

    def write(self, vals):
        if "user_id" not in vals or "owner_since" in vals:
            return super().write(vals)
        user_id = vals["user_id"]
        if isinstance(user_id, models.BaseModel):
            # server code may write records, the API writes ids
            user_id = user_id.id
        moving = self.filtered(lambda lead: lead.user_id.id != (user_id or False))
        if not moving:
            return super().write(vals)
        # a hand-over of everything has been checked by whoever makes it
        is_handover = self._crm_in_workflow()
        if not is_handover:
            moving.check_access("write")
        # the team goes along with the owner, and is worked out from it when not given
        team = {"team_id": vals["team_id"]} if "team_id" in vals else {}
        rest = {
            name: value
            for name, value in vals.items()
            if name != "user_id" and name not in team
        }
        if rest:
            super().write(rest)
        if team and self - moving:
            super(CrmLead, self - moving).write(team)
        moving._crm_change_lead_owner(
            self.env["res.users"].browse(user_id or ()),
            "handover" if is_handover else "transfer",
            values=team,
        )
        return True

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_transfer(self, user_id, reason=""):
        """Move leads to another owner, with their planned follow-ups.

        :param int user_id: the new owner
        :param str reason: kept in the ledger
        :return: dict with ``batch_id`` (str) and ``moved`` (int)
        :raise AccessError: when one of the leads is not yours to move
        :raise UserError: when the new owner cannot own leads
        """
        self.check_access("write")
        user = self.env["res.users"].browse(as_id(user_id)).exists()
        if not user:
            raise UserError(self.env._("Choose the colleague who takes over."))
        batch_id = uuid4().hex
        moving = self.filtered(lambda lead: lead.user_id != user)
        moving._crm_change_lead_owner(user, "transfer", reason, batch_id=batch_id)
        return {"batch_id": batch_id, "moved": len(moving)}

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_change_lead_owner(self, user, kind, reason="", *, values=None, **extra):
        """Move leads to another owner: the one engine of all doors.

        The caller has checked that whoever acts may move them.

        :param user: res.users record, empty to leave them without owner
        :param str kind: kind of the ledger rows
        :param str reason: reason of the ledger rows
        :param dict values: written together with the owner, such as ``team_id``; an
            undo gives ``owner_since`` back
        :param extra: further values of the ledger rows, such as ``batch_id``
        :return: the ledger rows
        """
        if not self:
            return self.env["crm.owner.move"]
        if user and self._crm_is_suite_user():
            user._crm_check_can_own()
        self._crm_lock_leads()
        former = {lead.id: lead.user_id for lead in self}
        self._crm_check_lead_owner_change(user, kind)
        # sudo: the new owner is out of the old one's reach as soon as it is written
        movers = self.sudo()._crm_workflow()
        if len(self) > CHATTER_LIMIT:
            movers = movers.with_context(
                tracking_disable=True, mail_auto_subscribe_no_notify=True
            )
        movers.write(
            {
                "user_id": user.id,
                "owner_since": user and fields.Datetime.now(),
                **(values or {}),
            }
        )
        # what follows from the owner is worked out before the lead is out of reach
        movers.flush_recordset()
        self._crm_hand_over_plans(user, former)
        return self.env["crm.owner.move"]._crm_log_leads(
            self,
            kind,
            user,
            {lead_id: owner.id for lead_id, owner in former.items()},
            reason,
            **extra,
        )

    def _crm_hand_over_plans(self, user, former):
        """Give the new owner what former ones planned: follow-ups, activities."""
        owners = self.env["res.users"].union(*former.values()) - user
        if not user or not owners:
            return
        # sudo: whoever may move the lead moves what hangs on it
        plans = self.env["crm.followup"].sudo()
        plans = plans.search(
            [
                ("lead_id", "in", self.ids),
                ("state", "=", "planned"),
                ("user_id", "in", owners.ids),
            ]
        )
        # a colleague's plan on somebody else's lead stays with the colleague
        plans = plans.filtered(lambda plan: plan.user_id == former[plan.lead_id.id])
        # the hand-over is told once, not once for every plan
        plans.with_context(mail_auto_subscribe_no_notify=True)._crm_workflow().write(
            {"user_id": user.id}
        )
        # sudo: as above
        activities = self.env["mail.activity"].sudo()
        activities = activities.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("user_id", "in", owners.ids),
            ]
        )
        activities.filtered(
            lambda activity: activity.user_id == former[activity.res_id]
        ).with_context(mail_activity_quick_update=True).write({"user_id": user.id})

    def _crm_lock_leads(self):
        """Wait until no other transaction moves these leads, and lock them.

        Whoever waited for a change that was committed gets a serialization error, which
        Odoo answers by running the call again on the new state.
        """
        self.flush_recordset(["user_id"])
        self.env.execute_query(
            SQL(
                "SELECT id FROM crm_lead WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["user_id"])

    def _crm_check_lead_owner_change(self, user, kind):
        """Hook: refuse a change of owner (caps, exclusions), by raising UserError.

        Called with the leads locked, for every door.

        :param user: res.users record, empty when the leads go to nobody
        :param str kind: kind of the ledger row to come
        """

    def _crm_start_lead_ownership(self):
        """Open the ledger of new leads that have an owner."""
        for user, leads in self.grouped("user_id").items():
            if not user:
                continue
            if self._crm_is_suite_user():
                user._crm_check_can_own()
            leads._crm_check_lead_owner_change(user, "create")
            # sudo: the ledger is kept by the system
            leads.sudo()._crm_workflow().write({"owner_since": fields.Datetime.now()})
            self.env["crm.owner.move"]._crm_log_leads(leads, "create", user)
