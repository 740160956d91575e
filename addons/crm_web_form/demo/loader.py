"""Web forms of the demonstration: one on the web site that has been answered."""

import json
import random
from pathlib import Path
from types import SimpleNamespace

from odoo import fields

from odoo.addons.crm_base.demo.diary import read_table
from odoo.addons.crm_leads.demo.loader import Leads

from ..tools import engine

# how long the form has been on the web site, and how often it is looked at a day
WEEKS, SHOWN = 4, (3, 9)


def load(env):
    """Publish the form and answer it, once: a database with answers is left alone.

    :param env: environment of the superuser
    """
    form = env.ref("crm_web_form.web_form_demo")
    if form.state != "draft":
        return
    content = json.loads((Path(__file__).parent / "consulting.json").read_text())
    manager = form.with_user(form.user_id)
    manager.save_design(content, form.revision)
    manager.action_publish()
    Answers(env, form).tell()


class Answers(Leads):
    """What visitors answered, and the leads that were made of it."""

    def __init__(self, env, form):
        super().__init__(env)
        self.form = form.with_env(self.env)

    def tell(self):
        """Store the answers of answers.tsv, and let people work on the leads."""
        for row in read_table(__file__, "answers.tsv"):
            row = SimpleNamespace(**row)
            self.made_at = self._past(int(row.days) + 0.1)
            answer = self._answer(row)
            answer._crm_make_leads()
            self._backdate(answer, create_date=self.made_at)
            if answer.lead_id:
                self._work(row, answer.lead_id)
        self._views()

    def _answer(self, row):
        outcome = engine.evaluate(self.form.content, self._values(row))
        if outcome.errors:
            raise ValueError(f"answer {row.number}: {outcome.errors}")
        answers = self.env["crm.web.form.answer"]
        utm = {"utm_source": row.utm} if row.utm else {}
        return answers.browse(
            answers._crm_store(
                {
                    "form_id": self.form.id,
                    "version_id": self.form.version_id.id,
                    "submission_key": f"demo-{row.number}",
                    "content": outcome.values,
                    "utm": utm,
                    "lang": "zh_CN",
                },
                {},
                [],
                0,
            )
        )

    def _values(self, row):
        values = {
            "person": row.person,
            "mobile": row.mobile,
            "firm": row.firm,
            "mail": row.mail,
            "place": [row.province, row.city],
            "products": row.products.split(","),
            "area": row.area,
            "visit": row.visit,
            "need": row.need,
            "agree": True,
        }
        if row.visit_days:
            visit_on = self.diary.day(-int(row.visit_days))
            values["visit_on"] = fields.Date.to_string(visit_on)
        return values

    def _work(self, row, lead):
        self._backdate(lead, create_date=self.made_at)
        if row.state == "working":
            # who has called needs no reminder to do so
            lead.activity_ids.unlink()
            self._followups(row, lead, random.Random(f"form{row.number}"))

    def _views(self):
        chance = random.Random("views")
        self.env["crm.web.form.count"].create(
            [
                {
                    "form_id": self.form.id,
                    "day": self.diary.day(days),
                    "kind": "view",
                    "total": chance.randint(*SHOWN),
                }
                for days in range(7 * WEEKS)
            ]
        )
