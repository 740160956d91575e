from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.crm_base.tools.domains import parse_domain

from .crm_stage import ROLES


class CrmStageGate(models.Model):
    """One thing that must be so before an opportunity enters a stage."""

    _name = "crm.stage.gate"
    _description = "Stage Condition"
    _order = "stage_id, sequence, id"
    _crm_recycle = True
    _crm_recycle_parents = ("stage_id",)

    stage_id = fields.Many2one(
        "crm.stage", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("field", "Fields Are Filled In"),
            ("condition", "A Condition Holds"),
            ("attachment", "Files Are Attached"),
            ("followup", "Follow-ups Were Done"),
            ("dwell", "Time Has Passed"),
            ("role", "Only Certain People"),
        ],
        "Asks That",
        required=True,
        default="field",
    )
    field_ids = fields.Many2many(
        "ir.model.fields",
        "crm_stage_gate_field_rel",
        "gate_id",
        "field_id",
        "Fields",
        domain=[("model", "=", "crm.lead"), ("readonly", "=", False)],
        ondelete="cascade",
        # the fields of all models are not everybody's to list
        groups="crm_base.group_director",
    )
    domain = fields.Char("Condition", default="[]")
    message = fields.Char(
        translate=True, help="What people read when the condition does not hold."
    )
    count = fields.Integer("At Least", default=1)
    days = fields.Float(
        "Days in the Stage Before", help="How long it stays there at least."
    )
    role = fields.Selection(ROLES, "People", default="manager")
    summary = fields.Char("Text", compute="_compute_summary", compute_sudo=True)

    _count_positive = models.Constraint(
        "CHECK (count > 0)", "Ask for at least one file or follow-up."
    )
    _days_positive = models.Constraint(
        "CHECK (days >= 0)", "A number of days is not below zero."
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("kind", "field_ids", "message", "count", "days", "role")
    @api.depends_context("lang")
    def _compute_summary(self):
        for gate in self:
            gate.summary = gate._crm_text()

    @api.constrains("kind", "field_ids", "domain", "message")
    def _check_definition(self):
        for gate in self:
            if gate.kind == "field" and not gate.field_ids:
                raise ValidationError(
                    self.env._("Choose the fields that must be filled in.")
                )
            if gate.kind != "condition":
                continue
            if not gate.message:
                raise ValidationError(
                    self.env._("Say what people read when the condition does not hold.")
                )
            try:
                # Odoo checks constraints as the system; this one is about the person,
                # who must be allowed to search by the fields of the condition
                leads = self.env["crm.lead"].sudo(False)
                leads.search(gate._crm_domain(), limit=1)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise ValidationError(
                    self.env._(
                        "“%(message)s” is not a valid condition: %(error)s",
                        message=gate.message,
                        error=error,
                    )
                ) from error

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def copy_data(self, default=None):
        # Odoo reads what is copied, also what the reader may not list
        if not self._has_field_access(self._fields["field_ids"], "read"):
            default = {"field_ids": False, **(default or {})}
        return super().copy_data(default)

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_domain(self):
        """Return the condition (Domain) of this gate."""
        self.ensure_one()
        return Domain(parse_domain(self.domain))

    def _crm_text(self, names=None):
        """Return what this gate asks, in the words of whoever reads it (str).

        :param list names: of the fields that are empty, all by default
        """
        self.ensure_one()
        match self.kind:
            case "field":
                if names is None:
                    names = self.field_ids.mapped("field_description")
                return self.env._("Fill in: %(fields)s", fields=", ".join(names))
            case "condition":
                return self.message or ""
            case "attachment":
                return self.message or self.env._(
                    "Attach files: at least %(count)s", count=self.count
                )
            case "followup":
                return self.message or self.env._(
                    "Follow up in the stage before: at least %(count)s times",
                    count=self.count,
                )
            case "dwell":
                return self.env._(
                    "Stay in the stage before for at least %(days)g days",
                    days=self.days,
                )
        role = dict(self._fields["role"]._description_selection(self.env))
        return self.env._("Allowed to: %(role)s", role=role.get(self.role, ""))

    def _crm_missing(self, lead):
        """Return what this gate still asks of an opportunity (str), "" for nothing.

        :param lead: crm.lead record of the superuser, as it will be
        """
        self.ensure_one()
        match self.kind:
            case "field":
                empty = self.field_ids.filtered(lambda field: not lead[field.name])
                return (
                    self._crm_text(empty.mapped("field_description")) if empty else ""
                )
            case "condition":
                is_met = bool(lead.filtered_domain(self._crm_domain()))
            case "attachment":
                is_met = lead._crm_file_count() >= self.count
            case "followup":
                is_met = len(lead._crm_stage_followups()) >= self.count
            case "dwell":
                is_met = lead._crm_days_before() >= self.days
            case _:
                is_met = self.env.user._crm_has_group(f"crm_base.group_{self.role}")
        return "" if is_met else self._crm_text()
