"""A private PostgreSQL cluster: made, started and stopped by the command."""

import contextlib
import fcntl
import os
import pwd
import re
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from command import locks, paths, process, system, ui
from command.errors import CommandError
from command.postgres import (
    FAST_SETTINGS,
    ROLE,
    SERVICE_USER,
    SETTINGS,
    Given,
    Server,
)

_READY = "crm-ready"
_OUTSIDE = Path("/var/lib/crm-suite")
_SOCKET_LIMIT = 80  # the kernel allows 107 bytes with the name of the socket


class Cluster(Server):
    """A cluster of our own in the state folder.

    :param name: ``main`` (durable, holds what users enter) or ``test``
    :param fast: trade durability for speed; only for what can be made again
    """

    def __init__(self, name: str, *, fast: bool = False) -> None:
        self.name = name
        self.fast = fast
        self.record = paths.state_dir() / "postgres" / name
        self.record.mkdir(parents=True, exist_ok=True)

    # -- where things are ---------------------------------------------------

    @property
    def folder(self) -> Path | None:
        """The folder of the cluster, once it has been decided."""
        path = self.record / "location"
        return Path(path.read_text().strip()) if path.exists() else None

    @property
    def _socket(self) -> Path | None:
        path = self.record / "socket"
        return Path(path.read_text().strip()) if path.exists() else None

    def variables(self) -> dict[str, str]:
        """See :meth:`Server.variables`."""
        return {"PGHOST": str(self._socket), "PGPORT": "5432", "PGUSER": ROLE}

    def _bin(self, data: Path | None = None) -> Path:
        folder = system.postgresql_bin()
        if not folder:
            raise CommandError("the PostgreSQL server is missing", "install postgresql")
        if data and (data / "PG_VERSION").exists():
            wanted = (data / "PG_VERSION").read_text().strip()
            same = Path(f"/usr/lib/postgresql/{wanted}/bin")
            if (same / "postgres").exists():
                return same
            have = process.run([folder / "postgres", "--version"]).stdout
            if not re.search(rf"\b{wanted}\.", have):
                raise CommandError(
                    f"the databases in {data} were made by PostgreSQL {wanted},"
                    " which is no longer installed",
                    f"install postgresql-{wanted}, ./crm backup, remove the folder,"
                    " ./crm restore",
                )
        return folder

    # -- life ---------------------------------------------------------------

    @contextlib.contextmanager
    def in_use(self) -> Iterator[int | None]:
        """See :meth:`Server.in_use`. The last user stops the cluster.

        Yields a descriptor: a process that inherits it counts as a user too.
        """
        system.require(system.POSTGRESQL)
        users = locks.open_lock(self.record / "users.lock")
        try:
            with locks.lock(self.record / "start.lock", "starting PostgreSQL"):
                fcntl.flock(users, fcntl.LOCK_SH)
                self._start()
            yield users
        finally:
            os.close(users)
            self.stop_if_unused()

    def stop_if_unused(self) -> bool:
        """Stop the cluster unless a process of ours still uses it."""
        with locks.lock(self.record / "start.lock", "starting PostgreSQL"):
            users = locks.open_lock(self.record / "users.lock")
            try:
                if not locks.try_lock(users):
                    return False
                self._stop()
            finally:
                os.close(users)
        return True

    def is_running(self) -> bool:
        """Whether a server runs on our cluster (its file alone proves nothing)."""
        file = self.folder and self.folder / "data" / "postmaster.pid"
        if not file or not file.exists():
            return False
        first = file.read_text().partition("\n")[0]
        if not first.isdigit() or not process.start_time(int(first)):
            return False
        words = Path(f"/proc/{first}/cmdline")
        return words.exists() and b"postgres" in words.read_bytes()

    def _start(self) -> None:
        folder = self._make()
        self._prepare_socket()
        if self.is_running():
            if self._answers():
                return
            self._stop()
            self._prepare_socket()
        limit = time.monotonic() + 30
        while True:
            try:
                self._pg_ctl(
                    ["-w", "-t", "120", "-l", str(folder / "log"), "start"],
                    options=f"-k {self._socket}",
                )
                break
            except CommandError:
                # After a kill, its children take a moment to notice and to end.
                if self.is_running() or time.monotonic() > limit:
                    raise
                time.sleep(1)
        if not (folder / _READY).exists():
            self._sql_as_owner(
                "DO $$BEGIN IF NOT EXISTS"
                f" (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN"
                f" CREATE ROLE {ROLE} LOGIN CREATEDB; END IF; END$$"
            )
            (folder / _READY).touch()

    def _stop(self) -> None:
        for mode in ("fast", "immediate"):
            if not self.is_running():
                break
            self._pg_ctl(["-w", "-t", "30", "-m", mode, "stop"], check=False)
        if self.is_running():
            raise CommandError(
                f"PostgreSQL in {self.folder} does not stop",
                f"its process is the first line of {self.folder}/data/postmaster.pid",
            )
        socket = self._socket
        if socket and socket.is_dir() and not any(socket.iterdir()):
            with contextlib.suppress(OSError):
                socket.rmdir()

    def _answers(self) -> bool:
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            code = process.run(
                [self._bin() / "pg_isready", "-q", "-d", "postgres"],
                env=self.environment(),
                check=False,
            ).returncode
            if code == 0:
                return True
            if code == 2:  # nobody listens there
                return False
            time.sleep(0.2)
        return False

    def _pg_ctl(
        self, words: Sequence[str], *, options: str = "", check: bool = True
    ) -> int:
        folder = self.folder
        assert folder
        data = folder / "data"
        command = [self._bin(data) / "pg_ctl", "-s", "-D", data]
        if options:
            command += ["-o", options]
        # pg_ctl hands its output to the server, so it must not be a pipe of ours
        with tempfile.TemporaryFile() as output:
            child = process.start(
                [*_as_owner(), *command, *words],
                detached=True,
                stdout=output,
                stderr=output,
                cwd="/",
                env=process.clean_environment(LC_ALL="C.UTF-8"),
            )
            code = child.wait()
            output.seek(0)
            text = output.read().decode(errors="replace").strip()
        if check and code:
            log = folder / "log"
            last = (
                log.read_text(errors="replace").splitlines()[-5:]
                if log.exists()
                else []
            )
            raise CommandError(
                f"PostgreSQL does not {words[-1]}: {text}\n"
                + "\n".join(f"     | {line}" for line in last),
                f"its log is {log}",
            )
        return code

    def _sql_as_owner(self, statement: str) -> None:
        process.run(
            [
                *_as_owner(),
                self._bin() / "psql",
                "-XqAt",
                "-vON_ERROR_STOP=1",
                "-d",
                "postgres",
                "-c",
                statement,
            ],
            env=self.environment(PGUSER=SERVICE_USER),
            cwd="/",
            what="preparing PostgreSQL",
        )

    # -- making -------------------------------------------------------------

    def _make(self) -> Path:
        folder = self.folder
        if folder and (folder / "data" / "PG_VERSION").exists():
            return folder
        folder = self._choose_folder()
        if (folder / "data" / "PG_VERSION").exists():
            (self.record / "location").write_text(f"{folder}\n")
            return folder
        with ui.step(f"Making a PostgreSQL cluster ({self.name})"):
            paths.need_free_space(folder, 500)
            work = folder / "building"
            paths.remove(work)
            _own(folder)
            process.run(
                [
                    *_as_owner(),
                    self._bin() / "initdb",
                    "-D",
                    work,
                    "-U",
                    SERVICE_USER,
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--auth-local=peer",
                    "--auth-host=reject",
                    *(["--no-sync"] if self.fast else []),
                ],
                cwd="/",
                env=process.clean_environment(LC_ALL="C.UTF-8"),
                what="initdb",
                remedy=f"is {folder} on a disk with free space?",
            )
            self._configure(work)
            paths.remove(folder / _READY)
            paths.remove(folder / "data")
            work.rename(folder / "data")
        (self.record / "location").write_text(f"{folder}\n")
        return folder

    def _configure(self, data: Path) -> None:
        """Only the user of this command gets in, and nobody over the network."""
        (data / "pg_hba.conf").write_text("local all all peer map=crm\n")
        users = {_user_name(), _owner_name()}
        (data / "pg_ident.conf").write_text(
            "".join(
                f'crm "{user}" {role}\n'
                for user in sorted(users)
                for role in (ROLE, SERVICE_USER)
            )
        )
        with open(data / "postgresql.conf", "a", encoding="utf-8") as settings:
            settings.write(SETTINGS + (FAST_SETTINGS if self.fast else ""))

    def _choose_folder(self) -> Path:
        """The state folder, unless the database user cannot get there."""
        inside = self.record
        if os.geteuid() != 0:
            return inside
        probe = process.run([*_as_owner(), "test", "-x", inside], check=False, cwd="/")
        if probe.returncode == 0:
            return inside
        outside = _OUTSIDE / paths.state_hash() / self.name
        if outside.exists():  # left by a state folder that has been removed
            (self.record / "location").write_text(f"{outside}\n")
            self._stop()
            (self.record / "location").unlink()
            paths.remove(outside)
        outside.mkdir(parents=True, mode=0o755)
        (outside.parent / "state").write_text(f"{paths.state_dir()}\n")
        return outside

    def _prepare_socket(self) -> None:
        """A short, private folder for the socket; nobody else may own it."""
        known = self._socket
        if known and _is_private(known):
            return
        leaf = f"crm-suite-{os.geteuid()}-{paths.state_hash()}-{self.name}"
        bases = [Path("/run")] if os.geteuid() == 0 else []
        bases += [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]
        for base in bases:
            path = base / leaf
            if len(os.fsencode(path)) > _SOCKET_LIMIT or " " in str(path):
                continue
            try:
                path.mkdir(mode=0o700)
                _own(path)
            except FileExistsError:
                pass
            except OSError:
                continue
            if _is_private(path):
                (self.record / "socket").write_text(f"{path}\n")
                return
        raise CommandError(
            "no folder is fit for PostgreSQL's socket"
            f" (is {bases[-2] / leaf} somebody else's?)",
            "remove that folder, or set TMPDIR to a short path of your own",
        )


