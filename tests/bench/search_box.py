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
from generate import ensure, opened
from kit import people
from kit.customers import FIRST_CUSTOMER
from kit.names import Names
from kit.options import arguments, explained
from kit.site import Site
from kit.timing import Report, alternate
from kit.webclient import action_call, user_context

from odoo.addons.crm_base.tools import pinyin

# design budget, for substring and pinyin initials
AT_LEAST = 10.0
KEYWORDS = 5

Door = Callable[[Site, str, list[str]], Callable[[], object]]


class Keyword(NamedTuple):
    """What is typed: into the suite's search box, and into that of Odoo alone."""

    ours: str
    peer: str


# what people of each role search by in the list; Odoo alone takes seconds for each
LISTS = {
    people.SALESPERSON: (
        "part of the name",
        "pinyin initials",
        "digits of a phone",
        "two words",
        "common word",
    ),
    people.BOSS: ("part of the name", "pinyin initials", "common word"),
}
CHOICES = ("part of the name", "pinyin initials")


@explained
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

        def measure(login: str, kind: str, door: Door, name: str, budget: bool) -> None:
            keywords = kinds[kind]
            timings = alternate(
                {
                    "ours": door(suite, login, [word.ours for word in keywords]),
                    "peer": door(stock, login, [word.peer for word in keywords]),
                },
                options.repeat,
                warm_up=KEYWORDS,
            )
            role = login.removeprefix("bench.")
            limit = AT_LEAST if budget else None
            job = f"{kind}, {name} as {role}"
            report.faster(job, timings["ours"], timings["peer"], limit)

        for login, searched in LISTS.items():
            for kind in searched:
                # the peer finds a common word at once: a page is full of it
                measure(login, kind, _list, "list", kind != "common word")
            for kind in CHOICES:
                measure(login, kind, _name_search, "eight choices", False)
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
