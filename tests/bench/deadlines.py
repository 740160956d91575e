"""New dates for all customers after a change of a rule, against one UPDATE by hand.

What is written by hand knows that there are these two rules of one pool without further
conditions, asks for no member, time zone, lock or leave, and writes in one transaction;
the suite writes step by step in the background, while people work.
"""

import time
from collections.abc import Sequence

from generate import ensure, opened
from kit.loading import connect
from kit.options import arguments, explained
from kit.site import Site
from kit.timing import Line, Report
from recycle import by_hand, copied

# design budget
AT_MOST = 3.0
DAYS = 600
BY_HAND = f"""
UPDATE res_partner partner
   SET pool_deadline = found.deadline, pool_deadline_rule_id = found.rule_id,
       pool_clock = found.clock, pool_clock_at = found.clock_at
  FROM (
        SELECT DISTINCT ON (record.id) record.id, rule.id AS rule_id,
               CASE WHEN record.last_effective_followup_at > record.owner_since
                    THEN 'followup' ELSE 'owner' END AS clock,
               since.day AS clock_at, since.day + {DAYS} AS deadline
          FROM res_partner record
          JOIN crm_pool_rule rule ON rule.working_days IS NOT TRUE
         CROSS JOIN LATERAL (
                SELECT greatest(record.owner_since, record.last_effective_followup_at)
                       ::date AS day
               ) AS since
         WHERE record.is_crm_customer AND record.user_id IS NOT NULL AND record.active
         ORDER BY record.id, deadline
       ) AS found
 WHERE partner.id = found.id
"""


@explained
def main(argv: Sequence[str]) -> int:
    """Change a rule; time until every customer has its new date."""
    options = arguments(__doc__).parse_args(argv)
    report = Report("deadlines", options.rows, options.json)
    with opened() as store:
        data = ensure(store, options.rows)
        with copied(store, data.suite, "deadlines-sql") as database:
            rows, seconds = by_hand(database, BY_HAND)
        with copied(store, data.suite, "deadlines") as database:
            ours = _change(database)
            wrong = _wrong(database)
    report.add(
        Line(
            f"new dates for {rows:,} customers",
            ours * 1000,
            seconds * 1000,
            ours / seconds,
            f"≤ {AT_MOST:g}",
            ours / seconds <= AT_MOST,
        )
    )
    report.add(
        Line(
            "customers with an old date", wrong, 0, wrong, "= 0", not wrong, "customers"
        )
    )
    return report.end()


def _change(database: str) -> float:
    """Change the rule and do what the background job does; return seconds."""
    site = Site(database)
    with site.registry.cursor() as cursor:
        env = site.superuser(cursor)
        cursor.execute("SELECT count(*) FROM res_partner WHERE name IS NOT NULL")
        rule = env["crm.pool.rule"].search([("working_days", "=", False)], limit=1)
        started = time.perf_counter()
        rule.days = DAYS
        env["crm.pool.run"]._cron_refresh_deadlines()
        seconds = time.perf_counter() - started
    site.close()
    return seconds


def _wrong(database: str) -> int:
    """Return how many customers of the changed rule do not have their new date."""
    connection = connect(database)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM res_partner"
            " JOIN crm_pool_rule rule ON rule.id = pool_deadline_rule_id"
            " WHERE rule.working_days IS NOT TRUE"
            " AND pool_deadline <> pool_clock_at + %s",
            [DAYS],
        )
        (wrong,) = cursor.fetchone()
    connection.close()
    return wrong
