"""Starting Odoo as a server and waiting until it answers."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

from command import (
    configuration,
    databases,
    environment,
    locks,
    paths,
    process,
    system,
    templates,
    ui,
)
from command.errors import CommandError

_PATIENCE = 180.0


@dataclass
class Service:
    """A server that was started: its processes, where it is, where it logs."""

    url: str
    database: str
    log: Path
    conf: Path
    children: list[subprocess.Popen[Any]] = field(default_factory=list)

    def stop(self, patience: float = 20.0) -> None:
        """End it and everything it has started."""
        for child in reversed(self.children):
            process.end(child, patience)


def start(
    store: databases.Databases,
    database: str,
    *,
    port: int,
    kind: str = "dev",
    name: str = "run",
    interface: str = "127.0.0.1",
    workers: int = 0,
    proxy: bool = True,
    detached: bool = False,
    keep: Sequence[int] = (),
    step: ui.Step | None = None,
    on_start: Callable[["Service"], object] | None = None,
    **settings: object,
) -> Service:
    """Start Odoo on a database and wait for its first page.

    One process serves pages and the live bus on one port. With ``workers``
    the bus has a process and a port of its own, so nginx is put in front.

    :param proxy: with workers, put nginx in front
    :param keep: descriptors that the server inherits, and so keeps locked
    :param on_start: called when its processes exist, before they answer
    :raises CommandError: when it ends or does not answer in time
    """
    log = paths.state_dir() / "log" / f"odoo.{name}.log"
    log.parent.mkdir(exist_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    http_port, listen = port, interface
    front = workers and proxy
    if front:
        system.require(system.NGINX)
        http_port, listen = free_port(), "127.0.0.1"
        settings["gevent_port"] = free_port()
        settings["proxy_mode"] = True
    conf = configuration.written(
        kind,
        store,
        name=name,
        http_interface=listen,
        http_port=http_port,
        workers=workers,
        db_name=database,
        dbfilter=f"^{database}$",
        **settings,
    )
    service = Service(f"http://{_host(interface)}:{port}", database, log, conf)
    for number in keep:
        os.set_inheritable(number, True)
    words: list[list[str]] = [
        [*environment.for_running().program("odoo"), "server", "-c", str(conf)]
    ]
    if front:
        file = _nginx_configuration(
            name, interface, port, http_port, settings["gevent_port"]
        )
        words.append(
            [system.nginx(), "-e", str(log), "-p", str(file.parent), "-c", str(file)]
        )
    try:
        with open(log, "ab") as sink:
            for command in words:
                service.children.append(
                    process.start(
                        command,
                        detached=detached,
                        env=store.server.environment(),
                        cwd=paths.state_dir(),
                        stdout=sink,
                        stderr=sink,
                        pass_fds=tuple(keep),
                    )
                )
        if on_start:
            on_start(service)
        _wait_ready(service, step, with_bus=not workers or proxy)
    except BaseException:
        service.stop()
        raise
    return service


def free_port() -> int:
    """A port that is free now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def choose_port(wanted: int | None, default: int, interface: str) -> tuple[int, int]:
    """A free port, and the lock that keeps other clones of this user off it.

    :param wanted: the port to insist on; otherwise the first from ``default``
    :raises CommandError: when the port that was asked for is taken
    """
    first = wanted or default
    for port in range(first, first + (1 if wanted else 100)):
        descriptor = locks.open_lock(paths.cache_dir() / "ports" / f"{port}.lock")
        if locks.try_lock(descriptor) and _is_free(interface, port):
            if port != first:
                ui.note(f"  port {first} is taken, using {port}")
            return port, descriptor
        os.close(descriptor)
    raise CommandError(
        f"port {first} is already in use on this machine",
        "choose another with --port, or leave it out",
    )


def _is_free(interface: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in interface else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((interface, port))
        except PermissionError:
            raise CommandError(
                f"you may not listen on port {port}",
                "choose one above 1023 with --port",
            ) from None
        except OSError:
            return False
    return True


def _host(interface: str) -> str:
    return "127.0.0.1" if interface in ("0.0.0.0", "") else interface


def _wait_ready(service: Service, step: ui.Step | None, *, with_bus: bool) -> None:
    """Wait until pages, and the live bus, are served."""
    limit = time.monotonic() + _PATIENCE
    for page in ("/web/login", "/websocket/health")[: 1 + with_bus]:
        while not _answers(service, page):
            if time.monotonic() > limit:
                raise CommandError(
                    f"Odoo did not answer {page} within {_PATIENCE:.0f} seconds",
                    f"its log is {service.log}",
                )
            if step:
                step.progress("waiting for the first page")
            time.sleep(0.2)


def _answers(service: Service, page: str) -> bool:
    for child in service.children:
        if child.poll() is not None:
            text = service.log.read_text(errors="replace")
            raise CommandError(
                f"the server did not start: {templates.first_error(text)}",
                f"the whole log is in {service.log}",
            )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(service.url + page, timeout=60):
            return True
    except urllib.error.HTTPError as error:
        if error.code != 502:  # nginx is there, Odoo not yet
            raise CommandError(
                f"Odoo answers {page} with an error ({error.code})",
                f"its log is {service.log}",
            ) from None
    except OSError:
        pass
    return False


def _nginx_configuration(
    name: str, interface: str, port: int, http_port: int, gevent_port: object
) -> Path:
    folder = paths.state_dir() / f"nginx.{name}"
    folder.mkdir(exist_ok=True)
    template = Template((paths.ODOO_CONFIG / "nginx.run.conf").read_text())
    text = template.substitute(
        folder=folder,
        user="user root;" if os.geteuid() == 0 else "",
        listen=f"{interface}:{port}",
        http_port=http_port,
        gevent_port=gevent_port,
    )
    target = folder / "nginx.conf"
    target.write_text(text)
    return target
