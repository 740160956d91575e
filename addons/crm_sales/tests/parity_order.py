"""What hangs on orders, for the parity test."""

from odoo.addons.crm_base.tests.expected import Expected

from .parity_sale import _order, _reach


def splits(case, oracle, customer):
    """Shares are seen with the order; a planned one is changed with it."""
    if not customer.user_id:
        return []
    sees, changes = _reach(oracle, customer)
    order = _order(case, customer)
    values = {"order_id": order.id, "percent": 50}
    split = case.env["crm.deed.split"].create(
        {**values, "user_id": customer.user_id.id}
    )
    return [
        Expected(
            split,
            read=sees,
            write=changes,
            unlink=changes,
            values=values,
            create=changes,
        )
    ]


FACTORIES = {"crm.deed.split": splits}
