"""What a backup asks of PostgreSQL: one moment of a database, and a place to try it."""

import logging
import subprocess
import uuid
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from odoo.sql_db import db_connect
from odoo.tools import SQL
from odoo.tools.misc import exec_pg_environ, find_pg_tool

from . import archive

_logger = logging.getLogger(__name__)

# of advisory locks: any number that nobody else uses
LOCK = 1_129_467_202


class DatabaseError(RuntimeError):
    """A program of PostgreSQL failed. ``str()`` is what it said."""


@contextmanager
def alone(database):
    """Hold the right to back up a database; give whether it was free.

    PostgreSQL takes it back when the process dies, so that nothing stays locked.
    """
    with db_connect(database).cursor() as cr:
        cr.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,))
        yield cr.fetchone()[0]


@contextmanager
def moment(database):
    """Hold one moment of a database; give a cursor that sees it and its name."""
    with db_connect(database).cursor() as cr:
        cr.execute("SELECT pg_export_snapshot()")
        yield cr, cr.fetchone()[0]


def dump(database, snapshot, target):
    """Write a database, as it was at a moment, to a file in PostgreSQL's custom format.

    :raise DatabaseError: when pg_dump fails
    """
    _run(
        "pg_dump",
        "--format=custom",
        "--no-owner",
        "--no-acl",
        f"--snapshot={snapshot}",
        f"--file={target}",
        f"--dbname={_named(database)}",
    )


def count_rows(cr):
    """Return the number of rows of each table (dict of name to int)."""
    cr.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    counts = {}
    for (table,) in cr.fetchall():
        cr.execute(SQL("SELECT count(*) FROM %s", SQL.identifier(table)))
        counts[table] = cr.fetchone()[0]
    return counts


def attachments(cr):
    """Return the names of the files (set of str) that a database refers to."""
    cr.execute(
        "SELECT DISTINCT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL"
    )
    return {name for (name,) in cr.fetchall()}


@contextmanager
def scratch(near):
    """Make an empty database, give its name, and drop it whatever happens.

    It is a template for PostgreSQL, so that no server lists it, opens it to anybody or
    runs its scheduled jobs: they would send the mails of a copy.

    :param str near: name of the database that it stands beside
    """
    name = f"{near[:40]}-drill-{uuid.uuid4().hex[:8]}"
    with _server() as cr:
        cr.execute(
            SQL(
                "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'"
                " IS_TEMPLATE true",
                SQL.identifier(name),
            )
        )
    try:
        yield name
    finally:
        drop(name)


def drop_leftovers(near):
    """Drop scratch databases that a killed drill has left behind."""
    with _server() as cr:
        cr.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s",
            (f"{near[:40]}-drill-________",),
        )
        names = [name for (name,) in cr.fetchall()]
    for name in names:
        drop(name)


def drop(name):
    """Drop a scratch database; what stays is dropped before the next backup."""
    try:
        with _server() as cr:
            database = SQL.identifier(name)
            cr.execute(SQL("ALTER DATABASE %s IS_TEMPLATE false", database))
            cr.execute(SQL("DROP DATABASE IF EXISTS %s WITH (FORCE)", database))
    except psycopg2.Error as error:
        _logger.warning("the scratch database %s stays for now: %s", name, error)


def load(database, source):
    """Load a dump into an empty database.

    :param Path source: the dump
    :raise DatabaseError: when pg_restore fails
    """
    listing = Path(source).with_suffix(".list")
    listing.write_text(archive.loadable(_run("pg_restore", "--list", str(source))))
    _run(
        "pg_restore",
        "--no-owner",
        "--no-acl",
        "--exit-on-error",
        f"--use-list={listing}",
        f"--dbname={_named(database)}",
        str(source),
    )


@contextmanager
def looked_at(name):
    """Give a cursor that reads a scratch database."""
    connection = _connect(name)
    try:
        with connection.cursor() as cr:
            yield _Cursor(cr)
    finally:
        connection.close()


class _Cursor:
    """A cursor of psycopg2 that takes SQL objects, as Odoo's do."""

    def __init__(self, cr):
        self._cr = cr

    def execute(self, query, params=None):
        """Run a statement."""
        if isinstance(query, SQL):
            query, params = query.code, query.params
        self._cr.execute(query, params)

    def __getattr__(self, name):
        return getattr(self._cr, name)


@contextmanager
def _server():
    """Give a cursor for statements about databases, each its own transaction."""
    connection = _connect("postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cr:
            yield _Cursor(cr)
    finally:
        connection.close()


def _connect(name):
    # outside of Odoo's pool, which keeps connections that would block the dropping
    return psycopg2.connect(**db_connect(name).dsn)


def _named(database):
    """Return a name that PostgreSQL's programs do not take for an address."""
    quoted = database.replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{quoted}'"


def _run(program, *args):
    """Run a program of PostgreSQL and return what it printed (str)."""
    done = subprocess.run(
        [find_pg_tool(program), *args],
        env=exec_pg_environ(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        _logger.error("%s failed: %s", program, done.stderr)
        raise DatabaseError(f"{program}: {done.stderr.strip()[-1000:]}")
    return done.stdout
