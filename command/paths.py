"""Where things are: the repository, the state of this clone, the shared cache."""

import hashlib
import os
import shutil
from pathlib import Path

from command.errors import CommandError

REPOSITORY = Path(__file__).resolve().parent.parent
PYTHON_CONFIG = REPOSITORY / "config" / "python"
ODOO_CONFIG = REPOSITORY / "config" / "odoo"
TESTS = REPOSITORY / "tests"

# Left in a cache that holds everything that a server needs.
PREPARED = "prepared"


def addons_folders() -> list[Path]:
    """The folders that hold addons of ours (``CRM_ADDONS_PATH`` replaces them)."""
    override = os.environ.get("CRM_ADDONS_PATH")
    if override:
        return [Path(part).resolve() for part in override.split(":") if part]
    return [REPOSITORY / "addons"]


def test_addons_folder() -> Path:
    """The folder of addons that exist only for tests."""
    return TESTS / "addons"


def state_dir() -> Path:
    """The state of this clone: databases, sockets, logs. Made when missing."""
    return _made("CRM_STATE_DIR", REPOSITORY / ".run")


def cache_dir() -> Path:
    """Downloads and built environments, shared by all clones of this user.

    One that ``./crm prepare`` has filled may be read-only, as in an image.
    """
    base = os.environ.get("XDG_CACHE_HOME") or str(_home() / ".cache")
    default = Path(base) / "crm-suite"
    path = Path(os.environ.get("CRM_CACHE_DIR") or default).resolve()
    if (path / PREPARED).exists():
        return path
    return _made("CRM_CACHE_DIR", default)


def state_hash() -> str:
    """A short name for this state folder, for places outside of it."""
    return hashlib.sha256(os.fsencode(state_dir())).hexdigest()[:10]


def _home() -> Path:
    home = os.environ.get("HOME")
    if home and Path(home).is_dir():
        return Path(home)
    return Path.home()


def _made(variable: str, default: Path) -> Path:
    path = Path(os.environ.get(variable) or default).absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
        path = path.resolve()
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(13, "not writable")
    except OSError as error:
        raise CommandError(
            f"the folder {path} cannot be used: {error.strerror}",
            f"make it writable for you, or set {variable} to another folder",
        ) from None
    return path


def need_free_space(path: Path, megabytes: int) -> None:
    """Refuse early when a step would fill the disk.

    :raises CommandError: when less than ``megabytes`` are free below ``path``
    """
    free = shutil.disk_usage(path).free // 2**20
    if free < megabytes:
        raise CommandError(
            f"only {free} MB are free in {path}; this step needs {megabytes} MB",
            "free some space, or set CRM_CACHE_DIR and CRM_STATE_DIR to another disk",
        )


def remove(path: Path) -> None:
    """Remove a file or a folder, whether or not it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
