"""The list of 200,000 contracts: opened, and searched by words of their texts.

What is written by hand gives the columns of the list and nothing else. It knows whose
contracts the salesperson may see, asks nobody's rights, and its answer is not made for
a browser. That is a share of every call that does not grow, so there is a budget
against it where the database has most to do: a word that every text holds. Whether the
other calls grow is seen by the same ones on a hundredth of the contracts.
"""

import os
from collections.abc import Callable, Sequence

from generate import opened
from kit import contracts
from kit.loading import connect
from kit.options import arguments, explained
from kit.site import Site
from kit.timing import Line, Report, alternate
from kit.webclient import COUNT_LIMIT, PAGE, ListCall, action_call, user_context
from psycopg2 import sql
from recycle import copied

from odoo.addons.crm_base.tools import pinyin, search_key

# decision 0047: against what is written by hand, and against fewer contracts
AT_MOST, GROWTH = 3.0, 1.5
SMALL = 100
OPENED, COMMON, PAIR = "opened", "a word of every text", "two words of the text"
ACTION = "crm_sales.crm_contract_action"
COLUMNS = sql.SQL("""
SELECT contract.id, contract.number, contract.name, contract.amount_total,
       contract.date_sign, contract.date_end, contract.state, partner.complete_name,
       kind.name, person.name, currency.name,
       (SELECT sum(plan.amount) FROM crm_collection_plan plan
         WHERE plan.contract_id = contract.id AND plan.date_due < CURRENT_DATE)
  FROM crm_contract contract
  JOIN res_partner partner ON partner.id = contract.partner_id
  LEFT JOIN crm_contract_type kind ON kind.id = contract.type_id
  JOIN res_users owner ON owner.id = contract.user_id
  JOIN res_partner person ON person.id = owner.partner_id
  JOIN res_currency currency ON currency.id = contract.currency_id
 WHERE {}
 ORDER BY contract.id DESC
 LIMIT {}
""")
COUNTED = sql.SQL("""
SELECT count(*) FROM (SELECT FROM crm_contract contract WHERE {} LIMIT {}) found
""")


@explained
def main(argv: Sequence[str]) -> int:
    """Open and search the list as the boss and as a salesperson, and by hand."""
    parser = arguments(__doc__)
    parser.add_argument("--contracts", type=int, default=200_000, metavar="N")
    parser.add_argument("--repeat", type=int, default=10, metavar="N")
    options = parser.parse_args(argv)
    count = min(options.contracts, options.rows)
    report = Report("contracts", count, options.json)
    with (
        opened() as store,
        copied(store, os.environ["PGDATABASE"], "contracts-few") as few,
        copied(store, os.environ["PGDATABASE"], "contracts") as many,
    ):
        less = max(count // SMALL, PAGE)
        few_words = _words(contracts.fill(few, less)[1], less)
        people, customers = contracts.fill(many, count)
        small, site, connection = Site(few), Site(many), connect(many)
        users = {contracts.BOSS: people.boss, contracts.SELLER: people.sellers[0]}
        for role, user in users.items():
            for what, typed in _words(customers, count).items():
                calls = {
                    "ours": _opening(site, user, typed),
                    "hand": _by_hand(
                        connection, role == contracts.SELLER and user, typed
                    ),
                }
                # the salesperson's own of a hundredth are less than a page
                if what not in (COMMON, PAIR) and (typed or role == contracts.BOSS):
                    calls["few"] = _opening(small, user, few_words[what])
                wrong = _wrong(calls["ours"](), calls["hand"]())
                timings = alternate(calls, options.repeat)
                job = f"{what} as {role}"
                ours, limit = timings["ours"], AT_MOST if what == COMMON else None
                report.slower(f"{job}, by hand", ours, timings["hand"], limit)
                if "few" in timings:
                    report.slower(f"{job}, growth", ours, timings["few"], GROWTH)
                report.add(
                    Line(
                        f"{job}, rows that differ",
                        wrong,
                        0,
                        wrong,
                        "= 0",
                        not wrong,
                        "",
                    )
                )
        connection.close()
        site.close()
        small.close()
    return report.end()


def _words(customers: Sequence[str], count: int) -> dict[str, str]:
    """Return what is typed into the search box, by what it is.

    All of it is found among the contracts of the first salesperson.
    """
    first = contracts.PEOPLE
    place = first if count > first else 0
    return {
        OPENED: "",
        "the number": contracts.number_of(place),
        "a serial number in the text": contracts.serial_of(place),
        "initials of a customer": pinyin.pinyin_of(customers[place])[1],
        PAIR: f"{contracts.GOODS[1]} {customers[0][:2]}",
        COMMON: "违约责任",
    }


def _opening(site: Site, user: int, typed: str) -> Callable[[], dict]:
    """Return a function that asks for the first page and the count, as the client."""
    context = site.call(user, {}, user_context)
    call: ListCall = site.call(user, context, lambda env: action_call(env, ACTION))
    domain = [("search_key", "ilike", typed)] if typed else []
    return lambda: site.call(
        user, {**context, **call.context}, lambda env: call(env, domain)
    )


def _by_hand(
    connection, user: int | bool, typed: str
) -> Callable[[], tuple[int, list[tuple]]]:
    """Return a function that reads the same page and counts, by two statements."""
    conditions = [sql.SQL("contract.origin_id IS NULL")]
    if user:
        conditions.append(sql.SQL("contract.user_id = {}").format(sql.Literal(user)))
    conditions += (
        sql.SQL("contract.search_key LIKE {}").format(sql.Literal(f"%{word}%"))
        for word in search_key.keywords(typed)
    )
    where = sql.SQL(" AND ").join(conditions)
    page = COLUMNS.format(where, sql.Literal(PAGE))
    counted = COUNTED.format(where, sql.Literal(COUNT_LIMIT))

    def read() -> tuple[int, list[tuple]]:
        with connection, connection.cursor() as cursor:
            cursor.execute(page)
            rows = cursor.fetchall()
            if len(rows) < PAGE:
                return len(rows), rows
            cursor.execute(counted)
            (length,) = cursor.fetchone()
            return length, rows

    return read


def _wrong(ours: dict, hand: tuple[int, list[tuple]]) -> int:
    """Return how many rows, or lengths, one has and the other has not."""
    length, rows = hand
    ids = {record["id"] for record in ours["records"]}
    return len(ids ^ {row[0] for row in rows}) + (length != ours["length"])
