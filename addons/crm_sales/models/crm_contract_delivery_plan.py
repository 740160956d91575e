from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .crm_contract import LIVE
from .crm_contract_part import origin_of


class CrmContractDeliveryPlan(models.Model):
    """What is delivered when. How far it is follows from the record of deliveries."""

    _name = "crm.contract.delivery.plan"
    _description = "Delivery Plan"
    _inherit = ["crm.contract.part"]
    _order = "date_due, id"
    _crm_part_fields = ("line_id", "name", "quantity", "date_due", "place")

    line_id = fields.Many2one(
        "crm.contract.line",
        "Contract Line",
        index="btree_not_null",
        ondelete="set null",
        domain="[('contract_id', '=', contract_id)]",
    )

    origin_id = origin_of("crm.contract.delivery.plan")
    name = fields.Char(
        "What",
        required=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    quantity = fields.Float(
        digits="Product Unit",
        required=True,
        compute="_compute_quantity",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_due = fields.Date("Due On", required=True, index=True)
    place = fields.Char(help="Where it differs from the contract's.")
    delivery_ids = fields.One2many("crm.contract.delivery", "plan_id", "Deliveries")
    delivered_quantity = fields.Float(
        "Delivered", compute="_compute_delivered", store=True, digits="Product Unit"
    )
    progress = fields.Selection(
        [
            ("open", "Not Delivered"),
            ("partial", "Partly Delivered"),
            ("done", "Delivered"),
        ],
        compute="_compute_delivered",
        store=True,
    )
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity must be greater than zero."
    )

    @api.depends("line_id")
    def _compute_name(self):
        for plan in self:
            plan.name = plan.name or plan.line_id.name

    @api.depends("line_id")
    def _compute_quantity(self):
        for plan in self:
            plan.quantity = plan.quantity or plan.line_id.quantity or 1

    @api.depends("quantity", "delivery_ids.quantity")
    def _compute_delivered(self):
        for plan in self:
            delivered = sum(plan.delivery_ids.mapped("quantity"))
            plan.delivered_quantity = delivered
            if delivered <= 0:
                plan.progress = "open"
            else:
                plan.progress = "done" if delivered >= plan.quantity else "partial"

    @api.depends("date_due", "progress", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for plan in self:
            plan.is_overdue = bool(
                plan.date_due
                and plan.date_due < today
                and plan.progress != "done"
                and plan.state in LIVE
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return (
            Domain("date_due", "<", fields.Date.context_today(self))
            & Domain("progress", "!=", "done")
            & Domain("contract_id.state", "in", LIVE)
        )

    @api.constrains("quantity")
    def _check_quantity(self):
        for plan in self:
            if plan.delivered_quantity > plan.quantity:
                raise ValidationError(
                    self.env._(
                        "Of “%(plan)s” %(quantity)s are delivered already.",
                        plan=plan.name,
                        quantity=plan.delivered_quantity,
                    )
                )

    @api.constrains("line_id")
    def _check_line(self):
        if any(plan.line_id.contract_id - plan.contract_id for plan in self):
            raise ValidationError(self.env._("The line is one of another contract."))

    def action_record_delivery(self):
        """Return the action (dict) that records a delivery of this."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record a Delivery"),
            "res_model": "crm.contract.delivery",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_plan_id": self.id,
                "default_quantity": max(self.quantity - self.delivered_quantity, 0),
            },
        }
