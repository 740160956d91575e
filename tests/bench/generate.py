"""Makes the data that benchmarks measure, and keeps it as templates.

Two databases come out of it: one with the suite, and its peer, Odoo without the
suite, holding the same partners and the same people. Both stay until an addon or this
generator changes.
"""

import hashlib
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from kit import people
from kit.customers import CHUNK, Chunk, CustomerRows
from kit.loading import analyze, connect, without_indexes
from kit.options import arguments, explained
from kit.site import Site
from kit.verifying import differences
from psycopg2 import sql

from command import databases, locks, paths, templates, ui
from command.errors import CommandError

# what the suite stands on, without the suite
STOCK_MODULES = (
    "sale_crm",
    "sale_management",
    "sale_margin",
    "sales_team",
    "mail",
    "calendar",
    "phone_validation",
    "utm",
)
SUITE_GROUPS = {
    "boss": ["crm_base.group_boss"],
    "director": ["crm_base.group_director"],
    "manager": ["crm_base.group_manager"],
    "salesperson": ["crm_base.group_salesperson"],
}
STOCK_GROUPS = {
    role: ["sales_team.group_sale_salesman_all_leads", "base.group_partner_manager"]
    for role in SUITE_GROUPS
}
TABLES = ("res_partner", "crm_followup", "crm_owner_move", "crm_share", "mail_message")
SAMPLE = 200
PROCESSES = 2

_rows: CustomerRows | None = None
_database = ""


class Data(NamedTuple):
    """The databases to measure.

    :ivar int rows: number of customers
    :ivar str suite: name of the database with the suite
    :ivar str stock: name of the database with Odoo alone
    """

    rows: int
    suite: str
    stock: str


@contextmanager
def opened() -> Iterator[databases.Databases]:
    """The databases of the server that the benchmarks run on."""
    with databases.opened("test") as store:
        yield store


def ensure(store: databases.Databases, rows: int) -> Data:
    """Return the data of this size, made now if it is not there yet."""
    prefix = f"crm-bench-{paths.state_hash()[:4]}-{rows}"
    data = Data(rows, f"{prefix}-suite", f"{prefix}-stock")
    key = _key(store)
    with locks.lock(paths.state_dir() / "locks" / f"{prefix}.lock", "making data"):
        if not all(store.memory(name).get("key") == key for name in data[1:]):
            _make(store, data, key)
    return data


def peer(store: databases.Databases) -> str:
    """Return the name of a database with Odoo alone, made now if it is not there."""
    maker = templates.Templates(store)
    empty = maker.need(templates.Recipe(()), "bench")
    name = f"crm-bench-{paths.state_hash()[:4]}-odoo"
    key = hashlib.sha256(" ".join((empty, *STOCK_MODULES)).encode()).hexdigest()[:16]
    with locks.lock(paths.state_dir() / "locks" / f"{name}.lock", "making the peer"):
        if store.memory(name).get("key") != key:
            work = f"{name}.building"
            for former in (work, name):
                store.drop(former)
            store.copy(empty, work, kind="building")
            with ui.step("Installing the peer: Odoo without the suite") as step:
                maker.install(work, STOCK_MODULES, step, log="bench-stock")
            store.remember(work, kind="bench", key=key)
            store.rename(work, name)
    return name


