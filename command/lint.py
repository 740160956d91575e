"""``lint``: the style of everything, by the tools of Odoo's community."""

import json
import xml.etree.ElementTree
from collections.abc import Callable
from pathlib import Path

from command import addons, environment, odoo, paths, process, system, ui
from command.errors import CommandError

_PYPROJECT = "pyproject.toml"
_PYLINTRC = ".pylintrc-mandatory"
_IGNORED = {".run", ".git", "node_modules", "lib"}


def known() -> dict[str, Callable[[], str]]:
    """The checks by name; each returns what it found."""
    return {
        "ruff-check": lambda: _ruff("check", "--no-cache", "--quiet"),
        "ruff-format": lambda: _ruff("format", "--no-cache", "--check", "--quiet"),
        "pylint-odoo": _pylint,
        "pylint-of-odoo": _pylint_of_odoo,
        "oca-checks-odoo-module": _oca_modules,
        "oca-checks-po": _oca_translations,
        "xml": _well_formed,
        "json": _json,
        "shell": _shell,
    }


def run(names: list[str] | None = None) -> int:
    """Run the checks of these names, or all.

    :return: 1 when one of them found something
    :raises CommandError: when there is no check of a name
    """
    checks = known()
    for name in names or ():
        if name not in checks:
            raise CommandError(
                f"there is no check {name}", "checks: " + " ".join(checks)
            )
    system.require(system.VENV)
    environment.for_lint()
    bad = 0
    for name in names or checks:
        found = checks[name]()
        ui.say(f"{'FAILED' if found else 'ok':<7}{name}")
        if found:
            bad += 1
            ui.say(found.rstrip())
    ui.say(f"lint: {len(names or checks) - bad} checks clean, {bad} with findings")
    return 1 if bad else 0


def _tool(name: str, *words: str | Path, **variables: str) -> str:
    """Run a linter; return what it found, or nothing when it is content."""
    done = process.run(
        [*environment.for_lint().program(name), *words],
        check=False,
        cwd=paths.REPOSITORY,
        env=process.clean_environment(**variables),
    )
    return (done.stdout or f"exit code {done.returncode}") if done.returncode else ""


def _missing(name: str) -> str:
    if (paths.REPOSITORY / name).exists():
        return ""
    return f"{name} is missing; this check needs it (git checkout -- {name})"


def _ruff(*words: str) -> str:
    # ruff is a program of its own, not a script of Python
    missing = _missing(_PYPROJECT)
    if missing:
        return missing
    program = environment.for_lint().folder / "bin" / "ruff"
    done = process.run([program, *words, "."], check=False, cwd=paths.REPOSITORY)
    return (done.stdout or "failed") if done.returncode else ""


def _modules() -> list[Path]:
    return [addon.folder for addon in addons.ours(with_tests=True).values()]


def _pylint() -> str:
    missing = _missing(_PYLINTRC)
    if missing or not _modules():
        return missing
    return _tool("pylint", f"--rcfile={_PYLINTRC}", "--score=n", *_modules())


def _pylint_of_odoo() -> str:
    """Odoo's own checkers, which its package carries: injection, translation."""
    if not _modules():
        return ""
    found = [
        folder / "test_lint" / "tests"
        for folder in odoo.need().addons_folders()
        if (folder / "test_lint" / "tests" / "_odoo_checker_gettext.py").exists()
    ]
    if not found:
        return "this Odoo has no test_lint; use one of ./crm doctor's"
    checkers = ("sql_injection", "gettext", "unlink_override")
    return _tool(
        "pylint",
        "--rcfile=/dev/null",
        "--disable=all,unknown-option-value",
        "--enable=sql-injection,missing-gettext,gettext-variable,gettext-repr,"
        "gettext-placeholders,raise-unlink-override,eval-used,undefined-variable,"
        "used-before-assignment,function-redefined,unreachable",
        "--load-plugins=" + ",".join(f"_odoo_checker_{name}" for name in checkers),
        "--score=n",
        *_modules(),
        PYTHONPATH=str(found[0]),
    )


def _oca_modules() -> str:
    modules = _modules()
    return _tool("oca-checks-odoo-module", *modules) if modules else ""


def _oca_translations() -> str:
    files = [path for module in _modules() for path in module.rglob("i18n*/**/*.po*")]
    return _tool("oca-checks-po", *files) if files else ""


def _files(*suffixes: str) -> list[Path]:
    """Files that git knows or would know, by their suffix."""
    listed = process.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=paths.REPOSITORY,
        check=False,
    )
    if listed.returncode:
        found = [path for path in paths.REPOSITORY.rglob("*") if path.is_file()]
    else:
        names = filter(None, listed.stdout.split("\0"))
        found = [paths.REPOSITORY / name for name in names]
    return sorted(
        path
        for path in found
        if path.suffix in suffixes
        and path.is_file()
        and not _IGNORED & set(path.relative_to(paths.REPOSITORY).parts)
    )


def _well_formed() -> str:
    problems = []
    for path in _files(".xml", ".svg"):
        try:
            xml.etree.ElementTree.parse(path)
        except xml.etree.ElementTree.ParseError as error:
            problems.append(f"{path.relative_to(paths.REPOSITORY)}: {error}")
    return "\n".join(problems)


def _json() -> str:
    problems = []
    for path in _files(".json"):
        try:
            json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            problems.append(f"{path.relative_to(paths.REPOSITORY)}: {error}")
    return "\n".join(problems)


def _shell() -> str:
    problems = []
    for name in ("crm", ".ci/run"):
        path = paths.REPOSITORY / name
        shell = "bash" if name == ".ci/run" else "sh"
        done = process.run([shell, "-n", path], check=False)
        if done.returncode:
            problems.append(done.stdout)
    return "\n".join(problems)
