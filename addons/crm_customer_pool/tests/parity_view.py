"""Looks and quotas, for the parity test; see docs/testing.md."""

from odoo.addons.crm_base.tests.expected import Expected


def view_logs(case, oracle, customer):
    """A look: who looked, those above, administrators of the pool."""
    if not customer or not customer.user_id:
        return []
    actor = customer.user_id
    log = case.env["crm.pool.view.log"].with_user(actor)
    row = (
        log.sudo()
        ._crm_workflow()
        .create(
            {
                **log._crm_log_author(),
                "pool_id": case.pool.id,
                "customer_res_id": customer.id,
                "customer_name": "parity",
                "reason": "parity",
            }
        )
    )
    return [
        Expected(
            row.with_env(case.env),
            read=lambda user: (
                oracle.is_seller(user)
                and (oracle.in_charge(user, actor) or user in case.pool.admin_ids)
            ),
        )
    ]


def allowances(case, oracle, customer):
    """The figures of a member: the person and those above."""
    if customer:
        return []
    case.pool.claim_per_day = 5
    case.env.flush_all()
    return [
        Expected(
            row,
            read=lambda user, person=row.user_id: (
                oracle.is_seller(user) and oracle.in_charge(user, person)
            ),
        )
        for row in case.env["crm.pool.allowance"].search(
            [("pool_id", "=", case.pool.id)]
        )
    ]


FACTORIES = {"crm.pool.view.log": view_logs, "crm.pool.allowance": allowances}
