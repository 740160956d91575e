"""Playbooks for tests of leads and opportunities; the clock is moved by hand."""

from datetime import datetime

from freezegun import freeze_time

from .common import LeadCase

MAIL = """Return-Path: <{sender}>
To: {to}
From: "王先生" <{sender}>
Subject: {subject}
Message-Id: <{number}@kehu.example.net>
In-Reply-To: {parent}
References: {parent}
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
{headers}
{body}
"""


class PlaybookCase(LeadCase):
    """A manager's playbook: e-mail, call three working days later, e-mail, tag."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = (
            cls.env["mail.template"]
            .with_user(cls.manager)
            .create(
                {
                    "name": "案例",
                    "model_id": cls.env["ir.model"]._get_id("crm.lead"),
                    "subject": "给{{ object.contact_name }}的案例",
                    "body_html": '<p>您好 <t t-out="object.contact_name"/></p>',
                }
            )
        )
        cls.tag = cls.env["crm.tag"].create({"name": "长期培育"})
        cls.playbook = cls._playbook(cls.manager)

    @classmethod
    def _playbook(cls, user, steps=None, running=True, **values):
        """Create a playbook as ``user``; return it for the test's own user."""
        if steps is None:
            steps = [
                {"name": "发案例", "kind": "email", "template_id": cls.template.id},
                {
                    "name": "打电话",
                    "kind": "followup",
                    "delay": 3,
                    "delay_unit": "workdays",
                },
                {
                    "name": "再发一封",
                    "kind": "email",
                    "delay": 5,
                    "template_id": cls.template.id,
                },
                {
                    "name": "打标签",
                    "kind": "tag",
                    "delay": 2,
                    "delay_unit": "hours",
                    "tag_ids": [(6, 0, cls.tag.ids)],
                },
            ]
        playbook = (
            cls.env["crm.playbook"]
            .with_user(user)
            .create(
                {
                    "name": "新询盘跟进",
                    "res_model": "crm.lead",
                    "step_ids": [
                        (0, 0, {"sequence": index, **step})
                        for index, step in enumerate(steps)
                    ],
                    **values,
                }
            )
        )
        if running:
            playbook.action_start()
        return playbook.with_env(cls.env)

    @classmethod
    def _open_playbook(cls, **values):
        """Create the manager's playbook as one that knows no rest."""
        return cls._playbook(
            cls.manager, workdays_only=False, hour_from=0, hour_to=24, **values
        )

    @classmethod
    def _person(cls, owner, number=1, **values):
        """Create a lead with somebody to write to."""
        return cls._lead(
            owner,
            name=f"询价 {number}",
            contact_name="王先生",
            email_from=f"wang{number}@kehu.example.net",
            phone=f"1380013{number:04}",
            **values,
        )

    def _start(self, lead, user=None, playbook=None):
        """Start a playbook by hand; return the run."""
        mine = lead.with_user(user or lead.user_id)
        result = mine.action_start_playbook((playbook or self.playbook).id)
        self.assertEqual(result, {"started": len(lead), "left_out": []})
        return self.env["crm.playbook.run"].search(
            [("lead_id", "in", lead.ids), ("state", "=", "running")]
        )

    def _at(self, text):
        """Let it be a moment in China, and the scheduler come."""
        local = datetime.fromisoformat(f"{text}+08:00")
        with freeze_time(local):
            self._come()

    def _come(self):
        self._run_cron("crm_base.ir_cron_playbook")

    def _sent(self, lead):
        """Return what went out to the person, oldest first."""
        return self.env["mail.mail"].search(
            [("model", "=", "crm.lead"), ("res_id", "in", lead.ids)], order="id"
        )

    def _story(self, run):
        """Return the log as (step, outcome), oldest first."""
        return [(row.step_name or "", row.outcome) for row in run.log_ids.sorted("id")]
