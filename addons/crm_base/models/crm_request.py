from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmRequest(models.Model):
    """Something that somebody asks for and others approve: a seal, a sample, a price.

    For whatever has no document of its own.
    """

    _name = "crm.request"
    _description = "Request"
    _inherit = ["mail.thread", "crm.approval.mixin"]
    _order = "create_date desc, id desc"
    _crm_followers_in_scope = True
    _crm_recycle = True
    _crm_approval_amount = "amount"

    name = fields.Char("Subject", required=True, tracking=True)
    kind_id = fields.Many2one(
        "crm.dictionary",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("kind", "=", "request_kind")],
    )
    user_id = fields.Many2one(
        "res.users",
        "Requested By",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("is_crm_customer", "=", True)],
    )
    description = fields.Text("Reasons")
    amount = fields.Monetary(help="What it costs, in the company's currency.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_needed = fields.Date("Needed By")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    is_cancelled = fields.Boolean("Cancelled", copy=False)

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The amount cannot be negative."
    )

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {"is_cancelled"}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if any(request.approval_state != "none" for request in self):
            raise UserError(
                self.env._("What was submitted once is kept. Cancel the request.")
            )

    def action_cancel(self):
        """Cancel requests that nobody needs any more.

        :return: True
        :raise AccessError: by anybody who may not change them
        :raise UserError: while somebody is deciding on one
        """
        self.check_access("write")
        self._crm_approval_check_free()
        self._crm_workflow().write({"is_cancelled": True})
        return True

    def _crm_approval_check_ready(self):
        if self.is_cancelled:
            raise UserError(self.env._("This request was cancelled."))
        return super()._crm_approval_check_ready()

    def _crm_approval_summary(self):
        rows = [
            self._crm_approval_row(name)
            for name in ("kind_id", "date_needed", "description")
            if self[name]
        ]
        return super()._crm_approval_summary() + rows
