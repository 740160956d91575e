from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmApprovalDelegation(models.Model):
    """Somebody decides on approvals for somebody else, for some time.

    Whoever delegates may go on deciding. A confirmed absence with a substitute works
    the same way, without this.
    """

    _name = "crm.approval.delegation"
    _description = "Delegation of Approvals"
    _order = "date_from desc, id desc"
    _rec_name = "delegate_id"
    _crm_recycle = True
    _crm_change_log = True

    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    delegate_id = fields.Many2one(
        "res.users",
        "Decides Instead",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
        help="Sees the documents that wait for the person, and decides on them.",
    )
    date_from = fields.Date(
        "First Day", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date("Last Day", required=True, default=fields.Date.context_today)
    reason = fields.Char()

    _order_of_days = models.Constraint(
        "CHECK (date_from <= date_to)", "The last day cannot lie before the first one."
    )
    _delegate_is_other = models.Constraint(
        "CHECK (delegate_id != user_id)", "Nobody delegates to themselves."
    )

    @api.constrains("user_id", "delegate_id")
    def _check_colleagues(self):
        # sudo: whether it is a colleague at all
        for delegation in self.sudo():
            if delegation.delegate_id.share or delegation.user_id.share:
                raise ValidationError(self.env._("Only colleagues approve."))

    @api.model_create_multi
    def create(self, vals_list):
        delegations = super().create(vals_list)
        delegations._crm_refresh_approvals(delegations.user_id)
        return delegations

    def write(self, vals):
        before = self.user_id
        result = super().write(vals)
        self._crm_refresh_approvals(before | self.user_id)
        return result

    def unlink(self):
        users = self.user_id
        result = super().unlink()
        self._crm_refresh_approvals(users)
        return result

    @api.model
    def _crm_refresh_approvals(self, users):
        """Reckon anew whom the documents wait for that wait for these people."""
        self.env.flush_all()
        # sudo: what waits for a colleague
        steps = (
            self.env["crm.approval.step"]
            .sudo()
            .search([("user_id", "in", users.ids), ("state", "=", "pending")])
        )
        for approval in steps.approval_id:
            approval._crm_tell_new(approval._crm_refresh())
