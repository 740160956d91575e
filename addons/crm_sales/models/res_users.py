from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain

from odoo.addons.crm_base.models.res_users import HandoverModel
from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem

# who keeps the books sees what is to be booked, by Odoo's own rules
BOOKKEEPERS = ("account.group_account_readonly", "account.group_account_invoice")


class ResUsers(models.Model):
    """Who sees which quotations, orders and invoices: the one scope."""

    _inherit = "res.users"

    def _crm_sale_rule(self, mode, user_field="user_id", partner_field="partner_id"):
        """Return the record rule of what is sold to a customer by somebody.

        People with only Odoo's own sales rights and no role of the suite see what
        belongs to none of the suite's people, as with leads. Those who keep the books
        are left to Odoo's rules.

        :param str mode: ``read`` or ``write`` (which also serves create and unlink)
        :param str user_field: the many2one to the person in charge
        :param str partner_field: the many2one to the customer
        """
        if self.share or self._crm_scope_ids(mode) is None or self._crm_keeps_books():
            return Domain.TRUE
        rule = self._crm_record_rule(mode, user_field, partner_field)
        if not self._crm_has_group("crm_base.group_salesperson"):
            # sudo: who has a role is asked for the rule, not told
            role = self.env.ref("crm_base.group_salesperson").sudo()
            has_role = Domain("all_group_ids", "in", role.ids)
            has_role &= Domain("id", "!=", SUPERUSER_ID)
            rule |= Domain(user_field, "!=", False) & ~Domain(
                user_field, "any!", has_role
            )
        return rule

    def _crm_invoice_rule(self, prefix=""):
        """Return the record rule of journal entries: invoices of customers in scope.

        :param str prefix: path to the entry, such as ``move_id.``
        """
        rule = self._crm_sale_rule("read", f"{prefix}invoice_user_id")
        if rule.is_true():
            return rule
        sold = ("out_invoice", "out_refund", "out_receipt")
        return rule | Domain(f"{prefix}move_type", "not in", sold)

    def _crm_payment_rule(self):
        """Return the record rule of online payments: those of customers in sight."""
        if self._crm_keeps_books():
            return Domain.TRUE
        return self._crm_behind_partner_rule()

    def _crm_keeps_books(self):
        """Return whether this user keeps the books (bool)."""
        return any(self._crm_has_group(group) for group in BOOKKEEPERS)

    def _crm_order_rule(self, approvals="approval_ids"):
        """Return the record rule for reading orders: also those one approves.

        :param str approvals: path to the approvals of the order
        """
        field = approvals.removesuffix("approval_ids")
        rule = (
            self._crm_sale_rule("read", "salesman_id", "order_partner_id")
            if field
            else self._crm_sale_rule("read")
        )
        if rule.is_true():
            return rule
        return rule | Domain(f"{approvals}.involved_user_ids", "in", self.ids)

    def _crm_deed_rule(self, mode):
        """Hook: return the record rule of shares in what was sold.

        Read by those who see the document, and by the one whose share it is and those
        above; changed with the document. For addons with other deeds: OR your own.

        :param str mode: ``read`` or ``write`` (which also serves create and unlink)
        """
        rule = self._crm_sale_rule(mode)
        if rule.is_true():
            return rule
        rule = Domain("order_id", "any", rule)
        return rule | self._crm_owner_domain("read") if mode == "read" else rule

    # ------------------------------------------------------------
    # HAND-OVER
    # ------------------------------------------------------------

    @api.model
    def _crm_handover_models(self):
        return [
            *super()._crm_handover_models(),
            # an offer that nobody answered keeps no customer out of the pool
            HandoverModel(
                "sale.order",
                "user_id",
                [("state", "in", ["draft", "sent"])],
                "partner_id",
                bars_pool=False,
            ),
        ]

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem("crm.deed.split", "user_id", [("deed_at", "=", False)]),
            DeskItem("crm.lead", "provider_id", HISTORY),
            DeskItem("crm.stage.move", "owner_id", HISTORY),
            DeskItem("crm.stage.move", "user_id", HISTORY),
            DeskItem("sale.order", "deed_user_id", HISTORY),
        ]
