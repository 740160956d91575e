"""The nightly run of the pool, against the same rows written by hand in SQL.

What is written by hand is the least that the job can be: one UPDATE of the customers
and one INSERT into the ledger, in one transaction, without asking anything. The suite
locks and asks again, ends shares and plans, moves contacts, keeps what undoing needs,
logs the change, tells the owners, and commits step by step.
"""

import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from generate import ensure, opened
from kit.loading import connect
from kit.options import arguments, explained
from kit.site import Site
from kit.timing import Line, Report

from command import databases

# design budget
AT_MOST = 3.0
BY_HAND = """
WITH due AS (
    SELECT partner.id, partner.user_id, partner.name, rule.id AS rule_id, rule.pool_id
      FROM res_partner partner
      JOIN crm_pool_rule rule ON rule.id = partner.pool_deadline_rule_id
     WHERE partner.pool_deadline <= CURRENT_DATE
), moved AS (
    UPDATE res_partner partner
       SET user_id = NULL, owner_since = now(), pool_id = due.pool_id,
           pooled_at = now(), pool_former_owner_id = due.user_id,
           pool_name = left(due.name, 3) || '***', pool_search_key = partner.search_key,
           pool_deadline = NULL, pool_deadline_rule_id = NULL, pool_clock = NULL,
           pool_clock_at = NULL, write_date = now()
      FROM due
     WHERE partner.id = due.id
 RETURNING partner.id
)
INSERT INTO crm_owner_move
       (partner_id, partner_name, kind, from_user_id, reason, batch_id, moved_at,
        actor_id, pool_id, rule_id, create_date)
SELECT due.id, due.name, 'recycle', due.user_id, 'by hand', 'by hand', now(), 1,
       due.pool_id, due.rule_id, now()
  FROM due JOIN moved ON moved.id = due.id
"""


@explained
def main(argv: Sequence[str]) -> int:
    """Take back what is due, by hand and by the suite, on copies of the same data."""
    options = arguments(__doc__).parse_args(argv)
    report = Report("recycle", options.rows, options.json)
    with opened() as store:
        data = ensure(store, options.rows)
        with copied(store, data.suite, "recycle-sql") as database:
            taken, seconds = by_hand(database, BY_HAND)
        with copied(store, data.suite, "recycle") as database:
            ours, memory, left = _run(database)
    report.add(
        Line(
            f"taking back {taken:,} customers",
            ours * 1000,
            seconds * 1000,
            ours / seconds,
            f"≤ {AT_MOST:g}",
            ours / seconds <= AT_MOST,
            more={"memory_grown_mib": memory},
        )
    )
    report.add(
        Line("due customers left over", left, 0, left, "= 0", left == 0, "customers")
    )
    return report.end()


@contextmanager
def copied(store: databases.Databases, source: str, name: str) -> Iterator[str]:
    """Give the name of a copy of a database; other runs keep their data."""
    database = f"{source}-{name}"
    store.drop(database)
    store.copy(source, database, kind="bench-copy")
    try:
        yield database
    finally:
        store.drop(database)


def by_hand(database: str, statement: str) -> tuple[int, float]:
    """Run one statement in one transaction; return (rows, seconds)."""
    connection = connect(database)
    with connection.cursor() as cursor:
        # both begin with the same tables in memory
        cursor.execute("SELECT count(*) FROM res_partner WHERE name IS NOT NULL")
        started = time.perf_counter()
        cursor.execute(statement)
        rows = cursor.rowcount
        connection.commit()
        seconds = time.perf_counter() - started
    connection.close()
    return rows, seconds


def _run(database: str) -> tuple[float, float, int]:
    """Return (seconds, MiB that the process grew by, due customers left)."""
    site = Site(database)
    with site.registry.cursor() as cursor:
        env = site.superuser(cursor)
        cursor.execute("SELECT count(*) FROM res_partner WHERE name IS NOT NULL")
        # the caches of a process that has been running for a while
        env["crm.pool"].search([]).mapped("rule_ids.summary")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.perf_counter()
        env["crm.pool"]._cron_recycle()
        seconds = time.perf_counter() - started
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        cursor.execute(
            "SELECT count(*) FROM res_partner WHERE pool_deadline <= CURRENT_DATE"
        )
        (left,) = cursor.fetchone()
    site.close()
    return seconds, grown / 1024, left
