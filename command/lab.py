"""Databases and servers on demand, for tests and benchmarks."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from command import (
    configuration,
    databases,
    environment,
    paths,
    process,
    results,
    serving,
    templates,
    ui,
)
from command.errors import CommandError

_numbers = itertools.count(1)


class Lab:
    """Makes databases and servers for tests, and removes them afterwards."""

    def __init__(self, store: databases.Databases, label: str) -> None:
        self.store = store
        self.maker = templates.Templates(store)
        self._label = label
        self._databases: list[str] = []
        self._services: list[serving.Service] = []
        self._logs: list[Path] = []

    # -- databases ----------------------------------------------------------

    def database(
        self, names: list[str], *, demo: bool = False, lang: str = "en_US"
    ) -> str:
        """A new database with these addons of ours and what they depend on.

        It is the copy of a template, so the second one comes in a second.

        :param names: addons of ours; none gives Odoo alone
        :param demo: with the demonstration data of our addons
        :return: its name
        """
        recipe = templates.Recipe(tuple(sorted(names)), demo=demo, lang=lang)
        slot = f"test:{','.join(recipe.names)}:{demo}:{lang}"
        template = self.maker.need(recipe, slot)
        self._logs.append(self.maker.log_of(template))
        return self._copy(template)

    def foundation(self, names: list[str]) -> str:
        """A new database with what these addons stand on, and nothing of ours.

        :param names: addons of ours
        :return: its name
        """
        base = self.maker.need_base(templates.Recipe(tuple(sorted(names))))
        return self._copy(base)

    def install(self, database: str, names: list[str]) -> Path:
        """Install addons in a database; return the log of it."""
        return self._change(database, names, update=False)

    def update(self, database: str, names: list[str]) -> Path:
        """Update addons in a database; return the log of it."""
        return self._change(database, names, update=True)

    def uninstall(self, database: str, names: list[str]) -> Path:
        """Uninstall addons from a database; return the log of it.

        :raises CommandError: when Odoo fails
        """
        log = self._new_log()
        conf = configuration.written("test", self.store, name=f"lab-{database}")
        done = process.run(
            [
                *environment.for_running().program("odoo"),
                "module",
                "uninstall",
                "-c",
                conf,
                "-d",
                database,
                *names,
            ],
            env=self.store.server.environment(),
            check=False,
            log=log,
        )
        conf.unlink(missing_ok=True)
        if done.returncode:
            raise CommandError(
                f"Odoo could not uninstall {', '.join(names)}: "
                + templates.first_error(done.stdout),
                f"the whole log is in {log}",
            )
        return log

    def installed(self, database: str) -> list[str]:
        """The names of all modules that are installed in a database."""
        rows = self.store.server.sql(
            "SELECT name FROM ir_module_module WHERE state = 'installed' ORDER BY 1",
            database,
        )
        return [row[0] for row in rows]

    def sql(self, database: str, statement: str) -> list[list[str]]:
        """Run SQL and return the rows as texts."""
        return self.store.server.sql(statement, database)

    def shell(self, database: str, script: str) -> str:
        """Run a script in Odoo's shell (``env`` is there); return its output."""
        return self.maker.shell(database, script)

    def complaints(self) -> list[str]:
        """Warnings and errors about our addons in all logs so far."""
        return [text for log in self._logs for text in results.complaints(log)]

    # -- servers ------------------------------------------------------------

    def serve(
        self,
        database: str,
        *,
        workers: int = 0,
        proxy: bool = True,
        port: int = 0,
        **settings: object,
    ) -> serving.Service:
        """Start a server on a database; it ends with the tests.

        :param workers: several processes, behind nginx unless ``proxy`` is False
        :return: its ``url``, ``database``, ``log`` and ``stop()``
        """
        service = serving.start(
            self.store,
            database,
            port=port or serving.free_port(),
            kind="test",
            name=f"lab-{self._label}-{next(_numbers)}",
            workers=workers,
            proxy=proxy,
            **settings,
        )
        self._services.append(service)
        self._logs.append(service.log)
        return service

    def close(self) -> None:
        """Stop the servers and drop the databases."""
        for service in self._services:
            service.stop(5.0)
            service.conf.unlink(missing_ok=True)
        for name in self._databases:
            self.store.drop(name)

    # -- parts --------------------------------------------------------------

    def _copy(self, template: str) -> str:
        name = f"crm-lab-{paths.state_hash()[:4]}-{self._label}-{next(_numbers)}"
        self.store.drop(name)
        self.store.copy(template, name, kind="test")
        self._databases.append(name)
        return name

    def _change(self, database: str, names: list[str], *, update: bool) -> Path:
        log = self.maker.install(
            database,
            names,
            ui.Step("installing"),
            log=f"lab-{self._label}-{next(_numbers)}",
            update=update,
        )
        self._logs.append(log)
        return log

    def _new_log(self) -> Path:
        name = f"lab-{self._label}-{next(_numbers)}"
        log = self.maker.log_of(name)
        log.unlink(missing_ok=True)
        self._logs.append(log)
        return log


@contextmanager
def opened(label: str) -> Iterator[Lab]:
    """A laboratory on the test server of databases; everything in it goes.

    :param label: part of the names of its databases and logs
    """
    with databases.opened("test") as store:
        made = Lab(store, label)
        try:
            yield made
        finally:
            made.close()
            process.end_all()
