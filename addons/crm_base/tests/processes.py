"""Real Odoo processes for tests of what one process cannot show."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase
from odoo.tools import config

WORKER = Path(__file__).with_name("process_worker.py")


class Workers:
    """Odoo workers on a database, each a process with its own caches.

    :param str database: name of the database
    :param int count: how many
    """

    def __init__(self, database, count):
        options = ["-d", database]
        if config["config"]:
            options += ["-c", str(config["config"])]
        options += ["--addons-path", ",".join(map(str, config["addons_path"]))]
        for name in ("db_host", "db_port", "db_user", "db_password"):
            if config[name]:
                options.append(f"--{name}={config[name]}")
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            text=True,
        )
        self.early = {index: [] for index in range(count)}
        self._write({"database": database, "options": options, "count": count})
        self._read()

    def _write(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("the workers are gone")
        return json.loads(line)

    def send(self, worker, user, model, method, *args, ids=(), **more):
        """Let a worker begin a call; :meth:`receive` gives what became of it."""
        self._write(
            {
                "worker": worker,
                "user": user,
                "model": model,
                "method": method,
                "ids": list(ids),
                "args": args,
                **more,
            }
        )

    def receive(self, worker):
        """Return the next answer (dict) of a worker."""
        while not self.early[worker]:
            answer = self._read()
            self.early[answer.pop("worker")].append(answer)
        return self.early[worker].pop(0)

    def call(self, worker, *args, **kwargs):
        """Make a call and return its result.

        :raise AssertionError: when the call failed
        """
        self.send(worker, *args, **kwargs)
        answer = self.receive(worker)
        if "error" in answer:
            raise AssertionError(f"{answer['error']}: {answer['message']}")
        return answer["result"]

    def race(self, calls):
        """Let each worker make a call, all at the same moment.

        Every transaction has begun, and sees the database before anybody's change, when
        the first one goes on.

        :param list calls: of (args, kwargs) for :meth:`send`, one for each worker
        :return: list of answers (dict with ``result``, or ``error`` and ``message``)
        """
        for worker, (args, kwargs) in enumerate(calls):
            self.send(worker, *args, wait=True, **kwargs)
        for worker, _call in enumerate(calls):
            self.receive(worker)
        for worker, _call in enumerate(calls):
            self._write({"worker": worker})
        return [self.receive(worker) for worker, _call in enumerate(calls)]

    def stop(self):
        """End the processes; the first one takes its workers along."""
        self.process.stdin.close()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class ProcessCase(TransactionCase):
    """A test on committed data, which the test itself takes away again."""

    @contextmanager
    def committed(self):
        """Give an environment of the system user whose changes are committed."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def workers(self, count):
        """Return workers that end with the test."""
        workers = Workers(self.env.cr.dbname, count)
        self.addCleanup(workers.stop)
        return workers

    def await_waiting(self, count):
        """Wait until so many connections wait for what somebody else has locked."""
        for _attempt in range(3000):
            with self.committed() as env:
                env.cr.execute(
                    "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
                    " AND pid IN (SELECT pid FROM pg_stat_activity"
                    " WHERE datname = current_database())"
                )
                if env.cr.fetchone()[0] >= count:
                    return
            time.sleep(0.01)
        self.fail("nobody waits")

    def remove(self, partner_ids=(), team_ids=(), user_ids=()):
        """Take committed records away again, in the order that they allow."""
        with self.committed() as env:
            if partner_ids:
                # the ledger refuses to be deleted, by ORM
                env.cr.execute(
                    "DELETE FROM crm_owner_move WHERE partner_id IN %s",
                    (tuple(partner_ids),),
                )
                env["res.partner"].browse(partner_ids).unlink()
            env["crm.team"].browse(team_ids).unlink()
            users = env["res.users"].browse(user_ids)
            partners = users.partner_id
            users.unlink()
            partners.unlink()
