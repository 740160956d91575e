"""Returns for the parity test."""

from odoo.fields import Command

from odoo.addons.crm_base.tests.expected import Expected

from .parity_sale import _order, _reach


def _values(case, order):
    return {
        "order_id": order.id,
        "reason_id": case.env.ref("crm_sales.dictionary_return_reason_quality").id,
        "user_id": order.user_id.id,
        "line_ids": [
            Command.create({"order_line_id": order.order_line.id, "quantity": 0.1})
        ],
    }


def _sold(case, customer):
    order = _order(case, customer)
    order.order_line.tax_ids = [Command.clear()]
    order.action_confirm()
    return order


def returns(case, oracle, customer):
    """A return is seen and dealt with as the order is."""
    if not customer.user_id:
        return []
    order = _sold(case, customer)
    sees, changes = _reach(oracle, customer)
    values = _values(case, order)
    return [
        Expected(
            case.env["crm.return"].create(values),
            read=sees,
            write=changes,
            unlink=oracle.is_boss,
            values=values,
            create=lambda user: changes(user) and sees(user),
        )
    ]


def lines(case, oracle, customer):
    """So are the goods on it."""
    if not customer.user_id:
        return []
    order = _sold(case, customer)
    sees, changes = _reach(oracle, customer)
    record = case.env["crm.return"].create(_values(case, order))
    return [
        Expected(record.line_ids, read=sees, write=changes, unlink=changes),
    ]


FACTORIES = {"crm.return": returns, "crm.return.line": lines}
