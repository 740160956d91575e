"""The suites of tests: which there are, and which one a path belongs to."""

import functools
from dataclasses import dataclass, replace
from pathlib import Path

from command import addons, paths
from command.errors import CommandError

HOST_LIST = paths.TESTS / "host" / "suites.txt"


@dataclass(frozen=True)
class Suite:
    """A set of tests that run in one process.

    :param kind: ``plain`` (pytest alone), ``odoo`` (on a database of its own)
        or ``live`` (plain tests that drive databases and servers themselves)
    :param targets: paths or test ids for pytest
    :param names: addons of ours that the database holds
    :param deselect: test ids to leave out
    :param root: folder that test ids are named from; the repository if empty
    :param order: the smaller, the earlier it starts
    """

    name: str
    kind: str
    targets: tuple[str, ...]
    names: tuple[str, ...] = ()
    with_tests: bool = False
    deselect: tuple[str, ...] = ()
    root: str = ""
    order: int = 50

    @property
    def file_name(self) -> str:
        """The name as part of a file name or of a database name."""
        return self.name.replace(":", "-")


@functools.cache
def known() -> dict[str, Suite]:
    """All suites that this repository has now, by name."""
    found = [_folder("static", "plain", 0), _folder("command", "live", 30)]
    found += [_folder("matrix", "live", 5), _folder("e2e", "live", 10)]
    own = addons.ours()
    for name, addon in own.items():
        tests = addon.folder / "tests"
        if tests.is_dir():
            found.append(
                Suite(f"addon:{name}", "odoo", (str(tests),), (name,), order=20)
            )
    everything = addons.ours(with_tests=True)
    folders = tuple(
        str(addon.folder / "tests")
        for addon in everything.values()
        if addon.is_for_tests and (addon.folder / "tests").is_dir()
    )
    if folders:
        found.append(
            Suite("all", "odoo", folders, tuple(everything), with_tests=True, order=15)
        )
    if own and HOST_LIST.exists():
        found.append(Suite("host", "odoo", (), tuple(own), order=12))
        found.append(Suite("lint_odoo", "odoo", (), tuple(own), order=40))
    return {suite.name: suite for suite in found if suite}


def _folder(name: str, kind: str, order: int) -> Suite | None:
    path = paths.TESTS / name
    if not path.is_dir() or not any(path.rglob("test_*.py")):
        return None
    return Suite(name, kind, (str(path),), order=order)


def chosen(words: list[str]) -> list[Suite]:
    """The suites that the user's words mean: names of suites, or paths.

    :raises CommandError: when a word means neither
    """
    if not words:
        return sorted(known().values(), key=lambda suite: (suite.order, suite.name))
    found: dict[str, Suite] = {}
    for word in words:
        if word in known():
            found[word] = known()[word]
            continue
        name, target = _locate(word)
        suite = known().get(name)
        if not suite:
            raise CommandError(
                f"there are no tests in {word}",
                "suites: " + (", ".join(sorted(known())) or "none yet"),
            )
        if target:
            before = found[name].targets if name in found else ()
            suite = replace(suite, targets=(*before, target))
        found[name] = suite
    return list(found.values())


def _locate(word: str) -> tuple[str, str]:
    """Suite and pytest target of a path, which may end in ``::Class::test``."""
    file_part, mark, test = word.partition("::")
    for base in (Path.cwd(), paths.REPOSITORY):
        path = (base / file_part).resolve()
        if path.exists():
            break
    else:
        raise CommandError(
            f"{file_part} is neither a suite nor a path",
            "suites: " + ", ".join(sorted(known())),
        )
    target = f"{path}{mark}{test}"
    for name, addon in addons.ours(with_tests=True).items():
        if path == addon.folder or addon.folder in path.parents:
            suite = "all" if addon.is_for_tests else f"addon:{name}"
            return suite, "" if path == addon.folder else target
    if paths.TESTS in path.parents:
        suite = path.relative_to(paths.TESTS).parts[0]
        if suite == "addons":
            return "all", ""
        return suite, "" if path == paths.TESTS / suite else target
    return word, ""
