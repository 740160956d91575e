"""One record of each model of this addon for the parity test; see docs/testing.md."""

from . import (
    parity_approval,
    parity_calendar,
    parity_duplicate,
    parity_import,
    parity_organisation,
    parity_reminder,
    parity_task,
)
from .expected import Expected, nobody


def operation_logs(case, oracle, customer):
    """What somebody did: seen by the superiors of that person, kept by nobody."""
    if not customer or not customer.user_id:
        return []
    actor = customer.user_id
    row = (
        case.env["crm.operation.log"]
        .with_user(actor)
        ._crm_log("export", "parity", "res.partner", customer.ids)
    )
    return [
        Expected(
            row.with_env(case.env),
            read=lambda user: (
                oracle.has(user, "manager") and oracle.in_charge(user, actor)
            ),
        )
    ]


def change_logs(case, oracle, customer):
    """What happened to a customer: the boss, and those who lead its owner."""
    if not customer:
        return []
    row = case.env["crm.change.log"].search(
        [("customer_res_id", "=", customer.id)], limit=1
    )
    owner = customer.user_id
    return [
        Expected(
            row,
            read=lambda user: (
                oracle.is_boss(user)
                or bool(owner)
                and oracle.has(user, "manager")
                and oracle.in_charge(user, owner, "write")
            ),
        )
    ]


def login_logs(case, oracle, customer):
    """Log-ins: one's own, and everything for the boss and administrators."""
    if not customer or not customer.user_id:
        return []
    owner = customer.user_id
    log = case.env["crm.login.log"]
    log._crm_insert(
        {
            "login": owner.login,
            "user_id": owner.id,
            "result": "success",
            "way": "password",
            "detail": None,
            "sample": None,
            "ip_address": "192.0.2.1",
            "user_agent": "",
        }
    )
    row = log.search([("user_id", "=", owner.id)], limit=1)
    return [
        Expected(
            row,
            read=lambda user: (
                not user.share and (user == owner or oracle.is_boss(user))
            ),
        )
    ]


def export_logs(case, oracle, customer):
    """The log of exports is the boss's alone; nobody changes it."""
    if customer:
        return []
    log = case.env["crm.export.log"]._crm_log(
        case.env["res.partner"], "xlsx", 3, columns="name"
    )
    return [Expected(log, read=oracle.is_boss)]


def export_quotas(case, oracle, customer):
    """The counters of the day are the boss's alone."""
    if customer:
        return []
    quota = case.env["crm.export.quota"].create(
        {"user_id": case.sam.id, "day": "2020-01-01", "rows": 7}
    )
    return [Expected(quota, read=oracle.is_boss)]


def recycled(case, oracle, customer):
    """What the owner of a customer deleted: seen by that person and superiors."""
    if not customer or not customer.user_id:
        return []
    owner = customer.user_id
    plan = case._followup(owner, customer, planned_at="2031-01-01 00:00:00")
    plan.with_user(owner).unlink()
    entry = case.env["crm.recycle.entry"].search([("res_id", "=", plan.id)])
    return [
        Expected(
            entry,
            read=lambda user: not user.share and oracle.in_charge(user, owner),
        )
    ]


def recycled_rows(case, oracle, customer):
    """The rows in the bin are nobody's to see, the boss included."""
    if customer:
        return []
    return [Expected(case.env["crm.recycle.item"].search([], limit=1), read=nobody)]


def idempotency_keys(case, oracle, customer):
    """Keys of programs are nobody's business but the boss's."""
    if customer:
        return []
    keys = case.env["crm.idempotency.key"]
    keys.with_user(case.sam).create_once(
        "res.partner", "parity", [{"name": "幂等客户", "is_crm_customer": True}]
    )
    return [Expected(keys.search([("key", "=", "parity")]), read=oracle.is_boss)]


FACTORIES = {
    **parity_approval.FACTORIES,
    **parity_calendar.FACTORIES,
    **parity_duplicate.FACTORIES,
    **parity_import.FACTORIES,
    **parity_organisation.FACTORIES,
    "crm.idempotency.key": idempotency_keys,
    "crm.login.log": login_logs,
    **parity_reminder.FACTORIES,
    **parity_task.FACTORIES,
    "crm.change.log": change_logs,
    "crm.operation.log": operation_logs,
    "crm.export.log": export_logs,
    "crm.export.quota": export_quotas,
    "crm.recycle.entry": recycled,
    "crm.recycle.item": recycled_rows,
}
