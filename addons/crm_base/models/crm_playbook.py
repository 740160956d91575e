from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..tools.domains import parse_domain

REPLIED = ("reply", "followup")


class CrmPlaybook(models.Model):
    """A scheme of dated steps that records run through until somebody answers.

    Who enters and how is in ``crm_playbook_entry.py``, what a step does in
    ``crm_playbook_step_kinds.py``, how a record goes through them in
    ``crm_playbook_run_engine.py``.
    """

    _name = "crm.playbook"
    _description = "Playbook"
    _inherit = ["crm.workflow.mixin"]
    _order = "sequence, id"
    _crm_recycle = True

    name = fields.Char("Playbook", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    res_model = fields.Selection(
        "_selection_res_model",
        "For",
        required=True,
        default=lambda self: (self._crm_models() or [False])[0],
    )
    model_id = fields.Many2one("ir.model", compute="_compute_model_id")
    has_one_model = fields.Boolean(compute="_compute_has_one_model", exportable=False)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for all companies."
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible for It",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        index=True,
        help="Records start by themselves when this person may change them.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("paused", "Paused")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
    )
    started_at = fields.Datetime("Started On", readonly=True, copy=False)

    # Entry
    manual_by = fields.Selection(
        [
            ("all", "Everybody"),
            ("team", "The Team of the Responsible"),
            ("manager", "Managers and Above"),
            ("nobody", "Nobody, Only Automatically"),
        ],
        "Started by Hand By",
        required=True,
        default="team",
        help="Whoever starts it must also be allowed to change the record.",
    )
    auto_entry = fields.Selection(
        [
            ("none", "No"),
            ("new", "What Comes in from the Start on"),
            ("all", "Also What Is There Already"),
        ],
        "Start Automatically",
        required=True,
        default="none",
    )
    domain = fields.Char(
        "Which", default="[]", help="What starts by itself. Empty: everything open."
    )
    candidate_count = fields.Integer(
        "Would Start Now", compute="_compute_candidate_count", exportable=False
    )
    reentry = fields.Selection(
        [("never", "Never Again"), ("days", "After Some Days")],
        "Again",
        required=True,
        default="never",
        help="Whether a record that was in this playbook may start again.",
    )
    reentry_days = fields.Integer("Days until Again", default=90)

    # Exit
    stop_on_reply = fields.Boolean(
        "On a Reply",
        default=True,
        help="An e-mail or another message of the person, or an answered web form.",
    )
    stop_on_followup = fields.Boolean(
        "On an Effective Follow-up",
        default=True,
        help="Somebody of yours has talked to the person.",
    )
    exit_domain = fields.Char(
        "On a Condition",
        default="[]",
        help="It also stops when this is true of the record. Empty: never.",
    )

    # Hours
    workdays_only = fields.Boolean("Working Days Only", default=True)
    hour_from = fields.Float("Hours From", default=9.0)
    hour_to = fields.Float("Hours To", default=18.0)

    step_ids = fields.One2many("crm.playbook.step", "playbook_id", "Steps", copy=True)
    run_ids = fields.One2many("crm.playbook.run", "playbook_id", "Runs")
    run_count = fields.Integer("Started", compute="_compute_counts")
    running_count = fields.Integer("Running", compute="_compute_counts")
    replied_count = fields.Integer("Replied", compute="_compute_counts")
    won_count = fields.Integer(
        "Reached the Goal",
        compute="_compute_counts",
        help="Leads that were converted, opportunities that were won.",
    )

    _hours = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "The hours lie between 00:00 and 24:00, and begin before they end.",
    )
    _reentry_days_limit = models.Constraint(
        "CHECK (reentry_days BETWEEN 1 AND 3650)",
        "Between 1 and 3650 days lie before it may start again.",
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.model
    def _crm_models(self):
        """Return the names (list of str) of the models that run in playbooks."""
        names = self.env.registry.descendants(["crm.playbook.mixin"], "_inherit")
        return sorted(name for name in names if not self.env[name]._abstract)

    @api.model
    def _selection_res_model(self):
        # sudo: what a model is called is no secret
        Model = self.env["ir.model"].sudo()
        return [
            (name, self.env[name]._crm_playbook_title() or Model._get(name).name)
            for name in self._crm_models()
        ]

    @api.depends("res_model")
    def _compute_model_id(self):
        for playbook in self:
            playbook.model_id = self.env["ir.model"]._get(playbook.res_model)

    def _compute_has_one_model(self):
        self.has_one_model = len(self._crm_models()) < 2

    @api.depends(lambda self: self._crm_entry_fields())
    @api.depends_context("uid")
    def _compute_candidate_count(self):
        for playbook in self:
            playbook.candidate_count = (
                playbook._crm_count_candidates()
                if playbook.auto_entry != "none" and playbook.crm_can_write
                else 0
            )

    @api.depends("run_ids.state")
    @api.depends_context("uid")
    def _compute_counts(self):
        Run = self.env["crm.playbook.run"]
        found = {}
        domain = Domain("playbook_id", "in", self.ids)
        for playbook, state, reason, count in Run._read_group(
            domain, ["playbook_id", "state", "reason"], ["__count"]
        ):
            numbers = found.setdefault(playbook.id, [0, 0, 0, 0])
            numbers[0] += count
            numbers[1] += count * (state == "running")
            numbers[2] += count * (reason in REPLIED)
        for name in self._crm_models():
            Model = self.env[name]
            for playbook, count in Run._read_group(
                domain & Domain(Model._crm_playbook_won()),
                ["playbook_id"],
                [f"{Model._crm_playbook_field}:count_distinct"],
            ):
                found[playbook.id][3] += count
        for playbook in self:
            (
                playbook.run_count,
                playbook.running_count,
                playbook.replied_count,
                playbook.won_count,
            ) = found.get(playbook.id, (0, 0, 0, 0))

    @api.constrains("domain", "exit_domain", "res_model")
    def _check_domains(self):
        for playbook in self:
            for text in (playbook.domain, playbook.exit_domain):
                playbook._crm_check_domain(text)

    @api.constrains("res_model", "step_ids")
    def _check_res_model(self):
        self.step_ids._crm_check_model()

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {"user_id", "state", "started_at"}

    def write(self, vals):
        # sudo: whether there are runs, not whose
        if any(
            playbook[name] != vals[name] and playbook.sudo().run_ids
            for name in self._crm_target_fields().intersection(vals)
            for playbook in self
        ):
            raise UserError(
                self.env._("What a playbook is for stays once it has been started.")
            )
        result = super().write(vals)
        if not {"active", "state", "auto_entry"}.isdisjoint(vals):
            self.env.registry.clear_cache("stable")
        if "active" in vals and not vals["active"]:
            # sudo: nothing goes on in a playbook that is put away, whosoever it is
            runs = self.sudo().run_ids.filtered(lambda run: run.state == "running")
            runs._crm_stop("playbook")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: whether there are runs, not whose
        if self.sudo().run_ids:
            raise UserError(
                self.env._(
                    "A playbook that has been started keeps its history. Archive it"
                    " instead."
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_start(self):
        """Let playbooks begin, or go on after a pause.

        :return: True
        :raise AccessError: for those that are not yours to change
        :raise UserError: a playbook without steps
        """
        self.check_access("write")
        for playbook in self:
            if not playbook.step_ids:
                raise UserError(
                    self.env._(
                        "%(name)s has no steps yet. Add the first one.",
                        name=playbook.name,
                    )
                )
            playbook._crm_workflow().write(
                {
                    "state": "running",
                    # the clock of create_date, by which records are new
                    "started_at": playbook.started_at or self.env.cr.now(),
                }
            )
        self._crm_wake()
        return True

    def action_pause(self):
        """Hold playbooks: nothing starts and no step is done until they go on.

        :return: True
        :raise AccessError: for those that are not yours to change
        """
        self.check_access("write")
        running = self.filtered(lambda playbook: playbook.state == "running")
        running._crm_workflow().write({"state": "paused"})
        return True

    def action_open_runs(self):
        """Open what runs in this playbook; return the action (dict).

        The context ``crm_playbook_filter`` chooses a filter of the list.
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_playbook_run_action"
        )
        action["domain"] = [("playbook_id", "=", self.id)]
        chosen = self.env.context.get("crm_playbook_filter")
        known = ("running", "replied", "failed")
        action["context"] = {f"search_default_{chosen}": 1} if chosen in known else {}
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_wake(self, at=None):
        """Let the scheduler come at once, or at a time (datetime)."""
        # sudo: whoever starts something may call the scheduler
        self.env.ref("crm_base.ir_cron_playbook").sudo()._trigger(at)

    @api.model
    def _crm_target_fields(self):
        """Hook: return the names (frozenset) of fields that say what it is for."""
        return frozenset({"res_model"})

    @api.model
    def _crm_entry_fields(self):
        """Hook: return the names (list) of fields that say what starts by itself."""
        return ["auto_entry", "domain", "res_model", "state", "user_id"]

    def _crm_reaches(self):
        """Return whether a step writes to the person behind the record (bool)."""
        kinds = self.env["crm.playbook.step"]._crm_step_kinds()
        return any(
            kinds[step.kind].reaches for step in self.step_ids if step.kind in kinds
        )

    def _crm_check_domain(self, text):
        """Refuse what is no domain, or one by what its author may not search."""
        self.ensure_one()
        refusal = self.env._(
            "“%(playbook)s” cannot choose records like that: %(domain)s",
            playbook=self.name or "",
            domain=text or "",
        )
        try:
            # Odoo checks constraints as the system; this one is about the person
            self.env[self.res_model].sudo(False).search(parse_domain(text), limit=1)
        except AccessError:
            raise
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValidationError(refusal) from error
