"""Databases together with their files: copy, rename, drop, remember."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from command import cluster, paths, postgres
from command.errors import CommandError

# In the comment of every database that the command has made.
_MARK = "crm-suite"

# PostgreSQL leaves an index alone for as long as any transaction of the server is older
# than it, if rows of its table had been changed just before it was made. VACUUM takes
# their old versions away, so that a new index needs no such care.
_SETTLE = r"""
SELECT DISTINCT format('VACUUM %s', indrelid::regclass)
  FROM pg_index WHERE indcheckxmin \gexec
SELECT format('REINDEX INDEX %s', indexrelid::regclass)
  FROM pg_index WHERE indcheckxmin \gexec
"""


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


class Databases:
    """The databases of one server, with the folder of their attachments.

    :param server: where they live
    :param data_dir: Odoo's ``data_dir`` for all of them
    """

    def __init__(self, server: postgres.Server, data_dir: Path) -> None:
        self.server = server
        self.data_dir = data_dir

    def filestore(self, name: str) -> Path:
        """Where Odoo keeps the attachments of a database."""
        return self.data_dir / "filestore" / name

    def all(self) -> dict[str, dict[str, Any]]:
        """Name and memory of the databases; memory is empty if not made by us."""
        rows = self.server.sql(
            "SELECT datname, replace(coalesce(shobj_description(oid, 'pg_database'),"
            " ''), chr(10), ' ') FROM pg_database WHERE NOT datistemplate"
            " AND datname <> 'postgres' ORDER BY 1"
        )
        return {row[0]: _memory(row[1] if len(row) > 1 else "") for row in rows}

    def exists(self, name: str) -> bool:
        """Whether there is such a database."""
        return bool(
            self.server.sql(
                f"SELECT 1 FROM pg_database WHERE datname = {literal(name)}"
            )
        )

    def memory(self, name: str) -> dict[str, Any]:
        """What the command has written about a database; empty if nothing."""
        rows = self.server.sql(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            f" WHERE datname = {literal(name)}"
        )
        return _memory(rows[0][0]) if rows and rows[0] else {}

    def remember(self, name: str, **facts: Any) -> None:
        """Write facts about a database where they go along with it."""
        memory = {**self.memory(name), **facts, "made_by": _MARK}
        text = json.dumps(memory, sort_keys=True)
        self.server.sql(f"COMMENT ON DATABASE {quoted(name)} IS {literal(text)}")

    def drop(self, name: str) -> None:
        """Remove a database and its files, whoever is connected to it."""
        self.server.sql(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")
        paths.remove(self.filestore(name))

    def rename(self, old: str, new: str) -> None:
        """Rename a database and its files. Files go first: see :meth:`copy`."""
        self.close(old)
        if self.filestore(old).exists():
            paths.remove(self.filestore(new))
            self.filestore(old).rename(self.filestore(new))
        self.server.sql(f"ALTER DATABASE {quoted(old)} RENAME TO {quoted(new)}")

    def copy(self, source: str, target: str, **facts: Any) -> None:
        """Copy a database and its files. Where the target exists, it is whole.

        Attachments are named by their content and never changed, so a copy
        may share them on disk.
        """
        paths.remove(self.filestore(target))
        if self.filestore(source).exists():
            work = self.filestore(target).with_name(f"{target}.copying")
            paths.remove(work)
            shutil.copytree(self.filestore(source), work, copy_function=_link)
            work.rename(self.filestore(target))
        self.close(source)
        strategy = ""
        if self._version() >= 15:
            strategy = " STRATEGY file_copy"
        self.server.sql(
            f"CREATE DATABASE {quoted(target)} TEMPLATE {quoted(source)}{strategy}"
        )
        self.remember(target, **facts)

    def settle(self, name: str) -> None:
        """Let the planner use every index at once, whatever else the server does."""
        self.server.sql(_SETTLE, name)

    def close(self, name: str) -> None:
        """Throw everybody out of a database (autovacuum leaves by itself)."""
        self.server.sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            f" WHERE datname = {literal(name)} AND pid <> pg_backend_pid()"
            " AND usename = current_user"
        )

    def size(self, name: str) -> int:
        """Size of the database on disk, in bytes, without its files."""
        row = self.server.sql(f"SELECT pg_database_size({literal(name)})")
        return int(row[0][0])

    def _version(self) -> int:
        row = self.server.sql("SHOW server_version_num")
        return int(row[0][0]) // 10000


def _memory(comment: str) -> dict[str, Any]:
    try:
        memory = json.loads(comment)
    except ValueError:
        return {}
    if not isinstance(memory, dict) or memory.get("made_by") != _MARK:
        return {}
    return memory


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


@contextmanager
def opened(purpose: str) -> Iterator[Databases]:
    """The databases for a purpose, on a server that runs for the ``with`` block.

    :param purpose: ``main`` or ``test``
    """
    with connected(purpose) as (databases, _users):
        yield databases


@contextmanager
def connected(purpose: str) -> Iterator[tuple[Databases, int | None]]:
    """Like :func:`opened`, with the descriptor of :meth:`Server.in_use`."""
    server = cluster.chosen(purpose)
    data_dir = paths.state_dir() / "odoo" / purpose
    data_dir.mkdir(parents=True, exist_ok=True)
    with server.in_use() as users:
        yield Databases(server, data_dir), users


def check_name(name: str) -> str:
    """Refuse a database name that Odoo could not use.

    :raises CommandError: when it has other characters than the usual ones
    """
    allowed = all(char.isalnum() or char in "-_." for char in name)
    if not name or not allowed or not name[0].isalnum() or len(name) > 60:
        raise CommandError(
            f"{name!r} cannot be the name of a database",
            "use letters, digits, '-', '_' and '.', beginning with a letter",
        )
    return name
