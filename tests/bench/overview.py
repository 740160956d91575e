"""The 360° view of a customer with five years behind it.

Its number of queries must be that of a customer who has just come.
"""

from collections.abc import Callable, Sequence

from generate import ensure, opened
from kit import people
from kit.customers import BIG_FOLLOWUPS, BIG_NOTES, FIRST_CUSTOMER, OWN
from kit.options import arguments, explained
from kit.site import Site
from kit.timing import Line, Report, alternate
from kit.webclient import user_context


@explained
def main(argv: Sequence[str]) -> int:
    """Count queries and time the page of a big and of a small customer."""
    parser = arguments(__doc__)
    parser.add_argument("--repeat", type=int, default=30, metavar="N")
    options = parser.parse_args(argv)
    report = Report("overview", options.rows, options.json)
    with opened() as store:
        data = ensure(store, options.rows)
        site = Site(data.suite)
        uid = site.uid(people.SALESPERSON)
        context = site.call(uid, {}, user_context)
        small_id = FIRST_CUSTOMER + max(options.rows // min(OWN, options.rows // 10), 1)
        big = _opening(FIRST_CUSTOMER)
        small = _opening(small_id)
        for page in (big, small):
            site.call(uid, context, page)
        queries = [site.queries(uid, context, page) for page in (big, small)]
        report.add(
            Line(
                f"queries, {BIG_FOLLOWUPS:,} follow-ups and {BIG_NOTES:,} notes"
                " against a new customer",
                *queries,
                queries[0] / queries[1],
                "= 1",
                queries[0] == queries[1],
                unit="queries",
            )
        )
        timings = alternate(
            {
                "ours": lambda: site.call(uid, context, big),
                "peer": lambda: site.call(uid, context, small),
            },
            options.repeat,
        )
        report.slower("page, big against new", timings["ours"], timings["peer"])
        site.close()
    return report.end()


def _opening(partner_id: int) -> Callable:
    """Return a function that loads the page of a customer and its timeline."""

    def page(env):
        customer = env["res.partner"].browse(partner_id)
        return customer.get_crm_overview(), customer.get_crm_timeline()

    return page
