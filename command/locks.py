"""Locks between processes. They vanish with their holder, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from command import ui


def open_lock(path: Path) -> int:
    """Open a lock file and return its descriptor (not yet locked)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Take the lock if it is free; never wait."""
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unlock(descriptor: int) -> None:
    """Give the lock back and close its file."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def is_held(path: Path) -> bool:
    """Tell whether some process holds this lock now."""
    if not path.exists():
        return False
    descriptor = open_lock(path)
    try:
        return not try_lock(descriptor)
    finally:
        os.close(descriptor)


def holders(path: Path) -> list[int]:
    """The processes that have this lock file open, whatever started them."""
    found = []
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            if any(os.readlink(entry) == str(path) for entry in folder.iterdir()):
                found.append(int(folder.parent.name))
        except OSError:
            continue
    return found


@contextmanager
def lock(path: Path, what: str, *, shared: bool = False) -> Iterator[int]:
    """Hold a lock; say so when another process makes us wait.

    :param path: the lock file, made if missing
    :param what: what the other process is probably doing, for the message
    """
    descriptor = open_lock(path)
    try:
        waiting = time.monotonic()
        told = False
        while not try_lock(descriptor, shared=shared):
            if not told and time.monotonic() - waiting > 1.0:
                ui.note(f"  waiting for another crm command ({what})")
                told = True
            time.sleep(0.1)
        yield descriptor
    finally:
        os.close(descriptor)
