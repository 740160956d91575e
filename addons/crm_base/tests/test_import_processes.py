import base64
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import patch

from odoo.tests import new_test_user, tagged
from odoo.tools import config

from .import_files import text
from .processes import ProcessCase

WORKER = Path(__file__).with_name("import_worker.py")
ROWS = 600


@tagged("post_install", "-at_install")
class TestImportProcesses(ProcessCase):
    """Real processes that import, and are killed."""

    # of a size that makes a few chunks
    CHUNK = "150"

    def setUp(self):
        super().setUp()
        rows = [["客户名称", "联系人", "手机"]]
        rows += [
            [f"北京断电{i}号科技有限公司" if i % 100 else "", f"人{i}", f"138{i:08}"]
            for i in range(ROWS)
        ]
        with self.committed() as env:
            user = new_test_user(
                env,
                login="import_racer",
                name="Importer",
                groups="crm_base.group_salesperson,crm_base.group_import",
                tz="Asia/Shanghai",
            )
            batch = (
                env["crm.import.batch"]
                .with_user(user)
                .create(
                    {
                        "profile_id": env.ref(
                            "crm_base.crm_import_profile_customer"
                        ).id,
                        "filename": "断电.csv",
                        "file": base64.b64encode(text(rows, "gbk")),
                    }
                )
            )
            batch.action_preview()
            # the workers of this test do it, not the server that tests may have beside
            with patch.object(type(batch), "_crm_queue", lambda self, method: None):
                batch.action_run()
            self.user, self.batch = user.id, batch.id
        self.addCleanup(self._tidy)

    def _tidy(self):
        with self.committed() as env:
            batch = env["crm.import.batch"].browse(self.batch)
            jobs = env["queue.job"].search([("model_name", "=", batch._name)])
            jobs._write({"state": "done"})
            jobs.unlink()
            ids = env["res.partner"].search([("user_id", "=", self.user)]).ids
            env.cr.execute(
                "DELETE FROM crm_import_row WHERE batch_id = %s", [self.batch]
            )
            batch.invalidate_recordset()
            batch._crm_workflow().write({"state": "draft"})
            batch.unlink()
            env.cr.execute(
                "DELETE FROM crm_operation_log WHERE user_id = %s", [self.user]
            )
            # of customers that are no longer there
            env.cr.execute(
                "DELETE FROM crm_owner_move WHERE actor_id = %s", [self.user]
            )
        self.remove(ids, (), [self.user])

    def _worker(self, *pauses):
        """Start a process that works on the import; it reports each pause by a line."""
        options = ["-d", self.env.cr.dbname]
        if config["config"]:
            options += ["-c", str(config["config"])]
        options += ["--addons-path", ",".join(map(str, config["addons_path"]))]
        for name in ("db_host", "db_port", "db_user", "db_password"):
            if config[name]:
                options.append(f"--{name}={config[name]}")
        process = subprocess.Popen(
            [
                *(sys.executable, "-W", "ignore", str(WORKER)),
                *(str(self.batch), str(self.user), self.CHUNK, ",".join(pauses)),
                *options,
            ],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def _kill(self, process):
        process.send_signal(signal.SIGKILL)
        process.wait()
        # the server notices that the connection is gone
        time.sleep(0.2)

    def _count(self):
        with self.committed() as env:
            batch = env["crm.import.batch"].browse(self.batch)
            customers = env["res.partner"].search_count(
                [("user_id", "=", self.user), ("is_crm_customer", "=", True)]
            )
            return batch.created_count, customers, batch.state

    def test_killed_and_resumed(self):
        """Killed within a chunk and between two, nothing is lost and nothing twice.

        Covers: B18.
        """
        process = self._worker("within:2")
        self.assertEqual(process.stdout.readline().strip(), "committed 1")
        self.assertEqual(process.stdout.readline().strip(), "within 2")
        self._kill(process)
        done, customers, state = self._count()
        self.assertEqual((done, state), (customers, "running"))
        self.assertGreater(done, 0)
        process = self._worker("between:1")
        self.assertEqual(process.stdout.readline().strip(), "committed 1")
        self._kill(process)
        again, customers, state = self._count()
        self.assertEqual((again, state), (customers, "running"))
        self.assertGreater(again, done)
        process = self._worker()
        process.communicate(timeout=300)
        self.assertEqual(process.returncode, 0)
        total, customers, state = self._count()
        self.assertEqual(state, "done")
        self.assertEqual(total, customers)
        with self.committed() as env:
            batch = env["crm.import.batch"].browse(self.batch)
            self.assertEqual(batch.created_count + batch.error_count, ROWS)
            self.assertEqual(batch.error_count, ROWS // 100)
            names = env["res.partner"].search(
                [("user_id", "=", self.user), ("is_crm_customer", "=", True)]
            )
            self.assertEqual(len(set(names.mapped("name"))), len(names))

    def test_undo_killed_and_resumed(self):
        """Killed within a chunk and between two, an undo goes on where it was.

        Covers: B18.
        """
        self._worker().communicate(timeout=300)
        total, _customers, state = self._count()
        self.assertEqual(state, "done")
        with self.committed() as env:
            batch = env["crm.import.batch"].browse(self.batch).with_user(self.user)
            with patch.object(type(batch), "_crm_queue", lambda self, method: None):
                batch.action_undo()
        undone = 0
        for pause, steps in (("within:2", 2), ("between:1", 1)):
            process = self._worker(pause)
            for _step in range(steps):
                process.stdout.readline()
            self._kill(process)
            with self.committed() as env:
                batch = env["crm.import.batch"].browse(self.batch)
                self.assertEqual(batch.state, "undoing")
                self.assertGreater(batch.undone_count, undone)
                undone = batch.undone_count
            created, customers, _state = self._count()
            # what is there and what the rows say is the same after each kill
            self.assertEqual((created, created + undone), (customers, total))
        process = self._worker()
        process.communicate(timeout=300)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(self._count(), (0, 0, "undone"))
        with self.committed() as env:
            batch = env["crm.import.batch"].browse(self.batch)
            self.assertEqual((batch.undone_count, batch.kept_count), (total, 0))
            self.assertFalse(
                env["res.partner"].search_count([("user_id", "=", self.user)])
            )

    def test_two_workers_at_once(self):
        """Two workers on one import store each row once."""
        processes = [self._worker(), self._worker()]
        for process in processes:
            process.communicate(timeout=300)
        total, customers, state = self._count()
        self.assertEqual(state, "done")
        self.assertEqual((total, customers), (ROWS - ROWS // 100,) * 2)
