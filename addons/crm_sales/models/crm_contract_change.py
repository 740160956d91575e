from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, html2plaintext

from ..tools import contract_diff
from .crm_contract import APPROVED, CANCELLED, DRAFT, LIVE, REVIEW

PARTS = ("party_ids", "line_ids", "collection_plan_ids", "delivery_plan_ids")
# lines before what refers to them
CHANGED_FIELDS = (
    "name",
    "type_id",
    "date_start",
    "date_end",
    "sign_place",
    "delivery_place",
    "currency_note",
    "payment_terms",
    "amount_total",
    "body",
)
# what a contract and its changes have in common for good
FIXED_FIELDS = ("partner_id", "company_id", "currency_id")


class CrmContract(models.Model):
    """Changes of what is signed: written, reviewed and signed like a contract.

    A change is a draft of the whole contract in its next version. Only when it is
    signed does the contract itself change; until then everybody sees and counts what
    is in force.
    """

    _inherit = "crm.contract"

    origin_id = fields.Many2one(
        "crm.contract",
        "Changes the Contract",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )
    change_ids = fields.One2many("crm.contract", "origin_id", "Changes")
    change_reason = fields.Char("Reason of the Change", copy=False)
    changes_html = fields.Html("What Changes", compute="_compute_changes_html")
    version_ids = fields.One2many(
        "crm.contract.version", "contract_id", "Versions", readonly=True
    )

    _one_change = models.UniqueIndex(
        "(origin_id) WHERE state IN ('draft', 'review', 'approved')",
        "A change of this contract is under way already.",
    )

    @api.depends("origin_id", *CHANGED_FIELDS, *PARTS)
    @api.depends_context("lang")
    def _compute_changes_html(self):
        table = self.env["crm.contract.version"]._crm_changes_table
        for contract in self:
            is_open = contract.origin_id and contract.state in (DRAFT, REVIEW, APPROVED)
            contract.changes_html = table(contract._crm_changes()) if is_open else False

    @api.constrains("origin_id", *FIXED_FIELDS)
    def _check_fixed(self):
        for contract in self:
            origin = contract.origin_id
            if origin and any(contract[name] != origin[name] for name in FIXED_FIELDS):
                raise ValidationError(
                    self.env._(
                        "Customer, company and currency of a signed contract stay."
                        " Terminate it and make another one."
                    )
                )

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {"origin_id"}

    def _crm_missing(self):
        missing = super()._crm_missing()
        if self.origin_id:
            if not self.change_reason:
                missing.append(self.env._("Give the reason of the change."))
            if not self._crm_changes():
                missing.append(self.env._("Nothing is changed."))
            missing += self._crm_delivered_more()
        return missing

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_change(self, reason=""):
        """Begin a change of a contract in force, or open the one that is under way.

        :param str reason: why
        :return: the action (dict) that opens the change
        :raise AccessError: somebody else's contract
        :raise UserError: not in force
        """
        self.ensure_one()
        self._crm_check_step(LIVE, self.env._("Only what is in force can be changed."))
        self._crm_check_genuine()
        change = self._crm_open_changes()
        if not change:
            values = {
                **self._crm_copy_values(),
                "change_reason": reason[:500] if isinstance(reason, str) else False,
                "number": f"{self.number}-{self.version + 1}",
                "version": self.version + 1,
                "origin_id": self.id,
                "party_ids": False,
            }
            # one that was just given up is none any more
            self.flush_model(["state"])
            change = self._crm_workflow().create(self._crm_free_number(values))
            change.party_ids._crm_workflow().unlink()
            self._crm_copy_parts(change, is_change=True)
        return change._crm_open_form()

    def _crm_open_form(self):
        """Return the action (dict) that opens this contract."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_open_changes(self):
        """Return the changes of these contracts that are under way."""
        # sudo: they hang on contracts that the user has in hand
        return (
            self.sudo()
            .change_ids.filtered(
                lambda change: change.state in (DRAFT, REVIEW, APPROVED)
            )
            .sudo(False)
        )

    def _crm_cancel_changes(self):
        """Give up the changes under way of contracts that end."""
        # sudo: whoever ends the contract ends them, whose ever they are
        changes = self._crm_open_changes().sudo()
        reason = self.env._("The contract has ended.")
        changes._crm_review_end(reason)
        changes._crm_step("cancel", {"state": CANCELLED, "end_reason": reason}, reason)

    @api.model
    def _crm_free_number(self, values):
        """Return values with a number that is free: of a change given up before."""
        # sudo: numbers are unique in the company, whoever sees what
        contracts = self.sudo()
        number, count = values["number"], 1
        company = ("company_id", "=", values["company_id"])
        while contracts.search_count([company, ("number", "=", values["number"])]):
            count += 1
            values["number"] = f"{number}.{count}"
        return values

    def _crm_copy_values(self):
        """Return the values (dict) of a draft like this contract, without its parts."""
        self.ensure_one()
        names = (*CHANGED_FIELDS, *FIXED_FIELDS, "user_id", "team_id", "lang")
        names += ("template_id", "opportunity_id")
        return {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in names
        }

    def _crm_copy_parts(self, target, is_change=False):
        """Copy the parts of this contract to another one.

        :param target: crm.contract
        :param bool is_change: whether rows remember what they were copied from
        """
        lines = {}
        for part in PARTS:
            for row in self[part]:
                values = {"contract_id": target.id, "sequence": row.sequence}
                for name in row._crm_part_fields:
                    values[name] = row._fields[name].convert_to_write(row[name], row)
                if part == "delivery_plan_ids":
                    values["line_id"] = lines.get(row.line_id.id, False)
                if is_change:
                    values["origin_id"] = row.id
                copied = row.browse()._crm_workflow().create(values)
                if part == "line_ids":
                    lines[row.id] = copied.id

    def _crm_delivered_more(self):
        """Return what a change leaves out although it is delivered, a list of str."""
        kept = {plan.origin_id: plan for plan in self.delivery_plan_ids}
        # sudo: the plan of the contract that the change belongs to
        return [
            self.env._(
                "Of “%(plan)s” %(quantity)s are delivered already.",
                plan=plan.name,
                quantity=plan.delivered_quantity,
            )
            for plan in self.sudo().origin_id.delivery_plan_ids
            if plan.delivered_quantity > (kept[plan].quantity if plan in kept else 0)
        ]

    def _crm_apply_changes(self):
        """Let signed changes come into force."""
        for change in self:
            # sudo: whoever signs a change may be in charge of the change alone
            origin = change.sudo().origin_id
            origin._crm_lock(allow_referencing=True)
            if origin.state not in LIVE:
                raise UserError(self.env._("The contract is not in force any more."))
            obstacles = change._crm_delivered_more()
            if obstacles:
                raise UserError("\n".join(obstacles))
            changes, amount = change._crm_changes(), origin.amount_total
            change.sudo()._crm_write_origin(origin._crm_workflow())
            origin._crm_keep_versions(change, changes, amount)
            origin._crm_log("change", change.change_reason or "")
            origin._crm_refresh_facts()
            origin._crm_recheck_reminders()

    def _crm_write_origin(self, origin):
        """Write this change into the contract that it changes."""
        lines = {}
        for part in PARTS:
            rows = self[part]
            gone = origin[part] - rows.origin_id
            for row in rows:
                values = {"sequence": row.sequence}
                for name in row._crm_part_fields:
                    values[name] = row._fields[name].convert_to_write(row[name], row)
                if part == "delivery_plan_ids":
                    values["line_id"] = lines.get(row.line_id.id, False)
                target = row.origin_id._crm_workflow()
                if target:
                    target.write(values)
                else:
                    values["contract_id"] = origin.id
                    target = row.browse()._crm_workflow().create(values)
                if part == "line_ids":
                    lines[row.id] = target.id
            gone._crm_workflow().unlink()
        values = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in CHANGED_FIELDS
        }
        origin.write({**values, "version": self.version, "text": self.text})

    def _crm_keep_versions(self, change=None, changes=(), amount_before=0):
        """Write down contracts as they are in force from now on."""
        Version = self.env["crm.contract.version"]
        author = Version._crm_log_author()
        # sudo: nobody has the right to create rows; a change is signed for its contract
        contracts = self.sudo()
        Version.sudo()._crm_workflow().create(
            [
                {
                    **author,
                    "contract_id": contract.id,
                    "change_id": change.id if change else False,
                    "version": contract.version,
                    "reason": change.change_reason if change else False,
                    "snapshot": contract._crm_snapshot(),
                    "changes": list(changes),
                    "currency_id": contract.currency_id.id,
                    "amount": contract.amount_total,
                    "amount_before": amount_before,
                    "amount_delta": contract.currency_id._convert(
                        contract.amount_total - amount_before,
                        contract.company_id.currency_id,
                        contract.company_id,
                        (change or contract).date_sign,
                    ),
                    "date_signed": (change or contract).date_sign,
                    "owner_id": contract.user_id.id,
                    "team_id": contract.team_id.id,
                    "partner_id": contract.partner_id.id,
                    "company_id": contract.company_id.id,
                }
                for contract in contracts
            ]
        )

    def _crm_changes(self):
        """Return what this change changes, a list as of ``contract_diff``."""
        self.ensure_one()
        # sudo: the contract that it changes has the same customer and is seen with it
        change = self.sudo()
        return contract_diff.changes(
            change.origin_id._crm_snapshot(), change._crm_snapshot(is_change=True)
        )

    def _crm_labelled_changes(self):
        """Return what this change changes, each with a ``label``, a list of dicts."""
        if not self.origin_id:
            return []
        label = self.env["crm.contract.version"]._crm_change_label
        return [{**change, "label": label(change)} for change in self._crm_changes()]

    def _crm_snapshot(self, is_change=False):
        """Return this contract as people read it, for ``contract_diff`` (dict).

        :param bool is_change: whether rows are called as those that they change
        """
        contract = self.with_context(lang=self.lang or self.env.lang)
        return {
            "fields": {name: contract._crm_shown(name) for name in CHANGED_FIELDS},
            "parts": {
                part: {
                    (row.origin_id.id if is_change else row.id) or f"+{row.id}": {
                        name: contract._crm_shown(name, row)
                        for name in row._crm_part_fields
                    }
                    for row in contract[part]
                }
                for part in PARTS
            },
        }

    def _crm_shown(self, name, record=None):
        """Return the value of a field as people read it (str)."""
        record = self if record is None else record
        field, value = record._fields[name], record[name]
        if field.type == "monetary":
            return self._crm_text_money(value)
        if field.type in ("float", "integer"):
            return f"{value:.10g}" if value else ""
        if field.type == "date":
            return format_date(self.env, value) if value else ""
        if field.type == "many2one":
            # sudo: what a contract in sight refers to is printed in it
            return value.sudo().display_name or ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "html":
            return html2plaintext(value or Markup(""), include_references=False)
        return value or ""

    @api.model
    def _crm_label(self, name, model=None):
        """Return what a field is called (str), in the user's language."""
        model = self if model is None else model
        if name not in model._fields:
            return name
        return model._fields[name]._description_string(self.env) or name
