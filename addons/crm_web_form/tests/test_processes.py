import os
import signal
import time
from pathlib import Path
from unittest.mock import patch

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
            leads = self._answers(env).lead_id
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
            answers = self._answers(env)
            return answers.mapped("state"), len(answers.lead_id)

    def test_two_jobs(self):
        """Jobs of two servers make one lead of each answer; none fails. Covers: L10."""
        self._store(ANSWERS)
        workers = self.workers(2)
        job = ((1, "crm.web.form.answer", "_cron_make_leads"), {})
        answers = workers.race([job, job])
        self.assertEqual(answers, [{"result": None}] * 2)
        states, leads = self._states()
        self.assertEqual(states, ["done"] * ANSWERS)
        self.assertEqual(leads, ANSWERS)

    def test_meets_a_person(self):
        """Whoever changes a customer meanwhile delays a batch by a moment.

        Covers: L10."""
        with self.committed() as env:
            customer = env["res.partner"].create(
                {
                    "name": "P0",
                    "is_crm_customer": True,
                    "mobile": "13700000000",
                    "user_id": env.ref("base.user_admin").id,
                }
            )
        self.addCleanup(self.remove, customer.ids)
        self._store(3)
        model = self.registry["crm.web.form.answer"]
        real, changes = model._crm_make_leads, []

        def make(answers):
            # this transaction has begun, and does not see what is changed now
            if not changes:
                with self.committed() as env:
                    changes.append(env["res.partner"].browse(customer.id))
                    changes[0].comment = "Changed"
            return real(answers)

        with patch.object(model, "_crm_make_leads", make), self.committed() as env:
            env["crm.web.form.answer"]._cron_make_leads()
        with self.committed() as env:
            answers = self._answers(env)
            self.assertEqual(answers.mapped("state"), ["done"] * 3)
            self.assertEqual(len(answers.lead_id), 2)
            self.assertEqual(answers.followup_id.partner_id.id, customer.id)

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
