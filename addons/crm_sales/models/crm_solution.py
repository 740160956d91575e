from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty


class CrmSolution(models.Model):
    """What we propose to a customer, version by version.

    A version that was presented stays as the customer has seen it; a change is a new
    version.
    """

    _name = "crm.solution"
    _description = "Solution"
    _inherit = ["crm.lead.part.mixin", "crm.attached.mixin"]
    _order = "lead_id, version desc, id desc"

    name = fields.Char("Solution", required=True)
    version = fields.Integer(default=1, readonly=True, copy=False, aggregator="max")
    template_id = fields.Many2one(
        "crm.solution.template", ondelete="set null", index="btree_not_null"
    )
    summary = fields.Char()
    body = fields.Html("Solution Text")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("presented", "Presented"),
            ("accepted", "Accepted by the Customer"),
            ("replaced", "Replaced"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    presented_at = fields.Datetime("Presented On", readonly=True, copy=False)
    accepted_at = fields.Datetime("Accepted On", readonly=True, copy=False)
    need_ids = fields.One2many("crm.need", "solution_id", "Needs It Answers")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("name", "version")
    def _compute_display_name(self):
        for solution in self:
            solution.display_name = f"{solution.name or ''} V{solution.version}"

    @api.onchange("template_id")
    def _onchange_template_id(self):
        """Begin with the text of the template, unless something is written already."""
        self.update(self._crm_from_template(self.template_id))

    def _crm_from_template(self, template):
        """Return what a template fills in (dict) of what is still empty."""
        values = {}
        if template:
            for name in ("name", "summary"):
                if not self[name]:
                    values[name] = template[name]
            if is_html_empty(self.body):
                values["body"] = template.body
        return values

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "accepted_at",
            "presented_at",
            "state",
            "version",
        }

    @api.model_create_multi
    def create(self, vals_list):
        templates = self.env["crm.solution.template"]
        for vals in vals_list:
            # over the API and from files, as in the form
            template = templates.browse(vals.get("template_id") or ())
            if template:
                vals.setdefault("name", template.name)
                vals.setdefault("summary", template.summary)
                vals.setdefault("body", template.body)
        solutions = super().create(vals_list)
        for solution in solutions if not self._crm_in_workflow() else ():
            if solution.template_id and not solution.attachment_ids:
                solution._crm_copy_files(solution.template_id)
        return solutions

    def write(self, vals):
        if not self._crm_in_workflow() and {"body", "file_ids", "name"}.intersection(
            vals
        ):
            self._crm_check_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_presented(self):
        if not self.env.su:
            self._crm_check_state("draft")

    def _crm_check_state(self, state):
        """Refuse solutions that are in another state."""
        if any(solution.state != state for solution in self):
            raise UserError(
                self.env._(
                    "The customer has seen this version, so it stays as it is. Make a"
                    " new version of it."
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_present(self):
        """Note that the customer has been shown these; they do not change any more.

        :return: True
        :raise UserError: one of them was presented before
        """
        return self._crm_go("draft", "presented", "presented_at")

    def action_accept(self):
        """Note that the customer agreed; the needs that they answer are met.

        :return: True
        :raise UserError: one of them has not been presented
        """
        self._crm_go("presented", "accepted", "accepted_at")
        self.need_ids.filtered(lambda need: need.state == "open").state = "met"
        return True

    def _crm_go(self, state, to_state, date_field):
        """Take solutions from one state to the next, with the time."""
        self.check_access("write")
        self._crm_lock()
        if any(solution.state != state for solution in self):
            raise UserError(
                self.env._("Only a solution that was not yet seen can be presented.")
                if to_state == "presented"
                else self.env._("Only a solution that was presented can be accepted.")
            )
        return self._crm_workflow().write(
            {"state": to_state, date_field: fields.Datetime.now()}
        )

    def action_new_version(self):
        """Begin the next version of a solution that the customer has seen.

        :return: the action (dict) that opens it
        :raise UserError: it is a draft still, or there is a newer version
        """
        self.ensure_one()
        self.check_access("write")
        self._crm_lock()
        if self.state not in ("presented", "accepted"):
            raise UserError(
                self.env._("Change the draft itself; nobody has seen it yet.")
            )
        opened = self._crm_workflow()
        draft = opened.copy({"version": self.version + 1, "name": self.name})
        draft._crm_copy_files(self)
        opened.write({"state": "replaced"})
        opened.need_ids.solution_id = draft
        return draft.action_open()

    def action_open(self):
        """Open this solution in its form; return the action (dict)."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
        }
