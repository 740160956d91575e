import json
import os
import signal
import time
from pathlib import Path

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_base.tests.processes import ProcessCase

from .common import document

ANSWERS = 120


@tagged("post_install", "-at_install")
class TestProcesses(ProcessCase):
    """What a transaction of one process cannot show: kills, and jobs side by side."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            form = env["crm.web.form"].create({"name": "P", "limit_per_hour": 0})
            form.save_design(document(), form.revision)
            form.action_publish()
            self.form_id, self.version_id = form.id, form.version_id.id
        self.addCleanup(self._remove)

    def _answers(self, env):
        domain = [("form_id", "=", self.form_id)]
        return env["crm.web.form.answer"].search(domain)

    def _remove(self):
        with self.committed() as env:
            answers = env["crm.web.form.answer"].search(
                [("form_id", "=", self.form_id)]
            )
            leads = answers.lead_id
            # rows that refuse to be deleted by the ORM
            for model in ("used", "answer", "count", "version"):
                table = SQL.identifier(env[f"crm.web.form.{model}"]._table)
                env.cr.execute(
                    SQL("DELETE FROM %s WHERE form_id = %s", table, self.form_id)
                )
            env.cr.execute(SQL("DELETE FROM crm_web_form WHERE id = %s", self.form_id))
            env.invalidate_all()
            leads.unlink()

    def _store(self, count):
        with self.committed() as env:
            env["crm.web.form.answer"]._crm_workflow().create(
                [
                    {
                        "form_id": self.form_id,
                        "version_id": self.version_id,
                        "submission_key": f"key{number}",
                        "content": {
                            "person": f"P{number}",
                            "mobile": f"1370000{number:04d}",
                        },
                    }
                    for number in range(count)
                ]
            )

    def _states(self):
        with self.committed() as env:
            answers = env["crm.web.form.answer"].search(
                [("form_id", "=", self.form_id)]
            )
            return answers.mapped("state"), len(answers.lead_id)

    def test_two_jobs(self):
        """Jobs of two servers make one lead of each answer. Covers: L10."""
        self._store(ANSWERS)
        workers = self.workers(2)
        job = ((1, "crm.web.form.answer", "_cron_make_leads"), {})
        answers = workers.race([job, job])
        for answer in answers:
            if "error" in answer:
                # the one that lost a race is started again by the scheduler
                self.assertIn("Serialization", json.dumps(answer))
        workers.call(0, 1, "crm.web.form.answer", "_cron_make_leads")
        states, leads = self._states()
        self.assertEqual(states, ["done"] * ANSWERS)
        self.assertEqual(leads, ANSWERS)

    def test_killed(self):
        """A job that is killed has lost nothing and made nothing twice. Covers: L10."""
        self._store(ANSWERS)
        workers = self.workers(1)
        workers.send(0, 1, "crm.web.form.answer", "_cron_make_leads")
        end = time.monotonic() + 60
        while "done" not in self._states()[0] and time.monotonic() < end:
            time.sleep(0.02)
        # the worker itself, which would go on without its parent
        parent = workers.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        for pid in map(int, children.split()):
            os.kill(pid, signal.SIGKILL)
        workers.process.kill()
        workers.process.wait()
        states, leads = self._states()
        self.assertEqual(states.count("done"), leads)
        self.assertEqual(len(states), ANSWERS)
        again = self.workers(1)
        again.call(0, 1, "crm.web.form.answer", "_cron_make_leads")
        states, leads = self._states()
        self.assertEqual((states.count("done"), leads), (ANSWERS, ANSWERS))

    def test_last_places(self):
        """Four who answer at once get the two places that are left. Covers: L10."""
        workers = self.workers(4)
        calls = [
            (
                (
                    1,
                    "crm.web.form.answer",
                    "_crm_store",
                    {
                        "form_id": self.form_id,
                        "version_id": self.version_id,
                        "submission_key": f"race{number}",
                        "content": {"person": "P"},
                    },
                    {},
                    [],
                    2,
                ),
                {},
            )
            for number in range(4)
        ]
        for _round in range(2):
            workers.race(calls)
        states, _leads = self._states()
        self.assertEqual(len(states), 2)
