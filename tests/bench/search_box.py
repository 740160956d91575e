"""The search box over all customers, against ``ilike`` on the name in Odoo alone.

Four kinds of keywords, drawn from the names in the data: a part of the name, the
initials of its pinyin, digits of a phone number, two words. Odoo alone knows neither
pinyin nor phones here, so it is asked for a part of the same customer's name.
"""

import itertools
from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from customer_list import CUSTOMERS, contacts_call
from generate import arguments, ensure, opened
from kit import people
from kit.customers import FIRST_CUSTOMER
from kit.names import Names
from kit.site import Site
from kit.timing import Report, alternate
from kit.webclient import action_call, user_context
from odoo.addons.crm_base.tools import pinyin

# design budget, for substring and pinyin initials
AT_LEAST = 10.0
KEYWORDS = 10


class Keyword(NamedTuple):
    """What is typed: into the suite's search box, and into that of Odoo alone."""

    ours: str
    peer: str


def main(argv: Sequence[str]) -> int:
    """Search as a salesperson and as the boss, in turns with the peer."""
    parser = arguments(__doc__)
    parser.add_argument("--repeat", type=int, default=20, metavar="N")
    options = parser.parse_args(argv)
    report = Report("search_box", options.rows, options.json)
    with opened() as store:
        data = ensure(store, options.rows)
        suite, stock = Site(data.suite), Site(data.stock, unaccent=False)
        kinds = _keywords(suite, options.rows)
        for login in (people.SALESPERSON, people.BOSS):
            role = login.removeprefix("bench.")
            for kind, keywords in kinds.items():
                for name, door in (("list", _list), ("name_search", _name_search)):
                    timings = alternate(
                        {
                            "ours": door(suite, login, [k.ours for k in keywords]),
                            "peer": door(stock, login, [k.peer for k in keywords]),
                        },
                        options.repeat,
                    )
                    limit = AT_LEAST if kind != "common word" else None
                    report.faster(
                        f"{kind}, {name} as {role}",
                        timings["ours"],
                        timings["peer"],
                        limit,
                    )
        suite.close()
        stock.close()
    return report.end()


def _keywords(site: Site, rows: int) -> dict[str, list[Keyword]]:
    names = Names()
    rng = Random(2)
    ids = [FIRST_CUSTOMER + rng.randrange(1, rows) for _number in range(KEYWORDS * 4)]
    with site.environment() as env:
        customers = env["res.partner"].browse(ids)
        found = [(customer.name, customer.phone) for customer in customers]
    brands = set(names.brands)
    kinds: dict[str, list[Keyword]] = {
        "part of the name": [],
        "pinyin initials": [],
        "digits of a phone": [],
        "two words": [],
    }
    for name, phone in found:
        # cities have two or three characters; brands two to four
        brand = next(
            name[start : start + length]
            for start in (2, 3, 4)
            for length in (4, 3, 2)
            if name[start : start + length] in brands
        )
        trade = name[name.index(brand) + len(brand) :][:2]
        initials = pinyin.pinyin_of(brand + trade)[1]
        kinds["part of the name"].append(Keyword(brand, brand))
        kinds["pinyin initials"].append(Keyword(initials, brand))
        kinds["digits of a phone"].append(Keyword(phone[-6:], brand))
        kinds["two words"].append(Keyword(f"{brand} {trade}", brand + trade))
    kinds = {kind: keywords[:KEYWORDS] for kind, keywords in kinds.items()}
    # hits almost everything, so that a page is full at once for both
    kinds["common word"] = [Keyword("有限公司", "有限公司")]
    return kinds


def _list(site: Site, login: str, texts: list[str]) -> Callable[[], object]:
    """Return a function that searches the list for the next of the texts."""
    uid = site.uid(login)
    context = site.call(uid, {}, user_context)
    is_ours = "crm_base" in site.registry._init_modules
    call = site.call(
        uid,
        context,
        lambda env: action_call(env, CUSTOMERS) if is_ours else contacts_call(env),
    )
    field = "search_key" if is_ours else "name"
    turn = itertools.cycle(texts)
    full = {**context, **call.context}
    return lambda: site.call(
        uid, full, lambda env: call(env, [(field, "ilike", next(turn))])
    )


def _name_search(site: Site, login: str, texts: list[str]) -> Callable[[], object]:
    """Return a function that asks for the choices of a many2one, as people type."""
    uid = site.uid(login)
    context = site.call(uid, {}, user_context)
    turn = itertools.cycle(texts)
    return lambda: site.call(
        uid,
        context,
        lambda env: env["res.partner"].name_search(next(turn), limit=8),
    )
