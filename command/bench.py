"""``bench``: runs the measurements of ``tests/bench``.

A benchmark is a module ``tests/bench/NAME.py`` with ``main(argv)``, which
returns an exit code or None. It finds in its environment:

- the Python environment of the tests, with ``odoo`` importable;
- ``ODOO_RC``: a configuration for the database server of tests (fast, its
  databases can be made again), and PGHOST, PGPORT, PGUSER for the same server;
- ``PGDATABASE``: a database with all our addons, without demonstration data,
  kept between runs until an addon changes;
- :mod:`command.lab` for further databases and live servers.
"""

import sys
from pathlib import Path

from command import (
    addons,
    configuration,
    databases,
    environment,
    paths,
    process,
    system,
    templates,
    ui,
)
from command.errors import CommandError

FOLDER = paths.TESTS / "bench"
_START = (
    "import importlib, sys; sys.path[:0] = sys.argv[1:3];"
    " module = importlib.import_module(sys.argv[3]);"
    " sys.exit(module.main(sys.argv[4:]))"
)


def names() -> list[str]:
    """The benchmarks that there are."""
    return sorted(
        path.stem
        for path in FOLDER.glob("*.py")
        if not path.stem.startswith("_") and "\ndef main(" in path.read_text()
    )


def run(name: str | None, words: list[str]) -> int:
    """Run one benchmark, or all, with these further words.

    :raises CommandError: when there is no such benchmark
    """
    known = names()
    if name and name not in known:
        raise CommandError(
            f"there is no benchmark {name}",
            "benchmarks: " + (", ".join(known) or "none yet"),
        )
    if not known:
        raise CommandError("there are no benchmarks yet", "add tests/bench/NAME.py")
    system.require_all()
    environment.for_tests()
    with databases.opened("test") as store:
        database = _database(store)
        conf = configuration.written("test", store, name="bench")
        codes = [
            _run_one(one, words, store, database, conf)
            for one in ([name] if name else known)
        ]
    return max(codes)


def _database(store: databases.Databases) -> str:
    chosen = tuple(
        name for name, addon in addons.ours().items() if not addon.is_for_tests
    )
    recipe = templates.Recipe(chosen)
    database = f"crm-bench-{paths.state_hash()[:4]}"
    if store.memory(database).get("key") != recipe.key():
        template = templates.Templates(store).need(recipe, f"test:{','.join(chosen)}")
        store.drop(database)
        store.copy(template, database, kind="bench", key=recipe.key())
    return database


def _run_one(
    name: str, words: list[str], store: databases.Databases, database: str, conf: Path
) -> int:
    ui.note(f"- {name}")
    child = process.start(
        [
            environment.for_tests().python,
            "-c",
            _START,
            paths.REPOSITORY,
            FOLDER,
            name,
            *words,
        ],
        env=store.server.environment(ODOO_RC=str(conf), PGDATABASE=database),
        cwd=paths.REPOSITORY,
        stdout=sys.stdout,
        stderr=sys.stderr,
    )
    try:
        code = child.wait()
    except BaseException:
        process.end(child)
        raise
    process.forget(child)
    return code
