"""Contracts as a company has them: the text that comes along, different in places."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import islice
from random import Random
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Command
from odoo.tools import html2plaintext

from odoo.addons.crm_base.tools import pinyin, search_key

from kit.loading import Pattern, analyze, connect, without_indexes
from kit.names import Names
from kit.site import Site

PEOPLE = 100
# contracts of a customer
EACH = 10
FIRST = 1_000_000
CHUNK = 5_000
SAMPLE = 50
BOSS, SELLER = "boss", "salesperson"
TABLES = ("crm_collection_plan", "crm_contract", "crm_contract_party", "res_partner")
STATES = ("draft", "approved", "signed", "executing", "executing", "executing", "done")
GOODS = ("数控机床", "液压泵", "伺服电机", "工业机器人", "变频器", "减速机", "注塑机")
# stand in the text for what differs from contract to contract
CUSTOMER, THING, SERIAL = "甲方某某公司", "某某产品", "QX-000000"


class People(NamedTuple):
    """Who works with the contracts.

    :ivar int boss: id of a user who sees all of them
    :ivar list sellers: ids of users who see their own
    :ivar int kind: id of the type of the contracts
    """

    boss: int
    sellers: list[int]
    kind: int


class Made(NamedTuple):
    """What the ORM stores for one contract, to be repeated.

    :ivar str text: the text, with what stands for the rest
    :ivar str number: the number in it
    :ivar str company: the name of our own side
    """

    partner: Pattern
    contract: Pattern
    parties: list[Pattern]
    plan: Pattern
    text: str
    number: str
    company: str


def fill(database: str, count: int) -> tuple[People, list[str]]:
    """Make people, customers and contracts; return the people and the customers."""
    site, random, names = Site(database), Random(6), Names()
    with site.registry.cursor() as cursor:
        people = _people(site.superuser(cursor))
        cursor.commit()
    with site.environment() as env:
        made = _made(env, people)
    customers = [names.company(random)[0] for _one in range(-(-count // EACH))]
    connection = connect(database)
    with without_indexes(connection, TABLES):
        _copy(connection, made.partner, _partners(customers, people))
        _copy(connection, made.contract, _contracts(made, customers, people, count))
        for pattern, role in zip(made.parties, "ab", strict=True):
            rows = _parts(customers, people, count)
            if role == "a":
                rows = _named(rows, customers)
            _copy(connection, pattern, rows)
        _copy(connection, made.plan, _parts(customers, people, count))
    analyze(connection, TABLES)
    connection.close()
    _verify(site, count)
    site.close()
    return people, customers


def number_of(place: int) -> str:
    """Return the number of a contract, counted from 0."""
    return f"XS{FIRST + place}"


def serial_of(place: int) -> str:
    """Return the serial number in the text of a contract, counted from 0."""
    return f"QX-{place:06d}"


def _people(env: api.Environment) -> People:
    users = env["res.users"].with_context(no_reset_password=True)
    boss, *sellers = users.create(
        [
            {
                "name": f"{role}{number}",
                "login": f"bench.{role}{number}",
                "lang": "zh_CN",
                "tz": "Asia/Shanghai",
                "group_ids": [Command.link(env.ref(f"crm_base.group_{role}").id)],
            }
            for role, size in ((BOSS, 1), (SELLER, PEOPLE))
            for number in range(size)
        ]
    )
    kind = env["crm.contract.type"].create({"name": "供货"})
    return People(boss.id, [seller.id for seller in sellers], kind.id)


def _made(env: api.Environment, people: People) -> Made:
    """Enter a contract with all that belongs to it; it is rolled back afterwards."""
    partner = env["res.partner"].create(
        {
            "name": CUSTOMER,
            "is_company": True,
            "is_crm_customer": True,
            "user_id": people.sellers[0],
        }
    )
    contract = env["crm.contract"].create(
        {
            "name": f"{THING}采购合同",
            "partner_id": partner.id,
            "user_id": people.sellers[0],
            "type_id": people.kind,
            "template_id": env.ref("crm_sales.contract_template_sale").id,
            "lang": "zh_CN",
            "date_start": "2026-01-01",
            "date_end": "2026-12-31",
            "delivery_place": f"{SERIAL}现场",
            "payment_terms": "合同生效后付三成，发货前付六成，验收后付一成。",
            "line_ids": [
                Command.create(
                    {"name": f"{THING}{size}", "price_unit": 1_000, "tax_rate": 13}
                )
                for size in ("A型", "B型", "C型")
            ],
            "collection_plan_ids": [
                Command.create({"phase": "首付款", "amount": 3_000})
            ],
        }
    )
    env.flush_all()
    parties = contract.party_ids.sorted("role")
    return Made(
        Pattern(partner),
        Pattern(contract),
        [Pattern(party, omit=("id",)) for party in parties],
        Pattern(contract.collection_plan_ids, omit=("id",)),
        str(contract.text),
        contract.number,
        parties[1].name,
    )


def _copy(connection, pattern: Pattern, rows: Iterator[dict]) -> None:
    """Append rows to the table of a pattern, some at a time."""
    while chunk := [pattern.row(values) for values in islice(rows, CHUNK)]:
        with connection:
            pattern.copy(connection, chunk)


def _partners(customers: Sequence[str], people: People) -> Iterator[dict]:
    for number, name in enumerate(customers):
        yield {
            "id": FIRST + number,
            "name": name,
            "complete_name": name,
            "commercial_company_name": name,
            "commercial_partner_id": FIRST + number,
            "crm_customer_id": FIRST + number,
            "customer_no": f"B{number:06d}",
            "search_key": search_key.build([name, *_spelled(name)]),
            "user_id": people.sellers[number % PEOPLE],
        }


def _contracts(
    made: Made, customers: Sequence[str], people: People, count: int
) -> Iterator[dict]:
    random, plain = Random(7), html2plaintext(made.text, include_references=False)
    for place in range(count):
        customer = place % len(customers)
        name, goods = customers[customer], random.choice(GOODS)
        subject, number = f"{goods}采购合同", number_of(place)
        new = {
            CUSTOMER: name,
            THING: goods,
            SERIAL: serial_of(place),
            made.number: number,
        }
        signed = date(2025, 1, 1) + timedelta(days=random.randrange(600))
        state = random.choice(STATES)
        texts = [number, subject, name, *_spelled(subject), *_spelled(name)]
        yield {
            "id": FIRST + place,
            "number": number,
            "name": subject,
            "partner_id": FIRST + customer,
            "user_id": people.sellers[customer % PEOPLE],
            "state": state,
            "date_sign": signed if state in STATES[2:] else None,
            "date_start": signed,
            "date_end": signed + timedelta(days=365),
            "amount_total": random.randrange(1_000, 1_000_000),
            "text": _replaced(made.text, new),
            "search_key": search_key.build(
                [*texts, made.company, _replaced(plain, new)]
            ),
        }


def _parts(customers: Sequence[str], people: People, count: int) -> Iterator[dict]:
    """Give a row of each contract: whose it is follows from the contract."""
    for place in range(count):
        customer = place % len(customers)
        yield {
            "contract_id": FIRST + place,
            "partner_id": FIRST + customer,
            "user_id": people.sellers[customer % PEOPLE],
        }


def _named(rows: Iterator[dict], customers: Sequence[str]) -> Iterator[dict]:
    """Give the rows of parties that are customers."""
    for row in rows:
        name = customers[row["partner_id"] - FIRST]
        yield {**row, "party_id": row["partner_id"], "name": name}


def _replaced(text: str, new: dict[str, str]) -> str:
    for former, value in new.items():
        text = text.replace(former, value)
    return text


@cache
def _spelled(name: str) -> tuple[str, str]:
    return pinyin.pinyin_of(name, person=False)


def _verify(site: Site, count: int) -> None:
    """Compare search keys with those that the ORM makes of the same contracts.

    :raises AssertionError: the data are not what the addon would have stored
    """
    with site.environment() as env:
        places = range(0, count, max(count // SAMPLE, 1))
        contracts: models.BaseModel = env["crm.contract"]
        contracts = contracts.browse(FIRST + place for place in places)
        stored = {contract.id: contract.search_key for contract in contracts}
        env.add_to_compute(contracts._fields["search_key"], contracts)
        wrong = [one.id for one in contracts if one.search_key != stored[one.id]]
        if wrong:
            raise AssertionError(f"search keys differ: {wrong[:5]}")
