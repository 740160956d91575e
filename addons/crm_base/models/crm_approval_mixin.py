from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..tools.approval import Facts, covered_fields, snapshot_values
from ..tools.arguments import as_text
from .crm_approval import APPROVED, PENDING, REJECTED

OUTDATED, NONE = "outdated", "none"


class CrmApprovalMixin(models.AbstractModel):
    """Documents that somebody has to approve.

    While one is being approved nobody changes it, through any door; what was approved
    and is changed afterwards has to be approved again. A model names its fields by the
    attributes below, and overrides :meth:`_crm_approval_facts`,
    :meth:`_crm_approval_approved` and its like (docs/extension-points.md).
    """

    _name = "crm.approval.mixin"
    _description = "Can Be Approved"
    _inherit = ["crm.workflow.mixin"]

    # fields that rules look at; "" for none
    _crm_approval_amount = ""
    _crm_approval_discount = ""
    _crm_approval_owner = "user_id"
    _crm_approval_team = ""
    _crm_approval_partner = "partner_id"
    # fields that may be changed at any time: what nobody has to approve
    _crm_approval_free = frozenset()
    # whether the superior approves what no rule is for; otherwise nobody has to
    _crm_approval_without_rule = True

    approval_id = fields.Many2one(
        "crm.approval",
        "Last Approval",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    approval_ids = fields.One2many(
        "crm.approval",
        "res_id",
        "Approvals",
        domain=lambda self: [("res_model", "=", self._name)],
        copy=False,
        exportable=False,
    )
    # a method: choices in a list would be kept under this addon's name for models of
    # other addons, where neither their translations nor their uninstalling reach them
    approval_state = fields.Selection(
        "_selection_approval_state",
        "Approval",
        required=True,
        default=NONE,
        copy=False,
        index=True,
    )
    approval_can_decide = fields.Boolean(compute="_compute_approval_can")
    approval_can_withdraw = fields.Boolean(compute="_compute_approval_can")
    approval_waiting_for = fields.Char(
        "Waiting For", compute="_compute_approval_can", exportable=False
    )

    @api.depends_context("uid")
    @api.depends("approval_id.waiting_user_ids", "approval_id.state")
    def _compute_approval_can(self):
        for record in self:
            # sudo: whom a document waits for is told to whoever sees it
            approval = record.sudo().approval_id
            record.approval_can_decide = approval.can_decide
            record.approval_can_withdraw = approval.can_withdraw
            record.approval_waiting_for = ", ".join(
                approval.waiting_user_ids.mapped("name")
            )

    @api.model
    def _selection_approval_state(self):
        return [
            (NONE, self.env._("Not Submitted")),
            (PENDING, self.env._("Being Approved")),
            (APPROVED, self.env._("Approved")),
            (REJECTED, self.env._("Rejected")),
            (OUTDATED, self.env._("Changed Since")),
        ]

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {"approval_id", "approval_state"}

    def write(self, vals):
        concerned = not self._crm_in_workflow() and bool(
            self._crm_approval_covered().intersection(vals)
        )
        if concerned:
            self._crm_approval_check_free()
        result = super().write(vals)
        if concerned:
            self._crm_approval_note_changes()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_pending(self):
        self._crm_approval_check_free()

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_submit_approval(self, note=""):
        """Submit these documents to those who approve them.

        What nobody has to approve is approved at once.

        :param str note: what the approvers are told
        :return: True
        :raise AccessError: by anybody who may not change the document
        :raise UserError: when it was submitted or approved already, is not ready, or
            there is nobody who could approve it
        """
        self.check_access("write")
        self._crm_lock()
        self.invalidate_recordset(["approval_state"])
        for record in self:
            if record.approval_state == PENDING:
                raise UserError(self.env._("This has been submitted already."))
            if record.approval_state == APPROVED:
                raise UserError(self.env._("This is approved already."))
            record._crm_approval_check_ready()
            self.env["crm.approval"]._crm_submit(record, as_text(note))
        return True

    def action_withdraw_approval(self, reason=""):
        """Take documents back that nobody has decided on yet.

        :param str reason: for the history
        :return: True
        :raise AccessError: by anybody but whoever submitted it or is in charge of it
        :raise UserError: when it is not being approved
        """
        self._crm_approval_pending().action_withdraw(reason)
        return True

    def action_approval_approve(self, note=""):
        """Approve these documents, see ``crm.approval.action_approve``.

        :param str note: a remark for the history
        :return: True
        :raise AccessError: when it is somebody else's turn
        :raise UserError: when it is not being approved
        """
        self._crm_approval_pending().action_approve(note)
        return True

    def action_approval_reject(self, note=""):
        """Reject these documents, see ``crm.approval.action_reject``.

        :param str note: why
        :return: True
        :raise AccessError: when it is somebody else's turn
        :raise UserError: when it is not being approved, or without a reason
        """
        self._crm_approval_pending().action_reject(note)
        return True

    def action_ask_approval_reject(self):
        """Open the dialog that asks why.

        :return: an action (dict)
        """
        self.ensure_one()
        return self._crm_approval_pending().action_ask_reject()

    def action_open_approvals(self):
        """Open everything that was ever approved or rejected of this document.

        :return: an action (dict)
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_approval_action"
        )
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        action.update(domain=domain, context={})
        # sudo: how many there are; rules decide which of them are seen
        if self.sudo().approval_id and len(self.sudo().approval_ids) == 1:
            action.update(views=[(False, "form")], res_id=self.sudo().approval_id.id)
        return action

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    def _crm_approval_facts(self):
        """Hook: return what rules look at (Facts), for one document.

        By default from the fields that the model names. Amounts of another currency are
        the model's to convert. Call ``super()`` and ``_replace`` what differs.
        """
        owner = self._crm_approval_value("owner") or self.env.user
        # sudo: who stands above them is found out by the rules
        owner, requester = owner.sudo(), self.env.user.sudo()
        company = "company_id" in self._fields and self.company_id or self.env.company
        team = self._crm_approval_value("team")
        if not team:
            team = owner.crm_team_member_ids.crm_team_id[:1]
        return Facts(
            amount=self._crm_approval_value("amount") or 0.0,
            discount=self._crm_approval_value("discount") or 0.0,
            requester=requester,
            owner=owner,
            team=team.sudo(),
            company=company.sudo(),
        )

    @api.model
    def _crm_approval_sample(self, facts):
        """Hook: return the values (dict) of a document that is only assumed.

        :param dict facts: some of those of Facts
        """
        names = {
            "amount": self._crm_approval_amount,
            "discount": self._crm_approval_discount,
            "owner": self._crm_approval_owner,
            "team": self._crm_approval_team,
        }
        return {
            names[fact]: getattr(value, "id", value)
            for fact, value in facts.items()
            if names[fact]
        }

    def _crm_approval_name(self):
        """Hook: return what approvers call this document (str)."""
        return self.display_name

    def _crm_approval_summary(self):
        """Hook: return what approvers see of it, a list of ``[label, text]``.

        Those who may not open the document decide by it alone. Call ``super()``.
        """
        names = [
            self._crm_approval_partner,
            self._crm_approval_owner,
            self._crm_approval_amount,
            self._crm_approval_discount,
        ]
        return [
            self._crm_approval_row(name)
            for name in names
            if name and name in self._fields and self[name]
        ]

    def _crm_approval_row(self, name):
        """Return ``[label, text]`` of a field, for :meth:`_crm_approval_summary`."""
        field = self._fields[name]
        value = self[name]
        if field.relational:
            text = ", ".join(value.mapped("display_name"))
        elif field.type == "selection":
            text = dict(field._description_selection(self.env)).get(value, "")
        elif field.type == "monetary":
            text = tools.format_amount(
                self.env, value, self[field.get_currency_field(self)]
            )
        elif field.type == "date":
            text = tools.format_date(self.env, value)
        else:
            text = str(value)
        return [field._description_string(self.env), text]

    def _crm_approval_check_ready(self):
        """Hook: raise a UserError when this document cannot be submitted yet."""

    def _crm_approval_submitted(self, approval):
        """Hook: it was submitted. Called once, as the system (sudo, in the workflow).

        :param approval: crm.approval record
        """

    def _crm_approval_approved(self, approval):
        """Hook: all have approved. Called once, in the transaction of the last one.

        As the system (sudo, in the workflow). What it raises undoes the approval.

        :param approval: crm.approval record
        """

    def _crm_approval_rejected(self, approval):
        """Hook: somebody has rejected it, as for :meth:`_crm_approval_approved`.

        :param approval: crm.approval record
        """

    def _crm_approval_withdrawn(self, approval):
        """Hook: it was taken back, as for :meth:`_crm_approval_approved`.

        :param approval: crm.approval record
        """

    def _crm_approval_outdated(self, approval):
        """Hook: what was approved has been changed, and has to be approved again.

        :param approval: crm.approval record
        """

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_approval_value(self, fact):
        name = getattr(self, f"_crm_approval_{fact}")
        return self[name] if name else False

    def _crm_approval_partner_record(self):
        partner = self._crm_approval_value("partner")
        return partner or self.env["res.partner"]

    def _crm_approval_pending(self):
        """Return the approvals of these documents, of the current user.

        :raise UserError: when one of them is not being approved
        """
        self.check_access("read")
        # sudo: which approval it is; who may decide is asked there
        approvals = self.sudo().approval_id.sudo(False)
        if not self or any(record.approval_state == NONE for record in self.sudo()):
            raise UserError(self.env._("This was not submitted."))
        return approvals

    @api.model
    @tools.ormcache(cache="stable")
    def _crm_approval_covered(self):
        return covered_fields(self, self._crm_approval_free)

    @api.model
    @tools.ormcache(cache="stable")
    def _crm_approval_lines(self):
        """Return the one2many fields (tuple of str) that are approved along."""
        mixin = self.env.registry["crm.approval.line.mixin"]
        return tuple(
            name
            for name in sorted(self._crm_approval_covered())
            if self._fields[name].type == "one2many"
            and issubclass(self.env.registry[self._fields[name].comodel_name], mixin)
        )

    def _crm_approval_check_free(self):
        """Refuse to change what is being approved.

        :raise UserError: names the document and whom it waits for
        """
        # sudo: whether it is being approved
        for record in self.sudo():
            if record.approval_state == PENDING:
                raise UserError(
                    self.env._(
                        "%(name)s is being approved (waiting for %(users)s) and cannot"
                        " be changed. Withdraw it first.",
                        name=record.display_name,
                        users=record.approval_waiting_for,
                    )
                )

    def _crm_approval_line_check(self):
        """Refuse to change lines of what is being approved, but for the workflow."""
        if not self._crm_in_workflow():
            self._crm_approval_check_free()

    def _crm_approval_line_change(self):
        """Lines of these documents have come, gone or changed."""
        if not self._crm_in_workflow():
            self._crm_approval_check_free()
            self._crm_approval_note_changes()

    def _crm_approval_snapshot(self):
        """Return every value that is approved (dict, as JSON can hold it)."""
        # sudo: all of it, whoever may read it
        record = self.sudo()
        snapshot = snapshot_values(record, record._crm_approval_covered())[str(self.id)]
        lines = {
            name: snapshot_values(record[name], record[name]._crm_approval_covered())
            for name in record._crm_approval_lines()
        }
        facts = record._crm_approval_facts()
        return {
            "values": snapshot,
            "lines": lines,
            "amount": round(facts.amount, 2),
            "discount": round(facts.discount, 2),
        }

    def _crm_approval_differences(self, snapshot):
        """Return the labels (list of str) of what is not as in a snapshot.

        Fields that came or went with an upgrade since then do not count, nor does who
        is in charge: a hand-over changes nothing of what is approved.
        """
        now = self._crm_approval_snapshot()
        names = [
            name
            for name, value in now["values"].items()
            if name != self._crm_approval_owner
            and snapshot["values"].get(name, value) != value
        ]
        for name, lines in now["lines"].items():
            before = snapshot["lines"].get(name, lines)
            if before.keys() != lines.keys() or any(
                before[line_id].get(field, value) != value
                for line_id, values in lines.items()
                for field, value in values.items()
            ):
                names.append(name)
        labels = [self._fields[name]._description_string(self.env) for name in names]
        if not labels and any(
            now[name] != snapshot[name] for name in ("amount", "discount")
        ):
            labels.append(self.env._("Amount"))
        return labels

    def _crm_approval_note_changes(self):
        """Let what was approved and is changed be approved again."""
        # sudo: the approval of a document is the system's
        for record in self.sudo()._crm_workflow():
            approval = record.approval_id
            if record.approval_state == APPROVED and record._crm_approval_differences(
                approval.snapshot or {"values": {}, "lines": {}}
            ):
                record.write({"approval_state": OUTDATED})
                approval._crm_log("outdated")
                record._crm_approval_outdated(approval)
