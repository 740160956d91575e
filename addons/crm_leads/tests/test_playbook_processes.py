import os
import signal
from pathlib import Path

from odoo.tests import new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

WORKERS = 2
LEADS = 12


@tagged("post_install", "-at_install")
class TestPlaybookProcesses(ProcessCase):
    """Several schedulers at once, one that is killed, and a reply in between."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            self.user = new_test_user(
                env,
                login="nurture_seller",
                email="nurture_seller@example.com",
                groups="crm_base.group_manager",
            ).id
            self.template = (
                env["mail.template"]
                .with_user(self.user)
                .create(
                    {
                        "name": "并发",
                        "model_id": env["ir.model"]._get_id("crm.lead"),
                        "subject": "并发",
                    }
                )
                .id
            )
            step = {"kind": "email", "template_id": self.template}
            playbook = (
                env["crm.playbook"]
                .with_user(self.user)
                .create(
                    {
                        "name": "并发",
                        "res_model": "crm.lead",
                        "workdays_only": False,
                        "hour_from": 0,
                        "hour_to": 24,
                        "step_ids": [
                            (0, 0, {**step, "name": str(n), "sequence": n})
                            for n in range(3)
                        ],
                    }
                )
            )
            playbook.action_start()
            self.playbook = playbook.id
            leads = (
                env["crm.lead"]
                .with_user(self.user)
                .create(
                    [
                        {
                            "name": f"并发 {n}",
                            "type": "lead",
                            "email_from": f"p{n}@kehu.example.net",
                        }
                        for n in range(LEADS)
                    ]
                )
            )
            leads.action_start_playbook(playbook.id)
            self.leads = leads.ids
        self.addCleanup(self._clean)

    def _clean(self):
        with self.committed() as env:
            env["mail.mail"].search(
                [("model", "=", "crm.lead"), ("res_id", "in", self.leads)]
            ).unlink()
            env.cr.execute(
                "DELETE FROM crm_owner_move WHERE lead_id IN %s", [tuple(self.leads)]
            )
            env["crm.lead"].browse(self.leads).exists().unlink()
            env["crm.playbook"].browse(self.playbook).unlink()
            env["mail.template"].browse(self.template).unlink()
        self.remove((), (), [self.user])

    def _counts(self, env):
        """Return how many mails each lead got, and rows its log has."""
        mails = env["mail.message"].search(
            [
                ("model", "=", "crm.lead"),
                ("res_id", "in", self.leads),
                ("subject", "=", "并发"),
            ]
        )
        logs = env["crm.playbook.log"].search(
            [("run_id.lead_id", "in", self.leads), ("outcome", "=", "done")]
        )
        return [
            (
                len(mails.filtered(lambda m, i=lead_id: m.res_id == i)),
                len(logs.filtered(lambda r, i=lead_id: r.run_id.lead_id.id == i)),
            )
            for lead_id in self.leads
        ]

    def test_two_schedulers(self):
        """Two schedulers at once: each step of each lead once. Covers: L05."""
        workers = self.workers(WORKERS)
        call = (1, "crm.playbook.run", "_cron_run")
        for _turn in range(3):
            answers = workers.race([(call, {})] * WORKERS)
            self.assertFalse([a for a in answers if "error" in a], answers)
        with self.committed() as env:
            self.assertEqual(self._counts(env), [(3, 3)] * LEADS)
            runs = env["crm.playbook.run"].search([("lead_id", "in", self.leads)])
            self.assertEqual(set(runs.mapped("state")), {"done"})

    def test_killed(self):
        """A scheduler killed at its work leaves nothing half done. Covers: L05."""
        workers = self.workers(1)
        workers.send(0, 1, "crm.playbook.run", "_cron_run")
        with self.committed() as env:
            # in the middle, as soon as something is there
            while not env["crm.playbook.log"].search_count(
                [("run_id.lead_id", "in", self.leads)]
            ):
                env.cr.commit()
        parent = workers.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children")
        for pid in children.read_text(encoding="ascii").split():
            os.kill(int(pid), signal.SIGKILL)
        with self.committed() as env:
            for mails, rows in self._counts(env):
                self.assertEqual(mails, rows)
        again = self.workers(1)
        again.call(0, 1, "crm.playbook.run", "_cron_run")
        with self.committed() as env:
            self.assertEqual(self._counts(env), [(3, 3)] * LEADS)

    def test_reply_in_between(self):
        """A reply that is committed while a step waits stops that step.

        Covers: L05.
        """
        with self.committed() as env:
            run = env["crm.playbook.run"].search([("lead_id", "=", self.leads[0])])
            workers = self.workers(1)
            # the scheduler's transaction has begun, and sees the run running
            workers.send(0, 1, "crm.playbook.run", "_crm_go_on", ids=run.ids, wait=True)
            workers.receive(0)
            env["crm.lead"].browse(self.leads[0])._crm_playbook_replied("有回复")
            env.cr.commit()
            workers._write({"worker": 0})
            answer = workers.receive(0)
            self.assertIn(answer.get("result"), (None, False), answer)
        with self.committed() as env:
            self.assertEqual(self._counts(env)[0], (0, 0))
            run = env["crm.playbook.run"].browse(run.id)
            self.assertEqual((run.state, run.reason), ("stopped", "reply"))
