"""Quotations, orders and invoices for the parity test."""

from odoo.fields import Command

from odoo.addons.crm_base.tests.expected import Expected, nobody


def _product(case):
    return case.env["product.product"].create(
        {"name": "机床", "type": "consu", "invoice_policy": "order"}
    )


def _order(case, customer):
    return case.env["sale.order"].create(
        {
            "partner_id": customer.id,
            "user_id": customer.user_id.id,
            "order_line": [Command.create({"product_id": _product(case).id})],
        }
    )


def _reach(oracle, customer):
    """Return who reads and who changes what is sold to a customer (two functions)."""
    owner = customer.user_id

    def changes(user):
        return oracle.is_seller(user) and oracle.in_charge(user, owner, "write")

    def sees(user):
        return oracle.is_seller(user) and (
            oracle.in_charge(user, owner, "read")
            or oracle.sees_customer(user, customer)
        )

    return sees, changes


def orders(case, oracle, customer):
    """A quotation of each customer that somebody owns."""
    if not customer.user_id:
        return []
    sees, changes = _reach(oracle, customer)
    return [
        Expected(
            _order(case, customer),
            read=sees,
            write=changes,
            unlink=oracle.is_boss,
            values={"partner_id": customer.id, "user_id": customer.user_id.id},
            create=lambda user: changes(user) and sees(user),
        )
    ]


def lines(case, oracle, customer):
    """A line is reached with its order."""
    if not customer.user_id:
        return []
    sees, changes = _reach(oracle, customer)
    order = _order(case, customer)
    return [
        Expected(
            order.order_line,
            read=sees,
            write=changes,
            unlink=changes,
            values={"order_id": order.id, "product_id": _product(case).id},
            create=changes,
        )
    ]


def reports(case, oracle, customer):
    """The analysis tells of orders to those who see them."""
    if not customer.user_id:
        return []
    sees, _changes = _reach(oracle, customer)
    order = _order(case, customer)
    case.env.flush_all()
    rows = case.env["sale.report"].search(
        [("order_reference", "=", f"sale.order,{order.id}")]
    )
    return [Expected(rows, read=sees)]


def _invoice(case, customer):
    return case.env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_user_id": customer.user_id.id,
            "invoice_line_ids": [
                Command.create({"product_id": _product(case).id, "price_unit": 1})
            ],
        }
    )


def invoices(case, oracle, customer):
    """An invoice is seen with the customer; salespeople change none."""
    if not customer.user_id:
        return []
    sees, _changes = _reach(oracle, customer)
    return [Expected(_invoice(case, customer), read=sees)]


def invoice_lines(case, oracle, customer):
    """So are its lines."""
    if not customer.user_id:
        return []
    sees, _changes = _reach(oracle, customer)
    return [Expected(_invoice(case, customer).invoice_line_ids, read=sees)]


def invoice_reports(case, oracle, customer):
    """The analysis of invoices is the bookkeepers'."""
    if not customer.user_id:
        return []
    invoice = _invoice(case, customer)
    case.env.flush_all()
    row = case.env["account.invoice.report"].search([("move_id", "=", invoice.id)])
    return [Expected(row, read=nobody)]


def _provider(case):
    provider = case.env["payment.provider"].search([], limit=1)
    method = case.env["payment.method"].with_context(active_test=False)
    return {
        "provider_id": provider.id,
        "payment_method_id": method.search([], limit=1).id,
    }


def _pays(oracle, customer):
    return lambda user: oracle.is_seller(user) and oracle.sees_customer(user, customer)


def transactions(case, oracle, customer):
    """Online payments are the bookkeepers'."""
    if not customer.user_id:
        return []
    payment = case.env["payment.transaction"].create(
        {
            **_provider(case),
            "reference": f"pay-{customer.id}",
            "amount": 1,
            "currency_id": case.company.currency_id.id,
            "partner_id": customer.id,
        }
    )
    return [Expected(payment, read=nobody)]


def tokens(case, oracle, customer):
    """Saved means of payment are seen by those who see the customer."""
    if not customer.user_id:
        return []
    token = case.env["payment.token"].create(
        {
            **_provider(case),
            "provider_ref": f"token-{customer.id}",
            "partner_id": customer.id,
        }
    )
    return [Expected(token, read=_pays(oracle, customer))]


FACTORIES = {
    "account.invoice.report": invoice_reports,
    "account.move": invoices,
    "account.move.line": invoice_lines,
    "payment.token": tokens,
    "payment.transaction": transactions,
    "sale.order": orders,
    "sale.order.line": lines,
    "sale.report": reports,
}
