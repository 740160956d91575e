"""The 360° view of a customer with five years behind it.

Its number of queries must be that of a customer who came last week and has one of
everything: a contact, follow-ups, a note.
"""

import time
from collections.abc import Sequence
from typing import Any

from generate import ensure, opened
from kit import people
from kit.customers import BIG_FOLLOWUPS, BIG_NOTES, FIRST_CUSTOMER
from kit.options import arguments, explained
from kit.site import Site
from kit.timing import Line, Report, Timing
from kit.webclient import user_context

from odoo import api, fields

WARM_UP = 3


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
        # one transaction, which is rolled back: the small customer is made for this
        with site.environment() as env:
            customers = [FIRST_CUSTOMER, _newcomer(env, uid)]
            theirs = env(user=uid, context=context)
            queries: dict[int, list[int]] = {id_: [] for id_ in customers}
            seconds: dict[int, list[float]] = {id_: [] for id_ in customers}
            for _round in range(WARM_UP + options.repeat):
                for id_ in customers:
                    made, took = _open(theirs, id_)
                    queries[id_].append(made)
                    seconds[id_].append(took)
        site.close()
    most, usual = (max(queries[id_][WARM_UP:]) for id_ in customers)
    report.add(
        Line(
            f"queries, {BIG_FOLLOWUPS:,} follow-ups and {BIG_NOTES:,} notes"
            " against a newcomer",
            most,
            usual,
            most / usual,
            "= 1",
            most == usual,
            unit="queries",
        )
    )
    big, small = (Timing(tuple(seconds[id_][WARM_UP:])) for id_ in customers)
    report.slower("page, big against newcomer", big, small)
    return report.end()


def _newcomer(env: api.Environment, uid: int) -> int:
    """Create a customer with one of everything; return its id."""
    Partner = env["res.partner"].with_context(tracking_disable=True)
    customer = Partner.create(
        {
            "name": "杭州新客户有限公司",
            "is_company": True,
            "is_crm_customer": True,
            "user_id": uid,
        }
    )
    big = Partner.browse(FIRST_CUSTOMER)
    # what is chosen for the one is chosen for the other
    for name in ("customer_level_id", "customer_stage_id", "customer_type_id"):
        customer[name] = big[name]
    customer.write({"country_id": big.country_id.id, "state_id": big.state_id.id})
    Partner.create({"name": "王小明", "parent_id": customer.id})
    method = env["crm.dictionary"]._crm_default("followup_method")
    env["crm.followup"]._crm_create_history(
        [
            {
                "name": "电话沟通",
                "content": "初次联系",
                "partner_id": customer.id,
                "user_id": uid,
                "method_id": method.id,
                "state": "done",
                "done_at": fields.Datetime.now(),
            }
        ]
    )
    customer.message_post(body="note", message_type="comment")
    return customer.id


def _open(env: api.Environment, partner_id: int) -> tuple[int, float]:
    """Load the page of a customer and its timeline; return queries and seconds."""
    env.flush_all()
    env.invalidate_all()
    before = env.cr.sql_log_count
    started = time.perf_counter()
    customer: Any = env["res.partner"].browse(partner_id)
    customer.get_crm_overview()
    customer.get_crm_timeline()
    return env.cr.sql_log_count - before, time.perf_counter() - started