def chosen(name: str) -> Server:
    """The server to use: ``$PGHOST``'s if given, else the cluster of that name."""
    if os.environ.get("PGHOST") or os.environ.get("PGSERVICE"):
        return Given()
    return Cluster(name, fast=name != "main")


def _user_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise CommandError(
            f"the user number {os.geteuid()} has no name on this machine",
            "run the command as a user of /etc/passwd",
        ) from None


def _owner_name() -> str:
    return SERVICE_USER if os.geteuid() == 0 else _user_name()


def _owner_id() -> tuple[int, int]:
    entry = pwd.getpwnam(_owner_name())
    return entry.pw_uid, entry.pw_gid


def _as_owner() -> list[str]:
    """The words that run a program as the owner of the cluster."""
    if os.geteuid() != 0:
        return []
    user, group = _owner_id()
    return ["setpriv", f"--reuid={user}", f"--regid={group}", "--init-groups", "--"]


def _own(path: Path) -> None:
    """Give a folder to the owner of the cluster, and to nobody else."""
    if os.geteuid() == 0:
        os.chown(path, *_owner_id())
    path.chmod(0o700)


def _is_private(path: Path) -> bool:
    """Whether this is a real folder that only the owner of the cluster can use."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == _owner_id()[0]
        and stat.S_IMODE(found.st_mode) & 0o077 == 0
    )
