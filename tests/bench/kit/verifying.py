"""Does the generator store what the ORM would have stored?"""

from random import Random
from typing import Any

from odoo import api

from kit.customers import FIRST_CUSTOMER
from kit.site import Site

# values that say when and by whom, or which record
_OWN = {
    "id",
    "create_date",
    "write_date",
    "create_uid",
    "write_uid",
    "owner_since",
    "calendar_last_notif_ack",
    "pooled_at",
    # follow from when somebody took over; the formula is asked below
    "pool_deadline",
    "pool_clock",
    "pool_clock_at",
}
_FACTS = {"last_followup_at", "last_effective_followup_at", "next_followup_at"}
# columns that hold the record's own id where the ORM puts it
_REFERENCES = {"commercial_partner_id", "crm_customer_id"}
_CUSTOMER_INPUT = (
    "name",
    "is_company",
    "is_crm_customer",
    "mnemonic",
    "customer_no",
    "user_id",
    "phone",
    "mobile",
    "email",
    "city",
    "state_id",
    "country_id",
    "customer_level_id",
    "customer_stage_id",
    "customer_type_id",
)
_CONTACT_INPUT = ("name", "parent_id", "mobile")


def differences(site: Site, sample: int, rows: int) -> list[str]:
    """Create copies of some generated rows through the ORM and compare the columns.

    Nothing is kept.

    :param sample: number of customers; one contact of each is compared too
    :return: what differs, one line each
    """
    numbers = Random(1).sample(range(1, rows), min(sample, rows - 1))
    ids = sorted(FIRST_CUSTOMER + number for number in numbers)
    found = []
    with site.environment(context={"tracking_disable": True}) as env:
        customers = _raw(env, "res_partner", ids)
        # the copies take over the numbers
        env.cr.execute(
            "UPDATE res_partner SET customer_no = NULL WHERE id = ANY(%s)", [ids]
        )
        found += _compare(env, customers, _CUSTOMER_INPUT)
        env.cr.execute(
            "SELECT min(id) FROM res_partner WHERE parent_id = ANY(%s)"
            " GROUP BY parent_id",
            [ids],
        )
        contacts = _raw(env, "res_partner", [row[0] for row in env.cr.fetchall()])
        found += _compare(env, contacts, _CONTACT_INPUT)
        found += _compare_facts(env, ids)
        if changed := env["res.partner"]._crm_refresh_deadlines(ids):
            found.append(f"{changed} customers have another date by the formula")
    return found


def _raw(env: api.Environment, table: str, ids: list[int]) -> list[dict[str, Any]]:
    env.flush_all()
    env.cr.execute(f"SELECT * FROM {table} WHERE id = ANY(%s) ORDER BY id", [ids])
    return env.cr.dictfetchall()


def _compare(
    env: api.Environment, stored: list[dict[str, Any]], names: tuple[str, ...]
) -> list[str]:
    inputs = [{name: row[name] for name in names} for row in stored]
    for values, row in zip(inputs, stored, strict=True):
        if row["pool_id"]:
            values["user_id"] = row["pool_former_owner_id"]
    created = env["res.partner"].create(inputs)
    for customer, row in zip(created, stored, strict=True):
        if row["pool_id"]:
            pool = env["crm.pool"].browse(row["pool_id"])
            customer._crm_enter_pool(
                pool, "reason", reason_id=row["pool_reason_id"] or False
            )
    # one by one: the order of ids is the order of creation
    copies = _raw(env, "res_partner", created.ids)
    found = []
    for row, copy in zip(stored, copies, strict=True):
        for name, value in row.items():
            if name in _OWN or name in _FACTS:
                continue
            expected = copy[name]
            if name in _REFERENCES and expected == copy["id"]:
                expected = row["id"]
            if value != expected:
                found.append(
                    f"res.partner {row['id']}, {name}: {value!r}, not {expected!r}"
                )
    return found


def _compare_facts(env: api.Environment, ids: list[int]) -> list[str]:
    """Let the model refresh what it derives from follow-ups; nothing may change."""
    env.invalidate_all()
    partners = env["res.partner"].browse(ids)
    before = partners.read(sorted(_FACTS))
    env["crm.followup"]._crm_update_facts(partners)
    after = partners.read(sorted(_FACTS))
    return [
        f"res.partner {old['id']}: facts {old} instead of {new}"
        for old, new in zip(before, after, strict=True)
        if old != new
    ]
