"""Recycling rules and runs for the parity test; see docs/testing.md."""

from odoo.addons.crm_base.tests.expected import Expected


def sees_pool(case, oracle, user):
    """Return whether a user has to do with the story's pool."""
    pool = case.pool
    members = set(pool.member_user_ids.ids)
    for team in oracle.active:
        above = team
        while above and above not in pool.member_team_ids.ids:
            above = oracle.parent[above]
        if above:
            members |= oracle.members[team] | {oracle.leader[team]}
    return (
        oracle.is_boss(user)
        or user in pool.admin_ids
        or bool(members & oracle.people(user))
    )


def _administrates(case, oracle, user):
    return oracle.is_seller(user) and (
        oracle.is_boss(user) or user in case.pool.admin_ids
    )


def rules(case, oracle, customer):
    """A rule of the pool: read by whoever sees the pool, made by administrators."""
    if customer:
        return []
    values = {"name": "规则", "pool_id": case.pool.id, "days": 30}

    def kept(user):
        return _administrates(case, oracle, user)

    return [
        Expected(
            case.env["crm.pool.rule"].create(values),
            read=lambda user: oracle.is_seller(user) and sees_pool(case, oracle, user),
            write=kept,
            unlink=kept,
            values=values,
            create=kept,
        )
    ]


def runs(case, oracle, customer):
    """Where the work of a night stands: for the boss."""
    if customer:
        return []
    run = case.env["crm.pool.run"].create(
        {"kind": "recycle", "pool_id": case.pool.id, "date": "2026-01-31"}
    )
    return [Expected(run, read=oracle.is_boss)]


FACTORIES = {"crm.pool.rule": rules, "crm.pool.run": runs}
