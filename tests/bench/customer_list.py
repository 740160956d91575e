"""The first page of the customer list, against the list of contacts of Odoo alone.

Further lists of the suite are measured against the same page, to see that none of them
is out of line; the budget is about the list of customers.
"""

from collections.abc import Callable, Sequence

from generate import ensure, opened
from kit import people
from kit.options import arguments, explained
from kit.site import Site
from kit.timing import Report, alternate
from kit.webclient import ListCall, action_call, user_context, view_call

from odoo import api

# design budget: as a salesperson with 2,000 customers of the own
AT_MOST = 1.2
CUSTOMERS = "crm_base.res_partner_customer_action"
OTHERS = {
    "contacts": "crm_base.res_partner_contact_action",
    "follow-ups": "crm_base.crm_followup_action",
    "ownership ledger": "crm_base.crm_owner_move_action",
    "pool": "crm_customer_pool.crm_pool_customer_action",
}


@explained
def main(argv: Sequence[str]) -> int:
    """Open the lists as four roles, in turns with that of the peer."""
    parser = arguments(__doc__)
    parser.add_argument("--repeat", type=int, default=30, metavar="N")
    options = parser.parse_args(argv)
    report = Report("customer_list", options.rows, options.json)
    with opened() as store:
        data = ensure(store, options.rows)
        suite, stock = Site(data.suite), Site(data.stock, unaccent=False)
        for login in (people.SALESPERSON, people.MANAGER, people.DIRECTOR, people.BOSS):
            role = login.removeprefix("bench.")
            timings = alternate(
                {
                    "peer": _opening(stock, login),
                    "customers": _opening(suite, login, CUSTOMERS),
                    **{
                        name: _opening(suite, login, action)
                        for name, action in OTHERS.items()
                    },
                },
                options.repeat,
            )
            peer = timings.pop("peer")
            for name, ours in timings.items():
                counts = name == "customers" and login == people.SALESPERSON
                limit = AT_MOST if counts else None
                report.slower(f"{name}, first page as {role}", ours, peer, limit)
        suite.close()
        stock.close()
    return report.end()


def _opening(site: Site, login: str, action: str = "") -> Callable[[], object]:
    """Return a function that opens a list as a user: an action's, or Odoo's own."""
    uid = site.uid(login)
    context = site.call(uid, {}, user_context)
    call: ListCall = site.call(
        uid,
        context,
        lambda env: action_call(env, action) if action else contacts_call(env),
    )
    return lambda: site.call(uid, {**context, **call.context}, call)


def contacts_call(env: api.Environment) -> ListCall:
    """Return the call of the list that Odoo's contacts open with."""
    view_id = env.ref("base.view_partner_tree").id
    return view_call(env, "res.partner", view_id, [], {"default_is_company": True})
