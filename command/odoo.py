"""Which Odoo is used: the machine's own, ``$ODOO_HOME``, or Debian's package."""

import functools
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from command import debian, process, versions
from command.errors import CommandError


@dataclass(frozen=True)
class Odoo:
    """An Odoo on disk.

    :param folder: what has to be on ``sys.path`` for ``import odoo``
    :param origin: how it was found, for people
    :param version: the package version, or the series for a checkout
    """

    folder: Path
    origin: str
    version: str

    @property
    def is_tested(self) -> bool:
        """Whether this is the very version that the suite was tested with."""
        return self.version == versions.ODOO_VERSION

    def addons_folders(self) -> list[Path]:
        """Where its own addons are."""
        candidates = (self.folder / "odoo" / "addons", self.folder / "addons")
        return [path for path in candidates if path.is_dir()]


@functools.cache
def locate(fetch: bool = True) -> Odoo | None:
    """Find Odoo 19; the first of: importable, ``$ODOO_HOME``, Debian's package.

    :param fetch: whether to download Debian's package when nothing is there
    :raises CommandError: when what was found is not Odoo 19
    """
    importable = _importable()
    if importable:
        return importable
    home = os.environ.get("ODOO_HOME")
    if home:
        folder = Path(home).expanduser().resolve()
        series = _series(folder)
        if series != versions.ODOO_SERIES:
            raise CommandError(
                f"ODOO_HOME={home} is not Odoo 19.0",
                "point it at the folder that holds odoo/release.py of Odoo 19.0",
            )
        return Odoo(folder, "$ODOO_HOME", _version(folder))
    unpacked = debian.unpacked(fetch=fetch)
    if not unpacked:
        return None
    version = debian.manifest(unpacked).get(versions.ODOO_PACKAGE, "")
    return Odoo(unpacked, "Debian's package", version)


def need() -> Odoo:
    """Like :func:`locate`, but never nothing."""
    found = locate()
    if not found:
        raise CommandError("Odoo 19 was not found", "run: ./crm doctor")
    return found


def _importable() -> Odoo | None:
    """The Odoo 19 that this machine's own Python can import, as in its image."""
    script = "import odoo.release as r; print(r.__file__)"
    found = process.run(
        [sys.executable, "-c", script],
        check=False,
        cwd="/",
        env=process.clean_environment(PYTHONPATH=os.environ.get("PYTHONPATH")),
    )
    if found.returncode:
        return None
    folder = Path(found.stdout.strip().splitlines()[-1]).resolve().parents[1]
    if _series(folder) != versions.ODOO_SERIES:
        return None
    return Odoo(folder, "importable on this machine", _version(folder))


def _release(folder: Path) -> str:
    path = folder / "odoo" / "release.py"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _series(folder: Path) -> tuple[int, int] | None:
    found = re.search(r"version_info = \((\d+), (\d+)", _release(folder))
    return (int(found.group(1)), int(found.group(2))) if found else None


def _version(folder: Path) -> str:
    """The package's version if dpkg knows it, else what Odoo says of itself."""
    egg = next(folder.glob("odoo-*.egg-info/PKG-INFO"), None)
    if egg:
        found = re.search(r"^Version: (\S+)", egg.read_text(encoding="utf-8"), re.M)
        if found:
            return found.group(1)
    return ".".join(map(str, _series(folder) or versions.ODOO_SERIES))
