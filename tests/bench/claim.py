"""Claiming from the pool over the API, with 16 clients at the same time.

The peer is what one would do in Odoo alone: write the salesperson of a partner that has
none. Both are served by the same number of processes, in turns. Afterwards everybody
claims the same customers, and some claim more than they may: nobody gets a customer
that somebody else got, and nobody gets more than allowed.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any, NamedTuple

from generate import ensure, opened
from kit import people
from kit.clients import Call, Client, make_keys, run_together
from kit.options import arguments, explained
from kit.site import Site
from kit.timing import Line, Report, Timing

from command import databases, serving
from command.errors import CommandError

# design budgets
AT_LEAST = 0.8
CLIENTS = 16
WORKERS = 4
ROUNDS = 3


class Served(NamedTuple):
    """A database with a server and keys to it."""

    database: str
    url: str
    keys: dict[str, str]
    users: dict[str, int]


@explained
def main(argv: Sequence[str]) -> int:
    """Measure the rate, then try to break the rules."""
    parser = arguments(__doc__)
    parser.add_argument("--claims", type=int, default=50, help="a client and round")
    options = parser.parse_args(argv)
    report = Report("claim", options.rows, options.json)
    with opened() as store:
        data = ensure(store, options.rows)
        with _served(store, data.suite) as suite, _served(store, data.stock) as stock:
            pooled = _pooled(suite)
            each = min(options.claims, len(pooled) // CLIENTS // (ROUNDS + 2))
            if not each:
                raise CommandError("there are too few customers in the pool")
            cut = CLIENTS * each * ROUNDS
            _rate(report, suite, stock, pooled[:cut], each)
            _contention(report, suite, pooled[cut : cut + 4 * each])
            _quotas(report, suite, pooled[cut + 4 * each :], each)
    return report.end()


def _logins() -> list[str]:
    """The claimants of the race, and four more for the limits, one person each."""
    return [f"bench.sales{number:03d}" for number in range(2, CLIENTS + 6)]


@contextmanager
def _served(store: databases.Databases, source: str) -> Iterator[Served]:
    """Serve a copy of a database: claims must not change the data of other runs."""
    database = f"{source}-claim"
    store.drop(database)
    store.copy(source, database, kind="bench-copy")
    logins = [*_logins(), people.BOSS]
    try:
        site = Site(database)
        keys = make_keys(site, logins)
        users = {login: site.uid(login) for login in logins}
        site.close()
        service = serving.start(
            store,
            database,
            port=serving.free_port(),
            kind="test",
            name=database,
            workers=WORKERS,
        )
        try:
            yield Served(database, service.url, keys, users)
        finally:
            service.stop()
    finally:
        store.drop(database)


def _pooled(suite: Served) -> list[int]:
    """The pooled customers that none of the claimants ever owned, in no order.

    A pool gives nobody back what he had: such a refusal is right and measures nothing.
    """
    claimants = [suite.users[login] for login in _logins()]
    with Site(suite.database).environment() as env:
        env.cr.execute(
            "SELECT id FROM res_partner WHERE pool_id IS NOT NULL AND is_crm_customer"
            " AND active AND NOT EXISTS (SELECT FROM crm_owner_move AS move"
            " WHERE move.partner_id = res_partner.id"
            " AND move.from_user_id = ANY(%s)) ORDER BY id",
            [claimants],
        )
        ids = [row[0] for row in env.cr.fetchall()]
    Random(3).shuffle(ids)
    return ids


def _claim(client: Client, _number: int, record: int) -> tuple[int, Any]:
    return client.call("crm.pool.customer", "action_claim", ids=[record])


def _rate(
    report: Report, suite: Served, stock: Served, ids: list[int], each: int
) -> None:
    """Everybody claims different customers: how many a second?"""
    logins = _logins()[:CLIENTS]
    uids = [stock.users[login] for login in logins]

    def write(client: Client, number: int, record: int) -> tuple[int, Any]:
        return client.call(
            "res.partner", "write", ids=[record], vals={"user_id": uids[number]}
        )

    ours, peer = [], []
    rates = []
    # once around to fill the caches of all processes
    warm_up = ids[: CLIENTS * each]
    for round_number in range(ROUNDS):
        part = ids[round_number * CLIENTS * each :][: CLIENTS * each]
        records = [part[number::CLIENTS] for number in range(CLIENTS)]
        speeds = []
        for served, request, calls in ((suite, _claim, ours), (stock, write, peer)):
            keys = [served.keys[login] for login in logins]
            if not round_number:
                _warm_up(served, keys, warm_up)
            seconds, made = run_together(served.url, keys, records, request)
            _expect_success(made)
            calls += made
            speeds.append(len(made) / seconds)
        rates.append(speeds)
    suite_rate = sum(rate for rate, _peer in rates) / ROUNDS
    stock_rate = sum(rate for _ours, rate in rates) / ROUNDS
    ratio = suite_rate / stock_rate
    report.add(
        Line(
            f"claims by {CLIENTS} clients, {len(ours)} of them",
            suite_rate,
            stock_rate,
            ratio,
            f"≥ {AT_LEAST}",
            ratio >= AT_LEAST,
            "1/s",
            {f"ours_{name}": value for name, value in _latency(ours).items()}
            | {f"peer_{name}": value for name, value in _latency(peer).items()},
        )
    )


def _warm_up(served: Served, keys: list[str], ids: list[int]) -> None:
    """Let every process load its registry and caches, without changing anything."""
    run_together(
        served.url,
        keys,
        [ids[:10]] * len(keys),
        lambda client, _number, record: client.call(
            "res.users", "read", ids=[record % 2 + 1], fields=["name"]
        ),
    )


def _latency(calls: list[Call]) -> dict[str, float]:
    timing = Timing(tuple(call.seconds for call in calls))
    return {"median_ms": timing.median * 1000, "p95_ms": timing.p95 * 1000}


def _expect_success(calls: list[Call]) -> None:
    failed = [call for call in calls if call.status != 200]
    if failed:
        raise CommandError(
            f"{len(failed)} of {len(calls)} requests failed: {failed[0].answer}"
        )


def _contention(report: Report, suite: Served, ids: list[int]) -> None:
    """Everybody wants the same customers."""
    logins = _logins()[:CLIENTS]
    records = []
    for number in range(CLIENTS):
        mine = list(ids)
        Random(number).shuffle(mine)
        records.append(mine)
    keys = [suite.keys[login] for login in logins]
    seconds, calls = run_together(suite.url, keys, records, _claim)
    won = Counter(call.record for call in calls if call.status == 200)
    answers = Counter(call.status for call in calls)
    with Site(suite.database).environment() as env:
        env.cr.execute(
            "SELECT partner_id, count(*), min(to_user_id) FROM crm_owner_move"
            " WHERE kind = 'claim' AND partner_id = ANY(%s) GROUP BY partner_id",
            [ids],
        )
        ledger = {row[0]: row[1:] for row in env.cr.fetchall()}
        owners = {
            customer.id: customer.user_id.id
            for customer in env["res.partner"].browse(ids)
        }
    told = {
        call.record: suite.users[logins[call.client]]
        for call in calls
        if call.status == 200
    }
    doubles = sum(count - 1 for count in won.values())
    doubles += sum(count - 1 for count, _user in ledger.values())
    # whoever was told so owns it, and the ledger says so
    doubles += sum(
        owners[id_] != user or ledger.get(id_, (0, 0))[1] != user
        for id_, user in told.items()
    )
    unclaimed = len(ids) - len(won)
    report.add(
        Line(
            f"double claims, {CLIENTS} clients after the same {len(ids)} customers",
            doubles,
            0,
            doubles,
            "= 0",
            doubles == 0,
            "claims",
            {
                "requests_per_second": len(calls) / seconds,
                "unclaimed": unclaimed,
                **{f"status_{status}": n for status, n in sorted(answers.items())},
            },
        )
    )


def _quotas(report: Report, suite: Served, ids: list[int], each: int) -> None:
    """Four people with four sessions each want more than they may have."""
    logins = _logins()[CLIENTS:][:4]
    sessions = [login for login in logins for _session in range(CLIENTS // 4)]
    keys = [suite.keys[login] for login in sessions]
    boss = Client(suite.url, suite.keys[people.BOSS])
    _status, pool_ids = boss.call("crm.pool", "search", domain=[])
    quota = max(each // 2, 1)
    overruns = 0
    counts = {}
    for field in ("claim_per_day", "holding_limit"):
        before = _standing(suite, logins, field)
        # one limit for all: whoever stands highest may have the quota and no more
        limit = max(before.values()) + quota
        room = {login: limit - before[login] for login in logins}
        _set_limit(boss, pool_ids, field, limit)
        wanted = max(room.values()) + quota
        part, ids = ids[: CLIENTS * wanted], ids[CLIENTS * wanted :]
        records = [part[number::CLIENTS] for number in range(CLIENTS)]
        _seconds, calls = run_together(suite.url, keys, records, _claim)
        after = _standing(suite, logins, field)
        overruns += sum(max(after[login] - limit, 0) for login in logins)
        won = Counter(sessions[call.client] for call in calls if call.status == 200)
        overruns += sum(max(won[login] - room[login], 0) for login in logins)
        counts[f"claimed_{field}"] = sum(won.values())
        counts[f"allowed_{field}"] = sum(room.values())
        _set_limit(boss, pool_ids, field, 0)
    boss.close()
    report.add(
        Line(
            "quota overruns, 4 people with 4 sessions each",
            overruns,
            0,
            overruns,
            "= 0",
            overruns == 0,
            "claims",
            counts,
        )
    )


def _set_limit(boss: Client, pool_ids: list[int], field: str, limit: int) -> None:
    status, answer = boss.call("crm.pool", "write", ids=pool_ids, vals={field: limit})
    if status != 200:
        raise CommandError(f"the limit could not be set: {answer}")


def _standing(suite: Served, logins: list[str], field: str) -> dict[str, int]:
    """How much of a limit each person has used up."""
    query = {
        "claim_per_day": "SELECT to_user_id, count(*) FROM crm_owner_move"
        " WHERE kind = 'claim' GROUP BY 1",
        "holding_limit": "SELECT user_id, count(*) FROM res_partner"
        " WHERE is_crm_customer AND active AND user_id IS NOT NULL GROUP BY 1",
    }[field]
    with Site(suite.database).environment() as env:
        env.cr.execute(query)
        found = dict(env.cr.fetchall())
    return {login: found.get(suite.users[login], 0) for login in logins}
