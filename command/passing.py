"""``odoo``, ``psql`` and ``shell``: other programs in this environment."""

import os
import subprocess
import sys

from command import configuration, databases, environment, process, server


def run(program: str, words: list[str]) -> int:
    """Run Odoo or psql with these words on the databases of this clone.

    Odoo finds its configuration through ``ODOO_RC``, so that every subcommand
    of it works as its own documentation says.
    """
    with databases.opened("main") as store:
        found = server.running()
        name = os.environ.get("PGDATABASE") or (
            found.database if found else server.DEFAULT_DATABASE
        )
        if program == "psql":
            command = [store.server.program("psql"), *words]
            return _foreground(command, store, {"PGDATABASE": name})
        conf = configuration.written("dev", store)
        if program == "shell":
            if not any(word.startswith(("-d", "--database")) for word in words):
                words = ["-d", name, *words]
            words = ["shell", "--no-http", *words]
        command = [*environment.for_running().program("odoo"), *words]
        return _foreground(command, store, {"ODOO_RC": str(conf)})


def _foreground(
    command: list[str], store: databases.Databases, variables: dict[str, str]
) -> int:
    """Run in the foreground: same terminal, same process group."""
    child = subprocess.Popen(
        process.tied(command),
        env=store.server.environment(**variables),
        stdin=sys.stdin,
    )
    with process.foreground(child):
        return child.wait()
