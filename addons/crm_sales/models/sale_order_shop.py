from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# declared before what inherits it: without it, payments of the counter are none
from . import sale_order_status  # noqa: F401

SELLERS = "crm_base.group_salesperson"

# what is not part of the deal and goes on after it: correspondence, links, e-mail
OPEN_FIELDS = frozenset(
    {
        "access_token",
        "message_main_attachment_id",
        "pending_email_template_id",
        "tag_ids",
        "transaction_ids",
    }
)
OPEN_PREFIXES = ("activity_", "message_", "rating_", "website_message_")


class SaleOrder(models.Model):
    """Sales over the counter: posted at once, changed by nobody afterwards.

    What was wrong is set right by a reversal, an order of its own with the same lines
    below zero. The seal holds for everybody, the system and its own code included.
    """

    _name = "sale.order"
    _inherit = ["sale.order", "crm.workflow.mixin"]

    is_shop_sale = fields.Boolean("Shop Sale", readonly=True, copy=False)
    shop_id = fields.Many2one(
        "crm.shop",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=SELLERS,
    )
    shop_key = fields.Char(
        "Key of the Screen",
        readonly=True,
        copy=False,
        groups=SELLERS,
        help="Made by the screen for each sale: what is sent twice is posted once.",
    )
    shop_reversed_id = fields.Many2one(
        "sale.order",
        "Reverses",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    shop_reversal_ids = fields.One2many(
        "sale.order", "shop_reversed_id", "Reversed By", readonly=True
    )
    shop_reversal_reason = fields.Char(
        "Reason for the Reversal", readonly=True, copy=False
    )
    shop_payment_ids = fields.One2many(
        "crm.shop.payment", "order_id", "Paid", readonly=True, groups=SELLERS
    )
    shop_paid = fields.Monetary(
        "Paid at the Counter", compute="_compute_shop_paid", groups=SELLERS
    )
    shop_due = fields.Monetary(
        "On Account", compute="_compute_shop_paid", groups=SELLERS
    )

    _shop_key_uniq = models.UniqueIndex(
        "(user_id, shop_key) WHERE shop_key IS NOT NULL",
        "This sale was posted already.",
    )
    _shop_reversed_uniq = models.UniqueIndex(
        "(shop_reversed_id) WHERE shop_reversed_id IS NOT NULL",
        "This sale was reversed already.",
    )
    _shop_date_idx = models.Index("(shop_id, date_order) WHERE is_shop_sale")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("shop_payment_ids.amount", "amount_total", "is_shop_sale")
    def _compute_shop_paid(self):
        sales = self.filtered("is_shop_sale")
        paid = dict(
            self.env["crm.shop.payment"]._read_group(
                [("order_id", "in", sales.ids)], ["order_id"], ["amount:sum"]
            )
        )
        for order in self:
            order.shop_paid = paid.get(order._origin, 0)
            order.shop_due = (
                order.amount_total - order.shop_paid if order.is_shop_sale else 0
            )

    @api.depends("shop_payment_ids.amount")
    def _compute_crm_payment(self):
        return super()._compute_crm_payment()

    def _crm_order_payment(self):
        paid = super()._crm_order_payment()
        for order in self.filtered("is_shop_sale"):
            # sudo: what was paid is counted for whoever asks
            paid[order] += sum(order.sudo().shop_payment_ids.mapped("amount"))
        return paid

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def write(self, vals):
        if not self._crm_in_workflow() and not self._crm_shop_open(vals):
            self._crm_check_unposted()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shop_sale(self):
        self._crm_check_unposted()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_computed_fields(self):
        # computed ones are Odoo's, which sets some of them by values
        return frozenset()

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "is_shop_sale",
            "shop_id",
            "shop_key",
            "shop_payment_ids",
            "shop_reversal_ids",
            "shop_reversal_reason",
            "shop_reversed_id",
        }

    def _crm_shop_open_fields(self):
        """Hook: return the names (frozenset) of what changes on posted shop sales.

        For fields that are not part of the deal, such as what is known of its delivery.
        """
        return OPEN_FIELDS

    def _crm_shop_open(self, names):
        """Return whether all these fields stay open after posting (bool)."""
        names = set(names) - self._crm_shop_open_fields()
        return all(name.startswith(OPEN_PREFIXES) for name in names)

    def _crm_check_unposted(self):
        """Refuse to change shop sales that are posted."""
        # sudo: what is sealed is so for everybody
        if any(order.is_shop_sale for order in self.sudo()):
            raise AccessError(
                self.env._(
                    "A shop sale is not changed once it is posted. Reverse it and post"
                    " a new one."
                )
            )

    def action_cancel(self):
        """Cancel orders; a posted sale over the counter is reversed instead.

        :return: what Odoo's own returns: True, or the action (dict) that asks
        :raise UserError: when one of them is a posted sale over the counter
        """
        self._crm_check_unposted()
        return super().action_cancel()

    def _should_be_locked(self):
        return self.is_shop_sale or super()._should_be_locked()

    def _confirmation_error_message(self):
        if self.is_shop_sale and not self._crm_in_workflow():
            return self.env._("A shop sale is posted on the screen of the shop.")
        return super()._confirmation_error_message()

    def _crm_shop_payment(self, payments):
        """Hook: take note of what was paid for this shop sale.

        The rows of the counter are written here; override it to enter the money into
        the books as well, and call ``super()``.

        :param list payments: dicts of method_id, amount, received and change; below
            zero for a reversal
        :return: the crm.shop.payment records
        """
        self.ensure_one()
        rows = self.env["crm.shop.payment"]
        values = {
            **rows._crm_log_author(),
            "order_id": self.id,
            "shop_id": self.shop_id.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
        }
        # sudo: nobody writes these rows but the system
        return (
            rows.sudo()
            ._crm_workflow()
            .create([{**values, **payment} for payment in payments])
        )

    def _crm_shop_delivery(self):
        """Hook: the goods of this shop sale have left the shop (or come back).

        For addons that keep a stock. The lines are confirmed when this is called.
        """

    # ------------------------------------------------------------
    # REVERSAL
    # ------------------------------------------------------------

    def _crm_check_reversal(self):
        """Refuse to reverse what is no sale, is reversed, or is not this user's."""
        self.ensure_one()
        self.check_access("write")
        if not self.is_shop_sale or self.shop_reversed_id:
            raise UserError(self.env._("Only a shop sale can be reversed."))
        # sudo: one that is out of sight counts as well
        reversal = self.sudo().shop_reversal_ids
        if reversal:
            raise UserError(
                self.env._(
                    "%(sale)s was reversed already, by %(reversal)s.",
                    sale=self.name,
                    reversal=reversal.name,
                )
            )
        user = self.env.user
        today = fields.Date.context_today(self)
        day = fields.Datetime.context_timestamp(self, self.date_order).date()
        if user._crm_has_group("crm_base.group_manager"):
            return
        if self.user_id != user or day != today:
            raise AccessError(
                self.env._(
                    "You reverse your own sales of today. Ask your manager to reverse"
                    " %(sale)s.",
                    sale=self.name,
                )
            )

    def _prepare_reversal(self, key, reason):
        """Return the values (dict) of the order that takes this one back."""
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "pricelist_id": self.pricelist_id.id,
            "fiscal_position_id": self.fiscal_position_id.id,
            "user_id": self.env.uid,
            "team_id": self.team_id.id,
            "company_id": self.company_id.id,
            "client_order_ref": self.name,
            "origin": self.name,
            "is_shop_sale": True,
            "shop_id": self.shop_id.id,
            "shop_key": key,
            "shop_reversed_id": self.id,
            "shop_reversal_reason": reason,
            "order_line": [
                fields.Command.create(line._prepare_reversal())
                for line in self.order_line
            ],
        }

    def _crm_shop_result(self):
        """Return what the screen says of a posted sale (dict)."""
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "amount_total": self.amount_total,
            "change": sum(self.shop_payment_ids.mapped("change")),
            "due": self.shop_due,
        }
