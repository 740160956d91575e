from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.crm_base.tools.arguments import as_text

# what may still change: before somebody has decided
OPEN_FIELDS = frozenset({"reason_id", "description", "line_ids", "user_id"})
GONE = ("refused", "cancelled")
STATES = [
    ("requested", "Requested"),
    ("approved", "Approved"),
    ("received", "Goods Received"),
    ("done", "Refunded"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
]


class CrmReturn(models.Model):
    """What a customer gives back of an order, why, and what becomes of it.

    Asked for by staff or by the customer in the portal, decided by a manager. What
    the stock and the books do about it is up to ``crm_stock`` and ``crm_finance``: they
    fill the hooks ``_crm_return_received`` and ``_crm_return_refunded``.
    """

    _name = "crm.return"
    _description = "Return"
    _inherit = ["mail.thread", "crm.workflow.mixin"]
    _order = "id desc"
    _crm_recycle = True
    _crm_recycle_parents = ("order_id",)
    _crm_change_log = True
    _check_company_auto = True

    name = fields.Char(
        "Return Number",
        required=True,
        readonly=True,
        copy=False,
        default="/",
        index="trigram",
    )
    order_id = fields.Many2one(
        "sale.order",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("state", "=", "sale"), ("shop_reversed_id", "=", False)],
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        related="order_id.partner_id",
        store=True,
        index=True,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="order_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        "Person in Charge",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
        domain=[("share", "=", False)],
    )
    state = fields.Selection(
        STATES,
        default="requested",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        copy=False,
    )
    source = fields.Selection(
        [("staff", "Our Staff"), ("portal", "Portal")],
        "Asked For By",
        default="staff",
        required=True,
        readonly=True,
        copy=False,
    )
    reason_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "return_reason")],
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
    )
    description = fields.Text(help="What the customer says about it.")
    line_ids = fields.One2many("crm.return.line", "return_id", "Goods", copy=True)
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        help="What the customer paid for these goods, tax included.",
    )
    decision_note = fields.Char(
        "Note on the Decision",
        readonly=True,
        copy=False,
        help="The customer sees it in the portal.",
    )
    decided_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, index="btree_not_null"
    )
    decided_at = fields.Datetime("Decided On", readonly=True, copy=False)
    received_at = fields.Datetime("Goods Received On", readonly=True, copy=False)
    refunded_at = fields.Datetime("Refunded On", readonly=True, copy=False)

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("order_id")
    def _compute_user_id(self):
        for record in self:
            record.user_id = record.order_id.user_id or record.user_id

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for record in self:
            amount = sum(record.line_ids.mapped("amount"))
            if record.currency_id:
                amount = record.currency_id.round(amount)
            # what comes back from the recycle bin is as it was, nobody's change
            if record.amount != amount:
                record.amount = amount

    @api.onchange("order_id")
    def _onchange_order_id(self):
        rest = self.order_id._crm_returnable()
        self.line_ids = [fields.Command.clear()] + [
            fields.Command.create({"order_line_id": line.id, "quantity": quantity})
            for line, quantity in rest.items()
        ]

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "decided_at",
            "decided_by_id",
            "decision_note",
            "name",
            "received_at",
            "refunded_at",
            "source",
            "state",
        }

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        # sudo: numbers are given by the system
        sequence = self.env["ir.sequence"].sudo()
        for record in records:
            numbers = sequence.with_company(record.company_id)
            number = numbers.next_by_code("crm.return")
            record._crm_workflow().name = number or f"R{record.id}"
        if any(not record.line_ids for record in records):
            raise UserError(self.env._("Say which goods are returned."))
        return records

    def write(self, vals):
        if OPEN_FIELDS.intersection(vals) - {"user_id"}:
            self._crm_check_undecided()
        result = super().write(vals)
        if "order_id" in vals:
            self._crm_check_undecided()
            self._crm_check_order()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if any(record.state not in ("requested", "cancelled") for record in self):
            raise UserError(
                self.env._("A return that was decided stays. It can be cancelled.")
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_approve(self, note: str = "") -> bool:
        """Agree to take the goods back.

        :param str note: for the customer, who sees it in the portal
        :return: True
        :raise UserError: when it was decided already
        :raise AccessError: when you are no manager of the person in charge
        """
        self._crm_decide("approved", note)
        return True

    def action_refuse(self, note: str = "") -> bool:
        """Refuse to take the goods back.

        :param str note: why; the customer sees it in the portal
        :return: True
        :raise UserError: without a note, or when it was decided already
        :raise AccessError: when you are no manager of the person in charge
        """
        if not as_text(note):
            raise UserError(self.env._("Say why the return is refused."))
        self._crm_decide("refused", note)
        return True

    def action_receive(self) -> bool:
        """Note that the goods are back.

        :return: True
        :raise UserError: when the return is not approved
        """
        self._crm_step("approved", {"state": "received"}, "received_at")
        for record in self:
            record._crm_return_received()
        return True

    def action_refund(self) -> bool:
        """Note that the customer has the money back.

        :return: True
        :raise UserError: when the goods are not back
        :raise AccessError: when you are no manager of the person in charge
        """
        self._crm_check_manager()
        self._crm_step("received", {"state": "done"}, "refunded_at")
        for record in self:
            record._crm_return_refunded()
        return True

    def action_cancel(self) -> bool:
        """Give a return up before the goods are back.

        :return: True
        :raise UserError: when they are back, or it is over
        """
        for record in self:
            state = "approved" if record.state == "approved" else "requested"
            record._crm_step(state, {"state": "cancelled"})
        return True

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_return_received(self):
        """Hook: the goods of this return are back; for addons that keep a stock."""
        self.ensure_one()

    def _crm_return_refunded(self):
        """Hook: the money goes back; for addons that keep the books."""
        self.ensure_one()

    def _crm_decide(self, state, note):
        self._crm_check_manager()
        if state == "approved":
            # the order may have changed since it was asked for
            self._crm_check_order()
        values = {
            "state": state,
            "decision_note": as_text(note)[:1000],
            "decided_by_id": self.env.uid,
        }
        self._crm_step("requested", values, "decided_at")

    def _crm_step(self, state, values, stamp=None):
        """Go one step further, from one state only, once.

        :raise UserError: when it is in another state by now
        """
        self.check_access("write")
        self._crm_lock()
        self.invalidate_recordset(["state"])
        if any(record.state != state for record in self):
            raise UserError(
                self.env._("Somebody has dealt with this return already. Reload it.")
            )
        if stamp:
            values = {**values, stamp: fields.Datetime.now()}
        self._crm_workflow().write(values)

    def _crm_check_manager(self):
        """Refuse decisions to those who are no managers."""
        self.check_access("write")
        if self.env.su or self.env.user._crm_has_group("crm_base.group_manager"):
            return
        raise AccessError(
            self.env._("Returns are decided by a manager. Ask yours to look at it.")
        )

    def _crm_check_undecided(self):
        """Refuse to change what was decided."""
        if any(record.state != "requested" for record in self):
            raise UserError(
                self.env._("This return was decided already, it is not changed now.")
            )

    def _crm_check_order(self):
        """Refuse returns of what was not sold, or not as much of it.

        Two returns of one order wait for each other, or both would be counted alone.
        """
        orders = self.order_id
        if not orders:
            return
        orders.check_access("read")
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "UPDATE sale_order SET write_date = write_date WHERE id IN %s"
                " RETURNING id",
                tuple(orders.ids),
            )
        )
        for order in orders:
            # sudo: a reversal and the returns of others count as well
            order = order.sudo()
            if (
                order.state != "sale"
                or order.shop_reversed_id
                or order.shop_reversal_ids
            ):
                raise UserError(
                    self.env._(
                        "Goods are returned of a confirmed order that was not reversed."
                    )
                )
            for line, rest in order._crm_returnable(is_all=True).items():
                if rest < 0:
                    raise UserError(
                        self.env._(
                            "More of %(product)s than was sold and not yet returned.",
                            product=line.product_id.display_name,
                        )
                    )
