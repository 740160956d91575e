"""Records of duplicates, registrations and merges for the parity test."""

from .expected import Expected


def registrations(case, oracle, customer):
    """What somebody registered: seen and changed by that person and superiors."""
    if not customer or not customer.user_id:
        return []
    owner = customer.user_id
    registration = (
        case.env["crm.registration"]
        .with_user(owner)
        .create({"name": f"{owner.name} 报备的公司"})
    )
    return [
        Expected(
            registration.with_env(case.env),
            read=lambda user: oracle.is_seller(user) and oracle.in_charge(user, owner),
            write=lambda user: (
                oracle.is_seller(user) and oracle.in_charge(user, owner, "write")
            ),
            unlink=lambda user: (
                oracle.is_seller(user) and oracle.in_charge(user, owner, "write")
            ),
            values={"name": "另一家公司", "user_id": owner.id},
            create=lambda user: (
                oracle.is_seller(user) and oracle.in_charge(user, owner, "write")
            ),
        )
    ]


def join_requests(case, oracle, customer):
    """A request to join: seen by whoever asked, the owner and the owner's superiors."""
    if not customer or not customer.user_id:
        return []
    asking = case.tom if customer.user_id != case.tom else case.sue
    request = (
        case.env["crm.join.request"]
        ._crm_workflow()
        .create(
            {"partner_id": customer.id, "requester_id": asking.id, "asked": "某公司"}
        )
    )
    return [
        Expected(
            request.with_env(case.env),
            read=lambda user: (
                oracle.is_seller(user)
                and (user == asking or oracle.in_charge(user, customer.user_id))
            ),
        )
    ]


def merge_journals(case, oracle, customer):
    """A merge: seen by managers whose scope has the customer that remained."""
    if not customer or not customer.user_id:
        return []
    journal = (
        case.env["crm.merge.journal"]
        ._crm_workflow()
        .create(
            {
                "partner_id": customer.id,
                "summary": "合并掉的客户",
                "merged_at": "2026-01-01 00:00:00",
                "actor_id": case.boss.id,
                "changes": {},
            }
        )
    )
    return [
        Expected(
            journal.with_env(case.env),
            read=lambda user: (
                oracle.has(user, "manager") and oracle.in_charge(user, customer.user_id)
            ),
        )
    ]


def quotas(case, oracle, customer):
    """How much somebody looked up: the boss may read it."""
    if not customer or not customer.user_id:
        return []
    quota = case.env["crm.duplicate.quota"].create(
        {
            "user_id": customer.user_id.id,
            "started_at": "2026-01-01 00:00:00",
            "used": 1,
        }
    )
    return [Expected(quota, read=oracle.is_boss)]


def keys(case, oracle, customer):
    """What was entered lately, as digests: the boss may read it."""
    if not customer:
        return []
    key = case.env["crm.duplicate.key"].create(
        {"digest": f"parity {customer.id}", "entered_at": "2026-01-01 00:00:00"}
    )
    return [Expected(key, read=oracle.is_boss)]


FACTORIES = {
    "crm.duplicate.key": keys,
    "crm.duplicate.quota": quotas,
    "crm.join.request": join_requests,
    "crm.merge.journal": merge_journals,
    "crm.registration": registrations,
}
