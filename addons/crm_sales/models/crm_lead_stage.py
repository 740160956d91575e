from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_base.tools.arguments import as_id, as_text

from ..tools.stage_step import STEP_KEY, StageStep

# what a stage, or whether a deal is open, may follow from
CAUSES = frozenset(
    {
        "active",
        "automated_probability",
        "probability",
        "stage_id",
        "team_id",
        "type",
        "user_id",
    }
)

# Odoo's sales people without a role of ours have no history and no tasks to look at
SELLERS = "crm_base.group_salesperson"


class CrmLead(models.Model):
    """The history of stages. Whatever changes a stage ends in ``create`` or ``write``.

    A change of owner changes the team, and that the stage, without naming it; so what
    has changed is found by comparing an opportunity with the last row of its history,
    not by looking at the values that were written.
    """

    _inherit = "crm.lead"

    stage_move_ids = fields.One2many(
        "crm.stage.move", "lead_id", "Stage History", readonly=True, groups=SELLERS
    )
    last_stage_move_id = fields.Many2one(
        "crm.stage.move",
        "Last Step",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=SELLERS,
    )
    stage_note = fields.Text(
        copy=False, help="About the present stage; kept in the history when it ends."
    )
    stage_days = fields.Float(
        "Days in Stage", compute="_compute_stage_days", digits=(16, 1)
    )
    stage_skip_count = fields.Integer(
        "Skips", compute="_compute_stage_skip_count", groups=SELLERS
    )
    # how a reason gets through create and write: never stored here
    stage_skip_reason = fields.Char(
        "Reason for Skipping",
        store=False,
        copy=False,
        exportable=False,
        help="Why conditions of the new stage are passed over, by those who may.",
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("date_last_stage_update", "won_status")
    def _compute_stage_days(self):
        for lead in self:
            lead.stage_days = lead._crm_stage_age()

    @api.depends("stage_move_ids.is_skip")
    def _compute_stage_skip_count(self):
        counts = dict(
            self.env["crm.stage.move"]._read_group(
                [("lead_id", "in", self.ids), ("is_skip", "=", True)],
                ["lead_id"],
                ["__count"],
            )
        )
        for lead in self:
            lead.stage_skip_count = counts.get(lead._origin, 0)

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        reasons = [as_text(vals.get("stage_skip_reason")) for vals in vals_list]
        vals_list = [
            {name: value for name, value in vals.items() if name != "stage_skip_reason"}
            for vals in vals_list
        ]
        making = self.with_context(**StageStep().context())
        leads = super(CrmLead, making).create(vals_list).with_env(self.env)
        alike = {}
        for lead, reason in zip(leads, reasons, strict=True):
            alike.setdefault(reason, []).append(lead.id)
        for reason, ids in alike.items():
            self.browse(ids)._crm_note_stages(StageStep(frozenset(ids), True, reason))
        return leads

    def write(self, vals):
        vals = dict(vals)
        reason = as_text(vals.pop("stage_skip_reason", ""))
        if not CAUSES.intersection(vals):
            return super().write(vals) if vals else True
        leaving = self._crm_leaving(vals)
        outer = StageStep.of(self)
        step = StageStep(
            frozenset(self.ids),
            "stage_id" in vals,
            reason,
            {lead.id: lead.stage_note for lead in leaving},
            "stage_note" in vals,
        )
        if outer and not step.is_chosen and (step.ids <= outer.ids or not outer.ids):
            # part of a call that is being taken apart
            step = outer
        writing = self.with_context(**step.context())
        if leaving and leaving != self:
            # Odoo would restart the clocks of those that stay where they are
            rest = {name: value for name, value in vals.items() if name != "stage_id"}
            if rest:
                super(CrmLead, writing - leaving).write(rest)
            writing &= leaving
        result = super(CrmLead, writing).write(vals)
        self._crm_note_stages(step)
        return result

    def _crm_leaving(self, vals):
        """Return the opportunities (crm.lead) that these values take out of a stage."""
        if "stage_id" not in vals:
            return self.browse()
        return self.filtered(
            lambda lead: lead.stage_id.id != (vals["stage_id"] or False)
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_move_stage(self, stage_id, reason="", note=""):
        """Take opportunities to a stage.

        :param int stage_id: the stage, one of their process
        :param str reason: why conditions are passed over, from those who may do so
        :param str note: about the new stage
        :return: True
        :raise AccessError: when one of them is not yours to change
        :raise ValidationError: tells what is missing for the new stage
        """
        self.check_access("write")
        stage = self.env["crm.stage"].browse(as_id(stage_id)).exists()
        if not stage or any(stage not in lead._crm_stages() for lead in self):
            raise UserError(
                self.env._("Choose a stage of the process that this belongs to.")
            )
        vals = {"stage_id": stage.id, "stage_skip_reason": as_text(reason)}
        if as_text(note):
            vals["stage_note"] = as_text(note)
        return self.write(vals)

    def action_open_stage_change(self):
        """Open the dialog that takes opportunities to a stage; return the action."""
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sales.crm_stage_change_action"
        )
        action["context"] = {"default_lead_ids": self.ids}
        return action

    def action_open_stage_moves(self):
        """Open the stage history of this opportunity; return the action (dict)."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sales.crm_stage_move_action"
        )
        action["domain"] = [("lead_id", "=", self.id)]
        action["context"] = {}
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_stages(self):
        """Return the stages (crm.stage) of this opportunity's process, in order."""
        self.ensure_one()
        return self.env["crm.stage"]._crm_path(self.team_id)

    def _crm_stage_age(self):
        """Return for how many days (float) this has been in its stage."""
        self.ensure_one()
        since = self.date_last_stage_update or self.create_date
        if not since or self.won_status != "pending":
            return 0.0
        return (fields.Datetime.now() - since).total_seconds() / 86400

    def _crm_note_stages(self, step):
        """Write what has changed since the last row of the history, if anything.

        :param StageStep step: what the call said that may have changed something
        :raise ValidationError: conditions are not met, and not passed over
        """
        # sudo: the history is the system's, and tells of everybody's opportunities
        leads = self.sudo().with_context(**{STEP_KEY: None})
        leads = leads.filtered(
            lambda lead: (
                lead.type == "opportunity"
                # while it is being made, the end of create() tells
                and (step.ids or lead.last_stage_move_id)
            )
        )
        kinds = {lead: lead._crm_stage_event(step.is_chosen) for lead in leads}
        changed = leads.filtered(kinds.get)
        if not changed:
            return
        skipped = changed._crm_check_gates(kinds, step)
        # sudo: as above
        moves = self.env["crm.stage.move"].sudo()._crm_workflow()
        moves = moves.create(
            [
                lead._prepare_stage_move(kinds[lead], skipped.get(lead), step)
                for lead in changed
            ]
        )
        for lead, move in zip(changed, moves, strict=True):
            vals = {"last_stage_move_id": move.id}
            if move.kind in ("process", "reopen"):
                # Odoo starts the clock only when the stage was written itself
                vals["date_last_stage_update"] = move.logged_at
            if lead.stage_note and lead.id in step.notes and not step.is_noted:
                vals["stage_note"] = False
            # none of these is a cause of another step
            lead._crm_workflow().write(vals)
        changed._crm_make_stage_tasks()

    def _crm_stage_event(self, is_chosen):
        """Return what has happened since the last row (str), "" for nothing."""
        self.ensure_one()
        last, status = self.last_stage_move_id, self.won_status
        if not last:
            return "convert" if self.date_conversion else "create"
        if last.to_stage_id == self.stage_id and last.status == status:
            return ""
        if status != last.status:
            return {"won": "won", "lost": "lost"}.get(status, "reopen")
        if not is_chosen:
            return "process"
        places = self._crm_stages().ids
        was, becomes = last.to_stage_id.id, self.stage_id.id
        if was in places and becomes in places:
            return "back" if places.index(becomes) < places.index(was) else "move"
        return "process" if last.team_id != self.team_id else "move"

    def _prepare_stage_move(self, kind, skipped, step):
        """Return the values (dict) of the next row of the history.

        :param str kind: what has happened
        :param str skipped: the conditions that were passed over
        :param StageStep step: what the call said
        """
        self.ensure_one()
        last, now = self.last_stage_move_id, fields.Datetime.now()
        company = self.company_id or self.env.company
        stayed = (now - last.logged_at).total_seconds() / 86400 if last else 0
        return {
            **self.env["crm.stage.move"]._crm_log_author(),
            "lead_id": self.id,
            "lead_name": self.name,
            "kind": kind,
            "from_stage_id": last.to_stage_id.id,
            "from_name": last.to_stage_id.name,
            "to_stage_id": self.stage_id.id,
            "to_name": self.stage_id.name,
            "status": self.won_status,
            "stayed_days": stayed,
            "note": step.notes.get(self.id),
            "is_skip": bool(skipped),
            "skip_reason": step.reason if skipped else False,
            "skipped": skipped,
            "owner_id": self.user_id.id,
            "team_id": self.team_id.id,
            "company_id": self.company_id.id,
            "currency_id": company.currency_id.id,
            "amount": self.expected_revenue,
            "probability": self.probability,
        }
