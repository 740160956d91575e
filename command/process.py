"""Starting other programs so that none of them outlives the command."""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from command import paths
from command.errors import CommandError, Interrupted

_children: dict[int, subprocess.Popen[Any]] = {}
_guard = threading.Lock()

# Variables that would make another Python read foreign files.
_PYTHON_VARIABLES = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONSAFEPATH",
    "VIRTUAL_ENV",
    "__PYVENV_LAUNCHER__",
)


def clean_environment(**extra: str | None) -> dict[str, str]:
    """The environment for a child: ours, without what misleads Python or Odoo."""
    values = {
        key: value
        for key, value in os.environ.items()
        if key not in _PYTHON_VARIABLES and not key.startswith(("ODOO_", "PYTEST_"))
    }
    values.setdefault("LANG", "C.UTF-8")
    values["PYTHONNOUSERSITE"] = "1"
    values["PYTHONUNBUFFERED"] = "1"
    # Who forbids bytecode wants none beside the sources; without any, every start of
    # Odoo would compile it anew, which takes as long as starting does.
    if values.pop("PYTHONDONTWRITEBYTECODE", None):
        values.setdefault("PYTHONPYCACHEPREFIX", str(paths.cache_dir() / "bytecode"))
    for key, value in extra.items():
        if value is None:
            values.pop(key, None)
        else:
            values[key] = value
    return values


def tied(command: Sequence[str], signal_name: str = "TERM") -> list[str]:
    """The command, set up so that the kernel ends it if its parent is killed."""
    setpriv = shutil.which("setpriv") or "/usr/bin/setpriv"
    if os.path.exists(setpriv):
        return [setpriv, "--pdeathsig", signal_name, "--", *command]
    return list(command)


def start(
    command: Sequence[str | Path],
    *,
    detached: bool = False,
    **options: Any,
) -> subprocess.Popen[Any]:
    """Start a program in a process group of its own.

    :param detached: let it live on after this command
    :raises CommandError: when the program does not exist
    """
    words = [str(word) for word in command]
    if not shutil.which(words[0]):
        raise CommandError(f"the program {words[0]} is missing", "run: ./crm doctor")
    options.setdefault("stdin", subprocess.DEVNULL)
    with _guard:
        child = subprocess.Popen(
            words if detached else tied(words), start_new_session=True, **options
        )
        if not detached:
            _children[child.pid] = child
    return child


def forget(child: subprocess.Popen[Any]) -> None:
    """Stop looking after a child that has ended."""
    with _guard:
        _children.pop(child.pid, None)


def end(child: subprocess.Popen[Any], patience: float = 10.0) -> None:
    """End a child and everything in its process group, politely first."""
    end_groups([child.pid], patience)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(1.0)
    forget(child)


def end_all(patience: float = 10.0) -> None:
    """End every program that this command has started."""
    with _guard:
        children = dict(_children)
        _children.clear()
    end_groups(children, patience)
    for child in children.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(1.0)


def end_groups(groups: Any, patience: float) -> None:
    """Send TERM to process groups, then KILL to what is left of them."""
    alive = [group for group in groups if _signal_group(group, signal.SIGTERM)]
    limit = time.monotonic() + patience
    while alive and time.monotonic() < limit:
        time.sleep(0.05)
        _reap()
        alive = [group for group in alive if _signal_group(group, 0)]
    for group in alive:
        _signal_group(group, signal.SIGKILL)


def _signal_group(group: int, signum: int) -> bool:
    try:
        os.killpg(group, signum)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _reap() -> None:
    with _guard:
        children = list(_children.values())
    for child in children:
        child.poll()


def run(
    command: Sequence[str | Path],
    *,
    what: str = "",
    remedy: str = "",
    check: bool = True,
    log: Path | None = None,
    on_line: Callable[[str], None] | None = None,
    input: str | None = None,
    **options: Any,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and return what it printed.

    :param what: the purpose, for the message when it fails
    :param log: also keep what it printed in this file
    :param on_line: called with each line of its output
    :raises CommandError: when ``check`` and the exit code is not 0
    """
    options.setdefault("env", clean_environment())
    child = start(
        command,
        stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        **options,
    )
    try:
        if input is not None and child.stdin:
            feeder = threading.Thread(target=_feed, args=(child.stdin, input))
            feeder.start()
        with contextlib.ExitStack() as stack:
            sink = stack.enter_context(open(log, "a")) if log else None
            lines = []
            for line in child.stdout or ():
                lines.append(line)
                if sink:
                    sink.write(line)
                    sink.flush()
                if on_line:
                    on_line(line.rstrip("\n"))
        code = child.wait()
    except BaseException:
        end(child)
        raise
    forget(child)
    output = "".join(lines)
    if check and code:
        raise CommandError(
            f"{what or Path(str(command[0])).name} failed (exit code {code})"
            + _tail(lines),
            remedy or (f"the whole output is in {log}" if log else ""),
        )
    return subprocess.CompletedProcess(list(map(str, command)), code, output)


def _feed(pipe: IO[str], text: str) -> None:
    with contextlib.suppress(BrokenPipeError, ValueError):
        pipe.write(text)
        pipe.close()


def _tail(lines: list[str], count: int = 8) -> str:
    last = [line.rstrip() for line in lines if line.strip()][-count:]
    return ":\n" + "\n".join(f"     | {line}" for line in last) if last else ""


@contextlib.contextmanager
def signals() -> Iterator[None]:
    """Turn the signals that end programs into an exception, once."""
    received: list[int] = []

    def handler(signum: int, frame: Any) -> None:
        if not received:
            received.append(signum)
            raise Interrupted(signum)

    watched = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, handler) for number in watched}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def start_time(pid: int) -> str:
    """When a process started, in the kernel's own terms; empty if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return fields[19] if fields[0] != "Z" else ""


@contextlib.contextmanager
def foreground(child: subprocess.Popen[Any]) -> Iterator[None]:
    """Wait for a child that owns the terminal: Ctrl-C is for it, not for us."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(10.0)
            except subprocess.TimeoutExpired:
                child.kill()
        signal.signal(signal.SIGINT, before)
