"""Odoo workers for tests, run by ``processes.Workers``.

Odoo is loaded once; then as many processes as asked for are forked, each with its own
connections and caches, as Odoo's workers are. Reads calls from standard input, one JSON
object a line, and writes what became of them to standard output.
"""

import json
import logging
import multiprocessing
import sys
import threading
import time
from functools import partial
from types import SimpleNamespace


def main():
    job = json.loads(sys.stdin.readline())
    from odoo.tools import config

    config.parse_config(job["options"], setup_logging=False)
    logging.basicConfig(level=logging.CRITICAL, stream=sys.stderr)

    from odoo import sql_db
    from odoo.modules.registry import Registry
    from odoo.service import model

    registry = Registry(job["database"])
    sql_db.close_all()
    # the waits between replays are shortened; how often a call is replayed is not
    model.time = SimpleNamespace(sleep=lambda seconds: time.sleep(seconds / 20))

    fork = multiprocessing.get_context("fork")
    pipes = [fork.Pipe() for _index in range(job["count"])]
    processes = [
        fork.Process(target=work, args=(registry, theirs), daemon=True)
        for _ours, theirs in pipes
    ]
    for process in processes:
        process.start()
    lock = threading.Lock()
    for index, (ours, _theirs) in enumerate(pipes):
        threading.Thread(target=tell, args=(index, ours, lock), daemon=True).start()
    say({"ready": True})
    for line in sys.stdin:
        request = json.loads(line)
        pipes[request.pop("worker")][0].send(request)


def say(answer):
    """Write a line of JSON to standard output, which the test reads."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def tell(index, connection, lock):
    """Write what a worker says to standard output, one line at a time."""
    while True:
        try:
            answer = connection.recv()
        except EOFError:
            return
        with lock:
            say({"worker": index, **answer})


def work(registry, connection):
    """Make calls, each in a transaction of its own as the RPC layer does."""
    from odoo import api
    from odoo.service.model import retrying

    while True:
        call = connection.recv()
        try:
            # what every request begins with: caches that another worker made stale
            registry = registry.check_signaling()
            with registry.cursor() as cr:
                env = api.Environment(cr, call["user"], call.get("context") or {})
                if call.get("wait"):
                    # the transaction sees the database as it is now
                    cr.execute("SELECT 1 FROM res_users LIMIT 1")
                    connection.send({"waiting": True})
                    connection.recv()
                records = env[call["model"]].browse(call.get("ids") or ())
                method = getattr(records, call["method"])
                result = retrying(
                    partial(method, *call.get("args", ()), **call.get("kwargs", {})),
                    env,
                )
                if hasattr(result, "ids"):
                    result = result.ids
            connection.send({"result": result})
        except Exception as error:
            connection.send({"error": type(error).__name__, "message": str(error)})


if __name__ == "__main__":
    main()
