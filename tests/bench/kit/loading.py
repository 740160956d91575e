"""Filling tables by ``COPY``, with rows that look as the ORM would store them."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from odoo import models

NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def connect(database: str) -> Connection:
    """A connection of its own to a database of the server of the environment."""
    return psycopg2.connect(dbname=database, application_name="crm-bench")


def cell(value: Any) -> str:
    """Return a value in the text format of ``COPY``."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).translate(_ESCAPES)


class Pattern:
    """The row that the ORM stores for a record, to be repeated with other values.

    Columns that the rows do not name keep what the ORM put there: defaults, and
    whatever an addon adds to the model later.

    :param record: one record, created by the ORM; it may be rolled back afterwards
    :param omit: columns that the database fills, such as ``id``
    """

    def __init__(self, record: models.BaseModel, omit: Iterable[str] = ()) -> None:
        record.ensure_one()
        record.env.flush_all()
        self.table = record._table
        omitted = set(omit)
        cursor = record.env.cr
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
            " AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [self.table],
        )
        self.columns = [name for (name,) in cursor.fetchall() if name not in omitted]
        sink = io.StringIO()
        cursor._obj.copy_expert(
            sql.SQL("COPY (SELECT {} FROM {} WHERE id = {}) TO STDOUT").format(
                sql.SQL(", ").join(map(sql.Identifier, self.columns)),
                sql.Identifier(self.table),
                sql.Literal(record.id),
            ),
            sink,
        )
        self.cells = sink.getvalue().rstrip("\n").split("\t")
        self.place = {name: index for index, name in enumerate(self.columns)}

    def row(self, values: Mapping[str, Any]) -> str:
        """Return the pattern with some values replaced, as a line for ``COPY``.

        :raises KeyError: when the table has no such column
        """
        cells = self.cells.copy()
        for name, value in values.items():
            cells[self.place[name]] = cell(value)
        return "\t".join(cells)

    def copy(self, connection: Connection, rows: Sequence[str]) -> None:
        """Append rows to the table."""
        if not rows:
            return
        with connection.cursor() as cursor:
            cursor.copy_expert(
                sql.SQL("COPY {} ({}) FROM STDIN").format(
                    sql.Identifier(self.table),
                    sql.SQL(", ").join(map(sql.Identifier, self.columns)),
                ),
                io.StringIO("\n".join(rows) + "\n"),
            )


@contextmanager
def without_indexes(connection: Connection, tables: Sequence[str]) -> Iterator[None]:
    """Drop indexes and foreign keys of tables; build them again at the end.

    The database is thrown away when something fails in between.
    """
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
            "  FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
            [list(tables)],
        )
        constraints = cursor.fetchall()
        cursor.execute(
            "SELECT index.indexrelid::regclass::text, pg_get_indexdef(index.indexrelid)"
            "  FROM pg_index index"
            " WHERE index.indrelid::regclass::text = ANY(%s)"
            "   AND NOT EXISTS (SELECT FROM pg_constraint"
            "                    WHERE conindid = index.indexrelid)",
            [list(tables)],
        )
        indexes = cursor.fetchall()
        for table, name, _definition in constraints:
            cursor.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                    sql.Identifier(table), sql.Identifier(name)
                )
            )
        for name, _definition in indexes:
            cursor.execute(sql.SQL("DROP INDEX {}").format(sql.SQL(name)))
    yield
    with connection, connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in constraints:
            cursor.execute(
                sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                    sql.Identifier(table), sql.Identifier(name), sql.SQL(definition)
                )
            )


def analyze(connection: Connection, tables: Sequence[str]) -> None:
    """Leave the tables as a database that has been running for a while."""
    connection.autocommit = True
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                sql.SQL("VACUUM (FREEZE, ANALYZE) {}").format(sql.Identifier(table))
            )
    connection.autocommit = False
