"""The packages of Node that the examples for integrators use, locked, in the cache."""

import hashlib
import shutil
from pathlib import Path

from command import locks, paths, process, system, ui

CONFIG = paths.REPOSITORY / "config" / "node"
_FILES = ("package.json", "package-lock.json")
_DONE = "crm-complete"


def for_tests() -> Path:
    """The folder ``node_modules`` of the locked packages; fetched if it is not there.

    :raises CommandError: without Node, or when the packages cannot be fetched
    """
    system.require(system.NODE)
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update((CONFIG / name).read_bytes())
    folder = paths.cache_dir() / "node" / digest.hexdigest()[:16]
    if not (folder / _DONE).exists():
        with locks.lock(folder.parent / "lock", "fetching packages of Node"):
            if not (folder / _DONE).exists():
                _fetch(folder)
    return folder / "node_modules"


def _fetch(folder: Path) -> None:
    with ui.step("Fetching the packages of Node for the examples") as step:
        paths.remove(folder)
        folder.mkdir(parents=True)
        for name in _FILES:
            shutil.copyfile(CONFIG / name, folder / name)
        process.run(
            # npm compares what it fetches with the hashes of the lock
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=folder,
            what="fetching the packages of config/node",
            remedy="check the network and npm's configuration, then try again",
            on_line=step.progress,
        )
        (folder / _DONE).touch()
