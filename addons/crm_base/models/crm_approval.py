from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

PENDING, APPROVED, REJECTED, WITHDRAWN = "pending", "approved", "rejected", "withdrawn"


class CrmApproval(models.Model):
    """A document that somebody submitted, and what became of it.

    Written by its methods alone, never deleted: an approval outlives its document.
    """

    _name = "crm.approval"
    _description = "Approval"
    _inherit = ["mail.thread", "crm.sealed.mixin"]
    _order = "submitted_at desc, id desc"
    _systray_view = "kanban"
    _mail_post_access = "read"

    name = fields.Char("Document", required=True)
    res_model = fields.Char("Document Model", required=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", required=True, index=True
    )
    model_label = fields.Char("Kind of Document", compute="_compute_model_label")
    rule_id = fields.Many2one(
        "crm.approval.rule", index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="set null"
    )
    requester_id = fields.Many2one(
        "res.users", "Submitted By", required=True, index=True, ondelete="restrict"
    )
    owner_id = fields.Many2one(
        "res.users", "In Charge", required=True, index=True, ondelete="restrict"
    )
    submitted_at = fields.Datetime("Submitted On", required=True, index=True)
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency", required=True)
    discount = fields.Float("Discount (%)", digits=(5, 2))
    note = fields.Text("Remark", help="What whoever submitted it said.")
    summary = fields.Json(help="What is to be approved, as it was when submitted.")
    summary_html = fields.Html("Content", compute="_compute_summary_html")
    snapshot = fields.Json(help="Every value that is approved.", exportable=False)
    fingerprint = fields.Char(help="SHA-256 of what is approved.", exportable=False)
    needs_reason = fields.Boolean()
    state = fields.Selection(
        [
            (PENDING, "To Be Approved"),
            (APPROVED, "Approved"),
            (REJECTED, "Rejected"),
            (WITHDRAWN, "Withdrawn"),
        ],
        required=True,
        default=PENDING,
    )
    decided_at = fields.Datetime("Handled On")
    decided_by_id = fields.Many2one(
        "res.users", "Handled By", index="btree_not_null", ondelete="restrict"
    )
    decision_note = fields.Text("Reason")
    step_ids = fields.One2many("crm.approval.step", "approval_id", "Approvers")
    log_ids = fields.One2many("crm.approval.log", "approval_id", "History")
    # how long the log is and how it ends: rows that vanish from its end are missed
    log_count = fields.Integer(exportable=False)
    log_hash = fields.Char(exportable=False)
    turn_name = fields.Char("Approval Level")
    deadline_at = fields.Datetime("Decide By", index="btree_not_null")
    waiting_user_ids = fields.Many2many(
        "res.users",
        "crm_approval_waiting_rel",
        "approval_id",
        "user_id",
        "Waiting For",
        help="Who may decide now, deputies included.",
    )
    involved_user_ids = fields.Many2many(
        "res.users", "crm_approval_involved_rel", "approval_id", "user_id", "Involved"
    )
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_overdue")
    can_decide = fields.Boolean(compute="_compute_can")
    can_withdraw = fields.Boolean(compute="_compute_can")

    _one_pending = models.UniqueIndex(
        "(res_model, res_id) WHERE state = 'pending'",
        "This has been submitted already.",
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("res_model")
    @api.depends_context("lang")
    def _compute_model_label(self):
        for approval in self:
            # sudo: what a model is called is no secret
            model = self.env["ir.model"].sudo()._get(approval.res_model)
            approval.model_label = model.name

    @api.depends("summary")
    def _compute_summary_html(self):
        for approval in self:
            approval.summary_html = self.env["ir.qweb"]._render(
                "crm_base.approval_summary", {"rows": approval.summary or []}
            )

    @api.depends("deadline_at", "state")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for approval in self:
            approval.is_overdue = bool(
                approval.state == PENDING
                and approval.deadline_at
                and approval.deadline_at < now
            )

    def _search_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = Domain("state", "=", PENDING) & Domain("deadline_at", "<", "now")
        return overdue if True in value else ~overdue

    @api.depends_context("uid")
    @api.depends("state", "waiting_user_ids", "requester_id")
    def _compute_can(self):
        user = self.env.user
        for approval in self:
            waiting = approval.state == PENDING
            approval.can_decide = waiting and user in approval.waiting_user_ids
            approval.can_withdraw = waiting and approval._crm_may_withdraw(user)

    def _crm_may_withdraw(self, user):
        # sudo: whose document it is
        approval = self.sudo()
        return user in (approval.requester_id, approval.owner_id)

    def _crm_sealed_message(self):
        return self.env._("Submit the document itself, by its button.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise AccessError(self.env._("Approvals are kept for ever."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_document(self):
        """Open the document.

        :return: an action (dict)
        :raise UserError: when it was deleted
        """
        self.ensure_one()
        self.check_access("read")
        document = self._crm_document()
        if not document:
            raise UserError(self.env._("This was deleted in the meantime."))
        document.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    @api.model
    def get_inbox_count(self):
        """Return how many documents wait for the caller's decision (int).

        :return: a number of approvals
        """
        if not self.has_access("read"):
            return 0
        return self.search_count(self._crm_inbox_domain())

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_inbox_domain(self):
        return Domain("state", "=", PENDING) & Domain(
            "waiting_user_ids", "in", self.env.user.ids
        )

    def _crm_document(self):
        """Return the document, an empty record if it or its addon is gone."""
        self.ensure_one()
        if self.res_model not in self.env["crm.approval.rule"]._crm_models():
            return self.browse()
        return self.env[self.res_model].browse(self.res_id).exists()

    def _crm_tell(self, users, subject):
        """Write to colleagues about this approval."""
        self.ensure_one()
        if users := users - self.env.user:
            self.message_notify(
                # sudo: the addresses of colleagues
                partner_ids=users.sudo().partner_id.ids,
                subject=subject,
                body=self.name,
            )
