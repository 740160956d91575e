"""Clients of the external API (JSON-2), each with a key and a connection of its own."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from kit.site import Site


@dataclass(frozen=True)
class Call:
    """One request that was answered.

    :ivar int client: number of the client
    :ivar int record: the id it was about
    :ivar float seconds: from sending to the whole answer
    :ivar int status: HTTP status
    :ivar answer: what came back, decoded
    """

    client: int
    record: int
    seconds: float
    status: int
    answer: Any


class Client:
    """A program that calls methods over the network as one user."""

    def __init__(self, url: str, key: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(
            parts.hostname, parts.port, timeout=120
        )
        self._headers = {
            "Authorization": f"bearer {key}",
            "Content-Type": "application/json",
        }

    def call(self, model: str, method: str, **arguments: Any) -> tuple[int, Any]:
        """Call a method; return HTTP status and answer."""
        self._connection.request(
            "POST", f"/json/2/{model}/{method}", json.dumps(arguments), self._headers
        )
        response = self._connection.getresponse()
        return response.status, json.loads(response.read() or "null")

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def make_keys(site: Site, logins: Sequence[str]) -> dict[str, str]:
    """Give users a key for the API; return the keys by login."""
    until = datetime.now() + timedelta(days=1)
    keys = {}
    with site.registry.cursor() as cursor:
        env = site.superuser(cursor)
        for user in env["res.users"].search([("login", "in", list(logins))]):
            theirs = env["res.users.apikeys"].with_user(user).sudo()
            keys[user.login] = theirs._generate("rpc", "bench", until)
    return keys


def run_together(
    url: str,
    keys: Sequence[str],
    records: Sequence[Sequence[int]],
    request: Callable[[Client, int, int], tuple[int, Any]],
) -> tuple[float, list[Call]]:
    """Let all clients work through their records at the same time.

    :param keys: one a client
    :param records: ids to call about, one sequence a client
    :param request: called with client, its number and an id
    :return: seconds from the first request to the last answer, and all calls
    """
    calls: list[Call] = []
    failures: list[BaseException] = []
    barrier = threading.Barrier(len(keys) + 1)

    def work(number: int) -> None:
        client = Client(url, keys[number])
        mine = []
        try:
            barrier.wait()
            for record in records[number]:
                started = time.perf_counter()
                status, answer = request(client, number, record)
                seconds = time.perf_counter() - started
                mine.append(Call(number, record, seconds, status, answer))
        except BaseException as error:
            failures.append(error)
        finally:
            client.close()
            # one extend a thread: no lock is needed
            calls.extend(mine)

    threads = [
        threading.Thread(target=work, args=(number,)) for number in range(len(keys))
    ]
    for thread in threads:
        thread.start()
    barrier.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if failures:
        raise failures[0]
    return seconds, calls
