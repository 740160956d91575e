"""Watched customers, for the parity test; see docs/testing.md."""

from odoo.addons.crm_base.tests.expected import Expected


def watches(case, oracle, customer):
    """What somebody keeps an eye on is that person's own, and the boss's to read."""
    if not customer or not customer.pool_id:
        return []
    watch = case.env["crm.pool.watch"].create(
        {"user_id": case.xia.id, "customer_res_id": customer.id}
    )

    def sees(user):
        return oracle.is_seller(user) and (user == case.xia or oracle.is_boss(user))

    return [Expected(watch, read=sees, unlink=sees)]


FACTORIES = {"crm.pool.watch": watches}
