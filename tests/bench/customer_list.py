"""The first page of the customer list, against the list of contacts of Odoo alone."""

from collections.abc import Sequence

from generate import arguments, ensure, opened
from kit import people
from kit.site import Site
from kit.timing import Report, alternate
from kit.webclient import ListCall, action_call, user_context, view_call

# design budget: as a salesperson with 2,000 customers of the own
AT_MOST = 1.2
CUSTOMERS = "crm_base.res_partner_customer_action"


def main(argv: Sequence[str]) -> int:
    """Open both lists as four roles, in turns."""
    parser = arguments(__doc__)
    parser.add_argument("--repeat", type=int, default=30, metavar="N")
    options = parser.parse_args(argv)
    report = Report("customer_list", options.rows, options.json)
    with opened() as store:
        data = ensure(store, options.rows)
        suite, stock = Site(data.suite), Site(data.stock, unaccent=False)
        for login in (people.SALESPERSON, people.MANAGER, people.DIRECTOR, people.BOSS):
            timings = alternate(
                {
                    "ours": _opening(suite, login, CUSTOMERS),
                    "peer": _opening(stock, login),
                },
                options.repeat,
            )
            limit = AT_MOST if login == people.SALESPERSON else None
            role = login.removeprefix("bench.")
            report.slower(
                f"first page as {role}", timings["ours"], timings["peer"], limit
            )
        suite.close()
        stock.close()
    return report.end()


def _opening(site: Site, login: str, action: str = ""):
    """Return a function that opens a list as a user: an action's, or Odoo's own."""
    uid = site.uid(login)
    context = site.call(uid, {}, user_context)
    call: ListCall = site.call(
        uid,
        context,
        lambda env: action_call(env, action) if action else contacts_call(env),
    )
    return lambda: site.call(uid, {**context, **call.context}, call)


def contacts_call(env) -> ListCall:
    """Return the call of the list that Odoo's contacts open with."""
    view_id = env.ref("base.view_partner_tree").id
    return view_call(env, "res.partner", view_id, [], {"default_is_company": True})
