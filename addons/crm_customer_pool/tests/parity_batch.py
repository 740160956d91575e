"""Batches and what they refused, for the parity test; see docs/testing.md."""

from odoo.addons.crm_base.tests.expected import Expected


def _batch(case, customer, part):
    return (
        case.env["crm.pool.batch"]
        .with_user(customer.user_id)
        ._crm_record(
            "claim",
            f"parity-{part}-{customer.id}",
            0,
            [{"id": customer.id, "name": "parity", "reason": "parity"}],
            pool=case.pool,
        )
        .with_env(case.env)
    )


def _of(part, take):
    """Return the factory of what ``take`` makes of a batch of its own."""

    def make(case, oracle, customer):
        if not customer or not customer.user_id:
            return []
        owner = customer.user_id
        return [
            Expected(
                take(_batch(case, customer, part)),
                read=lambda user: (
                    oracle.is_seller(user)
                    and (oracle.in_charge(user, owner) or user in case.pool.admin_ids)
                ),
            )
        ]

    return make


FACTORIES = {
    "crm.pool.batch": _of("batch", lambda batch: batch),
    "crm.pool.batch.row": _of("row", lambda batch: batch.row_ids),
}
