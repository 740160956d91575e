"""Locks, for the parity test; see docs/testing.md."""

from odoo.addons.crm_base.tests.expected import Expected


def locks(case, oracle, customer):
    """A request is seen by those above the owner, and decided by others."""
    if not customer or not customer.user_id:
        return []
    owner = customer.user_id
    lock = (
        case.env["crm.pool.lock"]
        ._crm_workflow()
        .create(
            {
                "partner_id": customer.id,
                "partner_name": customer.name,
                "pool_id": case.pool.id,
                "owner_id": owner.id,
                "requester_id": owner.id,
                "days": 3,
                "reason": "parity",
            }
        )
    )
    return [
        Expected(
            lock,
            read=lambda user: (
                oracle.is_seller(user)
                and (oracle.in_charge(user, owner) or user in case.pool.admin_ids)
            ),
        )
    ]


FACTORIES = {"crm.pool.lock": locks}
