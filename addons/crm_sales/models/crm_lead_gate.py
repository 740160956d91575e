from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Up to this many opportunities are named when several are refused at once.
NAMED = 5


class CrmLead(models.Model):
    """Conditions of stages. Nobody walks around them: they are asked after the values
    are written, within the same transaction, of whoever writes them, by whatever door.

    From one stage to a later one, the conditions of every stage on the way are asked,
    and what had to be done in every stage that is left behind.
    """

    _inherit = "crm.lead"

    next_stage_id = fields.Many2one(
        "crm.stage", compute="_compute_next_stage", exportable=False
    )
    stage_missing = fields.Text(
        "Missing for the Next Stage",
        compute="_compute_next_stage",
        exportable=False,
        help="What the next stage still asks.",
    )

    @api.depends("stage_id", "team_id", "type", "won_status")
    @api.depends_context("uid", "lang")
    def _compute_next_stage(self):
        for lead in self:
            stage = lead._crm_next_stage()
            lead.next_stage_id = stage
            # sudo: what is missing, of what the reader sees
            real = lead._origin.sudo()
            missing = real._crm_missing_ahead(stage) if real else []
            lead.stage_missing = "\n".join(missing)

    def _crm_next_stage(self):
        """Return the stage (crm.stage) that follows, empty at the end."""
        self.ensure_one()
        stages = self._crm_stages()
        if self.type != "opportunity" or self.won_status != "pending":
            return stages.browse()
        following = False
        for stage in stages:
            if following:
                return stage
            following = stage == self.stage_id
        return stages.browse()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_check_gates(self, kinds, step):
        """Refuse opportunities whose new stage asks more than they have.

        :param dict kinds: what happens to each of them
        :param StageStep step: what the call said
        :return: dict of those that pass conditions over to the text of these (str)
        :raise ValidationError: tells for each what is missing
        """
        skipped, refused = {}, {}
        for lead in self:
            missing = lead._crm_missing_on_step(kinds[lead], step)
            if not missing:
                continue
            if step.reason and lead.stage_id._crm_may_skip():
                skipped[lead] = "\n".join(missing)
            else:
                refused[lead] = missing
        if refused:
            raise ValidationError(self._crm_gate_message(refused, step))
        return skipped

    def _crm_missing_on_step(self, kind, step):
        """Return what is missing (list of str) for the step that was just made."""
        self.ensure_one()
        if kind in ("back", "lost"):
            return []
        is_new = kind in ("create", "convert")
        if kind == "process" and not step.is_chosen:
            # the team changed, and Odoo took the first stage of its process
            return []
        former = self.env["crm.stage"]
        if not is_new:
            former = self.last_stage_move_id.to_stage_id
        return self._crm_missing_for(former, self.stage_id)

    def _crm_missing_for(self, former, stage):
        """Return what is missing (list of str) on the way from one stage to another.

        :param former: crm.stage record, empty for the beginning
        :param stage: crm.stage record
        """
        self.ensure_one()
        if former == stage:
            return []
        stages = self._crm_stages()
        if stage not in stages:
            if not stages.gate_ids and not stages.stage_task_ids:
                return []
            return [
                self.env._("“%(stage)s” belongs to another process.", stage=stage.name)
            ]
        places = stages.ids
        end = places.index(stage.id)
        start = places.index(former.id) if former.id in places else -1
        missing = []
        for place in range(start, end):
            if place >= 0:
                missing += stages[place]._crm_tasks_missing(self)
            missing += stages[place + 1]._crm_gates_missing(self)
        return list(dict.fromkeys(missing))

    def _crm_missing_ahead(self, stage):
        """Return what a move to a stage (crm.stage) would miss (list of str)."""
        self.ensure_one()
        places = self._crm_stages().ids
        here = self.stage_id.id
        is_ahead = stage.id in places and (
            here not in places or places.index(here) < places.index(stage.id)
        )
        return self._crm_missing_for(self.stage_id, stage) if is_ahead else []

    @api.model
    def _crm_gate_message(self, refused, step):
        """Return the text (str) that refuses, by opportunity what is missing."""
        lines = []
        for lead, missing in list(refused.items())[:NAMED]:
            lines.append(
                self.env._(
                    "“%(name)s” cannot move to “%(stage)s” yet:",
                    name=lead.name,
                    stage=lead.stage_id.name,
                )
            )
            lines += [f"• {text}" for text in missing]
        if len(refused) > NAMED:
            more = len(refused) - NAMED
            lines.append(self.env._("… and %(count)s more.", count=more))
        if all(lead.stage_id._crm_may_skip() for lead in refused):
            lines.append(
                self.env._("You may skip this with a reason: use Move to Stage.")
            )
        return "\n".join(lines)

    def _crm_file_count(self):
        """Return how many files (int) hang on this opportunity."""
        self.ensure_one()
        return self.env["ir.attachment"].search_count(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", False),
            ]
        )

    def _crm_stage_followups(self):
        """Return what was done (crm.followup) since this entered its stage.

        While it is on its way to the next one, that is the stage being left.
        """
        self.ensure_one()
        since = self.last_stage_move_id.logged_at
        return self.followup_ids.filtered(
            lambda followup: (
                followup.state == "done"
                and followup.is_effective
                and (not since or followup.done_at >= since)
            )
        )

    def _crm_days_before(self):
        """Return for how many days (float) this was in the stage being left."""
        self.ensure_one()
        since = self.last_stage_move_id.logged_at
        if not since:
            return 0.0
        return (fields.Datetime.now() - since).total_seconds() / 86400
