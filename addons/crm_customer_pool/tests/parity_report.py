"""Rows of the pool analysis, for the parity test; see docs/testing.md."""

from odoo.addons.crm_base.tests.expected import Expected


def flows(case, oracle, customer):
    """A row about somebody: the superiors of that person, and the pool's keepers."""
    if not customer or not customer.pool_id:
        return []
    move = case.env["crm.owner.move"].search(
        [("partner_id", "=", customer.id), ("kind", "=", "release")], limit=1
    )
    owner = move.from_user_id
    return [
        Expected(
            case.env["crm.pool.report"].browse(2 * move.id),
            read=lambda user: (
                oracle.is_seller(user)
                and (oracle.in_charge(user, owner) or user in case.pool.admin_ids)
            ),
        )
    ]


FACTORIES = {"crm.pool.report": flows}