def _key(store: databases.Databases) -> str:
    """A hash of everything that the data depends on: the addons and this code."""
    digest = hashlib.sha256()
    digest.update(str(store.memory(os.environ["PGDATABASE"]).get("key")).encode())
    kit = Path(__file__).parent / "kit"
    sources = ("customers.py", "loading.py", "names.py", "people.py")
    for path in (Path(__file__), *(kit / name for name in sources)):
        digest.update(path.read_bytes())
    for path in sorted((kit / "words").iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _make(store: databases.Databases, data: Data, key: str) -> None:
    paths.need_free_space(paths.state_dir(), 500 + data.rows // 100)
    suite, stock = f"{data.suite}.building", f"{data.stock}.building"
    for name in (suite, stock, *data[1:]):
        store.drop(name)
    store.copy(os.environ["PGDATABASE"], suite, kind="building")
    store.copy(peer(store), stock, kind="building")
    with ui.step("Creating 500 people in both databases"):
        _create_people(suite, SUITE_GROUPS, teams=True)
        _create_people(stock, STOCK_GROUPS, teams=False)
    _fill_suite(suite, data.rows)
    _fill_stock(suite, stock)
    with ui.step(f"Comparing {SAMPLE} rows with what Odoo stores"):
        found = differences(Site(suite), SAMPLE, data.rows)
    if found:
        raise CommandError(
            "the generator does not store what the ORM stores:\n     "
            + "\n     ".join(found[:10]),
            "bring tests/bench/kit/customers.py in line with the addons",
        )
    for work, name in ((suite, data.suite), (stock, data.stock)):
        store.remember(work, kind="bench", key=key, rows=data.rows)
        store.rename(work, name)


def _create_people(database: str, groups: dict[str, list[str]], teams: bool) -> None:
    site = Site(database)
    organisation = people.organisation()
    with site.registry.cursor() as cursor:
        env = site.superuser(cursor)
        users = people.create_users(env, organisation, groups)
        if teams:
            people.create_teams(env, organisation, users)
            people.create_pool(env)
    site.close()


def _users(site: Site) -> dict[str, int]:
    with site.environment() as env:
        found = env["res.users"].search([("login", "=like", "bench.%")])
        return {user.login: user.id for user in found}


def _fill_suite(database: str, rows: int) -> None:
    global _rows, _database
    site = Site(database)
    users = _users(site)
    with site.environment() as env:
        _rows = CustomerRows(env, rows, users)
    site.close()
    _database = database
    chunks = -(-rows // CHUNK)
    connection = connect(database)
    with (
        ui.step(f"Making {rows:,} customers") as step,
        without_indexes(connection, TABLES),
    ):
        # forked, so that the workers have the patterns and the words already
        with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
            for done in pool.imap_unordered(_load_chunk, range(chunks)):
                step.progress(f"{min((done + 1) * CHUNK, rows):,}")
        _set_sequences(connection, rows)
        step.progress("building indexes")
    with ui.step("Collecting statistics"):
        analyze(connection, TABLES)
    connection.close()


def _load_chunk(number: int) -> int:
    """Make one chunk and append it to the tables, in a process of its own."""
    made: Chunk = _rows.chunk(number)
    connection = connect(_database)
    with connection:
        _rows.customer.copy(connection, made.partners)
        _rows.done.copy(connection, made.followups)
        _rows.move.copy(connection, made.moves)
        _rows.share.copy(connection, made.shares)
        _rows.note.copy(connection, made.messages)
    connection.close()
    return number


def _set_sequences(connection, rows: int) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner))"
        )
        cursor.execute("SELECT id FROM ir_sequence WHERE code = 'crm.customer'")
        (sequence_id,) = cursor.fetchone()
        cursor.execute(
            "SELECT setval(%s, %s)", [f"ir_sequence_{sequence_id:03d}", rows + 1]
        )


def _fill_stock(suite: str, stock: str) -> None:
    """Copy the partners of the suite, in the columns that Odoo alone has."""
    with ui.step("Copying the same partners into the peer"):
        source, target = connect(suite), connect(stock)
        with source.cursor() as cursor:
            cursor.execute("SELECT * FROM res_partner LIMIT 0")
            known = {column.name for column in cursor.description}
        with target.cursor() as cursor:
            cursor.execute("SELECT * FROM res_partner LIMIT 0")
            names = [col.name for col in cursor.description if col.name in known]
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        tables = ("res_partner",)
        with without_indexes(target, tables):
            _pipe(source, target, columns)
        analyze(target, tables)
        source.close()
        target.close()


def _pipe(source, target, columns: sql.Composable) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        # the child owns the source connection from here on
        code = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as sink, source.cursor() as cursor:
                cursor.copy_expert(
                    sql.SQL(
                        "COPY (SELECT {} FROM res_partner WHERE id >= {}"
                        " ORDER BY id) TO STDOUT"
                    ).format(columns, sql.Literal(10_000)),
                    sink,
                )
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with target, os.fdopen(reading, "rb") as flow, target.cursor() as cursor:
        cursor.copy_expert(
            sql.SQL("COPY res_partner ({}) FROM STDIN").format(columns), flow
        )
        cursor.execute(
            "SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner))"
        )
    _pid, status = os.waitpid(child, 0)
    if status:
        raise CommandError("copying the partners into the peer failed")


@explained
def main(argv: Sequence[str]) -> int:
    """Make the data, or tell that it is there."""
    options = arguments(__doc__).parse_args(argv)
    started = time.monotonic()
    with opened() as store:
        data = ensure(store, options.rows)
        sizes = {name: store.size(name) for name in data[1:]}
    seconds = time.monotonic() - started
    if options.json:
        json.dump({"bench": "generate", "rows": data.rows, "bytes": sizes}, sys.stdout)
        print()
    else:
        for name, size in sizes.items():
            ui.say(f"{name}  {size / 2**20:,.0f} MiB")
        ui.say(f"ready in {seconds:.0f} s")
    return 0
