"""What the command prints: steps, progress, warnings."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.RLock()
_line_open = False


def _is_tty() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def _erase() -> None:
    global _line_open
    if _line_open:
        sys.stderr.write("\r\x1b[2K")
        _line_open = False


def say(text: str = "") -> None:
    """Print a result on standard output."""
    with _lock:
        _erase()
        sys.stderr.flush()
        print(text, flush=True)


def note(text: str) -> None:
    """Print a remark on standard error."""
    with _lock:
        _erase()
        print(text, file=sys.stderr, flush=True)


def warn(text: str, remedy: str = "") -> None:
    """Print a warning, and what would make it go away."""
    note(f"crm: warning: {text}")
    if remedy:
        note(f"     {remedy}")


def error(text: str, remedy: str = "") -> None:
    """Print the failure that ends the command."""
    note(f"crm: {text}")
    if remedy:
        note(f"     {remedy}")


class Step:
    """A long piece of work that is announced, and followed while it goes on."""

    REPEAT = 20.0  # seconds between two lines where there is no terminal

    def __init__(self, title: str) -> None:
        self.title = title
        self.started = time.monotonic()
        self._last = self.started

    def progress(self, detail: str) -> None:
        """Tell how far the step is. Cheap: may be called for every log line."""
        global _line_open
        now = time.monotonic()
        if _is_tty():
            if now - self._last < 0.1:
                return
            with _lock:
                width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
                line = f"  {self.title} ... {detail} ({now - self.started:.0f} s)"
                sys.stderr.write("\r\x1b[2K" + line[: width - 1])
                sys.stderr.flush()
                _line_open = True
        elif now - self._last < self.REPEAT:
            return
        else:
            note(f"  ... {self.title}: {detail} ({now - self.started:.0f} s)")
        self._last = now


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Announce a long step, print how long it took when it is done."""
    current = Step(title)
    note(f"- {title}")
    yield current
    seconds = time.monotonic() - current.started
    if seconds >= 1.0:
        note(f"  done in {seconds:.1f} s")
