"""PostgreSQL: a private cluster on a unix socket, or the server of ``$PGHOST``."""

import abc
import contextlib
import os
import shutil
from collections.abc import Iterator

from command import process, system, versions
from command.errors import CommandError

ROLE = "odoo"
SERVICE_USER = "postgres"

SETTINGS = """
# Written by ./crm when the cluster was made.
listen_addresses = ''
max_connections = 200
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""
FAST_SETTINGS = """
# Only for databases that can be made again: tests and benchmarks.
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum_naptime = 5min
checkpoint_timeout = 30min
max_wal_size = 4GB
shared_buffers = 512MB
"""


class Server(abc.ABC):
    """Something that databases live in: how to connect, how to run SQL."""

    name = ""

    @abc.abstractmethod
    def variables(self) -> dict[str, str]:
        """The variables that tell every PostgreSQL client how to connect."""

    @abc.abstractmethod
    def in_use(self) -> contextlib.AbstractContextManager[int | None]:
        """Keep the server running for the time of a ``with`` block."""

    def program(self, name: str) -> str:
        """Path of a client program that fits this server."""
        folder = system.postgresql_bin()
        if folder and (folder / name).exists():
            return str(folder / name)
        found = shutil.which(name)
        if not found:
            system.require(system.PSQL)
            found = shutil.which(name)
        if not found:
            raise CommandError(
                f"the program {name} is missing", "install postgresql-client"
            )
        return found

    def environment(self, **extra: str | None) -> dict[str, str]:
        """The environment of a program that connects to this server."""
        known = {key: None for key in os.environ if key.startswith("PG")}
        return process.clean_environment(**{**known, **self.variables(), **extra})

    def sql(self, statement: str, database: str = "postgres") -> list[list[str]]:
        """Run SQL with ``psql`` and return the rows.

        :raises CommandError: when the server refuses the statement
        """
        done = process.run(
            [
                self.program("psql"),
                "-XqAt",
                "-F\x1f",
                "-vON_ERROR_STOP=1",
                "-d",
                database,
                "-f",
                "-",
            ],
            env=self.environment(),
            input=statement,
            what="a database command",
        )
        return [line.split("\x1f") for line in done.stdout.splitlines()]


class Given(Server):
    """The server that the environment names, which we neither start nor stop."""

    name = "given"

    def variables(self) -> dict[str, str]:
        """See :meth:`Server.variables`."""
        known = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGPASSWORD", "PGPASSFILE")
        more = ("PGSERVICE", "PGSERVICEFILE", "PGSSLMODE", "PGSSLROOTCERT")
        return {key: os.environ[key] for key in (*known, *more) if key in os.environ}

    @contextlib.contextmanager
    def in_use(self) -> Iterator[int | None]:
        """See :meth:`Server.in_use`. Checks that the server is fit for Odoo."""
        shown = self.sql(
            "SELECT current_user, rolcreatedb OR rolsuper,"
            " current_setting('server_version_num')::int / 10000"
            " FROM pg_roles WHERE rolname = current_user"
        )[0]
        if shown[0] == SERVICE_USER:
            raise CommandError(
                "Odoo refuses to work as the database user postgres",
                "set PGUSER to a role with the right to create databases",
            )
        if shown[1] != "t":
            raise CommandError(
                f"the database user {shown[0]} may not create databases",
                f"run as an administrator:  ALTER ROLE {shown[0]} CREATEDB",
            )
        if int(shown[2]) < versions.POSTGRESQL_MINIMUM:
            raise CommandError(
                f"PostgreSQL {shown[2]} is too old for Odoo 19",
                f"use PostgreSQL {versions.POSTGRESQL_MINIMUM} or newer",
            )
        yield None
