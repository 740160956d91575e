"""The addons of this repository: which there are, what they need, their hash."""

import ast
import functools
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from command import paths
from command.errors import CommandError

# What decides about the registry and the data of a database; static files
# (scripts, styles, pictures) and tests are read when they are used.
_SUFFIXES = {".py", ".xml", ".csv", ".po", ".pot", ".sql", ".tsv", ".json", ".txt"}
_IGNORED = {"__pycache__", "tests", "node_modules", ".git"}


@dataclass(frozen=True)
class Addon:
    """One addon of ours."""

    name: str
    folder: Path
    manifest: dict[str, Any] = field(hash=False, compare=False)

    @property
    def depends(self) -> list[str]:
        """What it names in its manifest."""
        return list(self.manifest.get("depends", []))

    @property
    def is_for_tests(self) -> bool:
        """Whether it exists for tests only."""
        return self.folder.parent == paths.test_addons_folder()

    def digest(self) -> str:
        """A hash of the files that decide about a database with this addon."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            inner = path.relative_to(self.folder)
            if path.suffix not in _SUFFIXES or _IGNORED & set(inner.parts):
                continue
            if inner.parts[:2] == ("static", "src") and path.suffix != ".xml":
                continue
            if path.is_file():
                digest.update(str(inner).encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:16]


@functools.cache
def ours(*, with_tests: bool = False) -> dict[str, Addon]:
    """Our installable addons by name.

    :param with_tests: also those of ``tests/addons``
    :raises CommandError: when a manifest cannot be read
    """
    folders = paths.addons_folders()
    if with_tests:
        folders = [*folders, paths.test_addons_folder()]
    found = {}
    for base in folders:
        if not base.is_dir():
            continue
        for manifest in sorted(base.glob("*/__manifest__.py")):
            try:
                values = ast.literal_eval(manifest.read_text(encoding="utf-8"))
            except (SyntaxError, ValueError) as error:
                raise CommandError(
                    f"{manifest} cannot be read: {error}", "mend the manifest"
                ) from None
            if values.get("installable", True):
                folder = manifest.parent
                found[folder.name] = Addon(folder.name, folder, values)
    return found


def folders_in_use(*, with_tests: bool = False) -> list[Path]:
    """The folders to name in Odoo's ``addons_path``: those with an addon in them.

    :raises CommandError: when a path cannot be written in that setting
    """
    found = sorted(
        {addon.folder.parent for addon in ours(with_tests=with_tests).values()}
    )
    for path in found:
        if "," in str(path):
            raise CommandError(
                f"Odoo cannot use a folder with a comma in its name: {path}",
                "move the repository to another folder",
            )
    return found


def closure(names: Iterable[str], *, with_tests: bool = False) -> list[Addon]:
    """These addons of ours and those they depend on, dependencies first.

    :raises CommandError: when a name is not one of our addons
    """
    known = ours(with_tests=with_tests)
    ordered: dict[str, Addon] = {}

    def visit(name: str) -> None:
        if name in known and name not in ordered:
            for dependency in sorted(known[name].depends):
                visit(dependency)
            ordered[name] = known[name]

    for name in sorted(names):
        if name not in known:
            raise CommandError(
                f"there is no addon {name}",
                "addons: " + (", ".join(sorted(known)) or "none yet"),
            )
        visit(name)
    return list(ordered.values())


def foreign_depends(chosen: Iterable[Addon]) -> list[str]:
    """What these addons ask for that is not ours: Odoo's and OCA's modules."""
    known = ours(with_tests=True)
    names = {name for addon in chosen for name in addon.depends}
    return sorted(name for name in names if name not in known)
