import random
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import Form, tagged

from odoo.addons.crm_base.models.mail_message_automatic import AUTOMATIC_KEY

from . import score_oracle
from .common import LeadCase


class ScoreCase(LeadCase):
    """Leads and rules of this test alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead.score.rule"].search([]).unlink()
        cls.company.write({"crm_grade_a": 80, "crm_grade_b": 50, "crm_grade_c": 20})

    @classmethod
    def _rule(cls, name, points, domain=(), **values):
        return cls.env["crm.lead.score.rule"].create(
            {"name": name, "points": points, "domain": repr(list(domain)), **values}
        )

    def assertScore(self, lead, score, grade=None):
        lead.invalidate_recordset()
        self.assertEqual(lead.crm_score, score)
        if grade:
            self.assertEqual(lead.crm_grade, grade)


@tagged("post_install", "-at_install")
class TestScore(ScoreCase):
    """Points, grades, and where they are from."""

    def test_incremental(self):
        """A fact changes, and the score of that lead follows at once. Covers: L04."""
        self._rule("有电话", 30, [("phone", "!=", False)])
        self._rule("北京", 25, [("city", "=", "北京")])
        self._rule("学生", -40, [("function", "ilike", "学生")])
        lead, other = self._lead(self.sam), self._lead(self.sam, phone="13800138000")
        self.assertScore(lead, 0, "d")
        self.assertScore(other, 30, "c")
        lead.with_user(self.sam).write({"phone": "13900139000", "city": "北京"})
        self.assertScore(lead, 55, "b")
        lead.with_user(self.sam).function = "大学生"
        self.assertScore(lead, 15, "d")
        self.assertScore(other, 30, "c")

    def test_follows_what_is_computed(self):
        """A rule about a computed field follows what that is computed from."""
        self._rule("在跟进", 20, [("lead_state", "=", "working")])
        lead = self._lead(self.sam)
        self._lead_followup(self.sam, lead, done=True, content="谈了机床的型号和交期")
        self.assertScore(lead, 20, "c")

    def test_followups(self):
        """Effective follow-ups count, at most so many, and melt. Covers: L04."""
        # what makes one effective is tested elsewhere
        self.company.write(
            {"crm_effective_min_length": 0, "crm_effective_bulk_limit": 0}
        )
        self._rule(
            "跟进", 10, kind="interaction", times=2, decay="linear", decay_days=10
        )
        lead = self._lead(self.sam)
        for content in ("谈了机床的型号和交期", "发了报价和样本资料", "客户确认预算"):
            self._lead_followup(self.sam, lead, done=True, content=content)
        self.assertEqual(len(lead.followup_ids.filtered("is_effective")), 3)
        self.assertScore(lead, 20, "c")
        with freeze_time(fields.Datetime.now() + timedelta(days=5)):
            self._run_cron("crm_leads.ir_cron_score")
            self.assertScore(lead, 10)
            (line,) = lead.with_user(self.sam).get_score_lines()
        self.assertEqual((line["points"], line["full_points"]), (10, 20))
        self.assertEqual(line["times"], 2)
        self.assertIn("5 days ago", line["text"])
        lead.followup_ids._crm_without_recycling().sudo().unlink()
        self.assertScore(lead, 0)

    def test_email(self):
        """A mail that somebody writes is worth points at once. Covers: L04."""
        self._rule("来信", 15, kind="behaviour", source="email", times=3)
        lead = self._lead(self.sam)
        author = self.env["res.partner"].create({"name": "王先生"})
        lead.message_post(body="请报价", message_type="email", author_id=author.id)
        self.assertScore(lead, 15)
        lead.with_context(**{AUTOMATIC_KEY: True}).message_post(
            body="自动回复：我在休假", message_type="email", author_id=author.id
        )
        lead._crm_rescore()
        self.assertScore(lead, 15)
        lead.message_post(body="内部备注", message_type="comment")
        self.assertScore(lead, 15)

    def test_call(self):
        """What was said on the phone, and how a lead came in, are events."""
        self._rule("来电", 7, kind="behaviour", source="call")
        self._rule("新线索", 5, kind="behaviour", source="captured", decay="half")
        lead = self._lead(self.sam)
        self._lead_followup(self.sam, lead, done=True)
        self.assertScore(lead, 12)

    def test_explanation(self):
        """The parts are told, biggest first, and make the score. Covers: L04."""
        self._rule("有公司", 20, [("partner_name", "!=", False)])
        self._rule("北京", 25, [("city", "=", "北京")])
        self._rule("无邮箱", -5, [("email_from", "=", False)])
        lead = self._lead(self.sam, partner_name="诺深科技", city="北京")
        texts = lead.with_user(self.sam).score_explanation.split("\n")
        self.assertEqual(texts, ["+25 北京", "+20 有公司", "-5 无邮箱"])
        lines = lead.with_user(self.manager).get_score_lines()
        self.assertEqual(sum(line["points"] for line in lines), lead.crm_score)

    def test_odoo_probability_stays(self):
        """Odoo's own probability is left alone. Covers: L04."""
        lead = self._lead(self.sam)
        before = lead.automated_probability
        self._rule("有负责人", 90, [("user_id", "!=", False)])
        self.assertScore(lead, 90, "a")
        self.assertEqual(lead.automated_probability, before)

    def test_closed_keeps(self):
        """Closed leads keep their score, and get one again when reopened."""
        rule = self._rule("有负责人", 90, [("user_id", "!=", False)])
        lead = self._lead(self.sam)
        reason = self.env["crm.dictionary"].search(
            [("kind", "=", "lead_close_reason")], limit=1
        )
        self.assertScore(lead, 90, "a")
        lead.with_user(self.sam).action_close(reason.id)
        rule.points = 10
        self.assertScore(lead, 90, "a")
        lead.with_user(self.sam).action_reopen()
        self.assertScore(lead, 10, "d")

    def test_company(self):
        """A rule of one company says nothing about leads of another."""
        branch = self.env["res.company"].create({"name": "分公司"})
        self._rule("总公司", 30, company_id=self.company.id)
        ours = self._unowned(company_id=self.company.id)
        theirs = self._unowned(company_id=branch.id)
        self.assertScore(ours, 30)
        self.assertScore(theirs, 0)

    def test_thresholds(self):
        """New thresholds give new grades."""
        self._rule("有名字", 30)
        lead = self._lead(self.sam)
        self.assertScore(lead, 30, "c")
        self.company.write({"crm_grade_b": 30})
        self.assertScore(lead, 30, "b")

    def test_try_on(self):
        """What a rule would do is shown before it is saved. Covers: L04."""
        self._lead(self.sam, phone="13800138000")
        self._lead(self.sam)
        self.env.flush_all()
        count = self.env["crm.lead.score.rule"].search_count([])
        with Form(self.env["crm.lead.score.rule"].with_user(self.director)) as form:
            form.name = "有电话"
            form.points = 100
            form.domain = "[('phone', '=', '13800138000')]"
            self.assertFalse(form.preview)
            form.try_on = True
            first, *_rest = form.preview.split("\n")
            self.assertEqual(first, "Grade A: 0 → 1 leads")
            form.domain = "[('nothing', '=', 1)]"
            self.assertIn("nothing", form.preview)
            form.domain = "[]"
        self.assertEqual(self.env["crm.lead.score.rule"].search_count([]), count + 1)

    def test_resumes(self):
        """A run goes on where it was interrupted; a later one replaces it."""
        Run = self.env["crm.lead.score.run"]
        leads = self.env["crm.lead"].union(*(self._unowned() for _n in range(6)))
        self._rule("无主", 30, [("user_id", "=", False)])
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET crm_score = 1")
        leads.invalidate_recordset()
        today = self.env["crm.lead.score.rule"]._crm_score_day()
        old = Run.create({"date": today, "last_id": leads[1].id})
        run = Run.create({"date": today, "last_id": leads[2].id})
        self._run_cron("crm_leads.ir_cron_score")
        self.assertEqual((old.state, run.state), ("superseded", "done"))
        self.assertEqual(leads.mapped("crm_score"), [1, 1, 1, 30, 30, 30])
        self.assertEqual(run.changed_count, 3)

    def test_queries(self):
        """Scoring many leads takes as many queries as scoring one."""
        self._rule("有电话", 30, [("phone", "!=", False)])
        self._rule("跟进", 10, kind="interaction")
        leads = self.env["crm.lead"].union(*(self._unowned() for _n in range(30)))

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._crm_rescore()
            self.env.flush_all()
            some.mapped("score_explanation")
            return self.env.cr.sql_log_count - before

        count(leads)
        self.assertEqual(count(leads[:1]), count(leads))


@tagged("post_install", "-at_install")
class TestScoreOracle(ScoreCase):
    """The engine says of 2,000 leads what plain Python says."""

    def _generate(self, dice, now, count=2000):
        industries = self.env["res.partner.industry"].search([], limit=3).ids
        cities = [False, "北京", "上海", "南京"]
        facts = [
            {
                "name": f"线索 {number}",
                "type": "lead",
                "user_id": False,
                "city": dice.choice(cities),
                "industry_id": dice.choice([False, *industries]),
                "phone": dice.choice([False, "13800138000"]),
            }
            for number in range(count)
        ]
        Lead = self.env["crm.lead"].with_context(tracking_disable=True)
        leads = Lead.create(facts)
        plans = []
        for lead, fact in zip(leads, facts, strict=True):
            fact["events"] = {"followup": [], "email": []}
            for _event in range(dice.choice([0, 0, 1, 2, 5])):
                moment = now - timedelta(minutes=dice.randrange(60 * 24 * 120))
                moment = moment.replace(microsecond=0)
                kind = dice.choice(["followup", "email"])
                fact["events"][kind].append(moment)
                plans.append((kind, lead.id, moment))
        self._store(plans)
        return leads, facts

    def _store(self, plans):
        """Store events as their models would, without what these tests do not ask."""
        self.env["crm.followup"].with_context(
            tracking_disable=True
        )._crm_create_history(
            [
                {
                    "name": "电话",
                    "lead_id": lead_id,
                    "user_id": self.sam.id,
                    "method_id": self.visit.id,
                    "state": "done",
                    "is_effective": True,
                    "done_at": moment,
                }
                for kind, lead_id, moment in plans
                if kind == "followup"
            ]
        )
        author = self.env["res.partner"].create({"name": "来信的人"})
        self.env["mail.message"].create(
            [
                {
                    "model": "crm.lead",
                    "res_id": lead_id,
                    "message_type": "email",
                    "author_id": author.id,
                    "date": moment,
                }
                for kind, lead_id, moment in plans
                if kind == "email"
            ]
        )
        self.env.flush_all()
        # nothing is committed, so nobody else counts these rows for the planner
        self.env.cr.execute("ANALYZE crm_lead, crm_followup, mail_message")

    def _rules(self, dice, industries):
        """Return rules as the oracle takes them, stored for the engine."""
        tests = [
            ([], lambda lead: True),
            ([("city", "=", "北京")], lambda lead: lead["city"] == "北京"),
            ([("phone", "!=", False)], lambda lead: bool(lead["phone"])),
            (
                ["|", ("city", "in", ["上海", "南京"]), ("industry_id", "=", False)],
                lambda lead: (
                    lead["city"] in ("上海", "南京") or not lead["industry_id"]
                ),
            ),
            (
                [("industry_id.name", "=", industries[:1].name)],
                lambda lead: lead["industry_id"] == industries[:1].id,
            ),
        ]
        rules = []
        for number in range(14):
            domain, test = dice.choice(tests)
            kind = dice.choice(["attribute", "behaviour", "interaction"])
            values = {
                "kind": kind,
                "points": dice.choice([-15, -7, 5, 9, 20, 35]),
                "times": dice.choice([1, 2, 4]),
                "window_days": dice.choice([0, 0, 15, 60]),
                "decay": dice.choice(["none", "half", "linear"]),
                "decay_days": dice.choice([3, 7, 30, 90]),
            }
            source = {"source": "email"} if kind == "behaviour" else {}
            self._rule(f"规则 {number}", domain=domain, **values, **source)
            event = {"behaviour": "email", "interaction": "followup"}.get(kind)
            rules.append({**values, "test": test, "event": event})
        return rules

    def test_oracle(self):
        """Bulk, incremental and explained scores are the oracle's. Covers: L04."""
        dice = random.Random(20261122)
        now = fields.Datetime.now()
        leads, facts = self._generate(dice, now)
        industries = self.env["res.partner.industry"].search([], limit=3)
        rules = self._rules(dice, industries)
        Rule = self.env["crm.lead.score.rule"]
        for days in (0, 11):
            with freeze_time(now + timedelta(days=days)):
                today = Rule._crm_score_day()
                expected = [score_oracle.score(rules, fact, today) for fact in facts]
                Rule._crm_store_scores(0, 1_000_000, today)
                found = [(lead.crm_score, lead.crm_grade) for lead in leads]
                self.assertEqual(found, expected)
                leads._crm_rescore()
                self.env.flush_all()
                leads.invalidate_recordset()
                found = [(lead.crm_score, lead.crm_grade) for lead in leads]
                self.assertEqual(found, expected)
                lines = leads._crm_score_lines()
                sums = [
                    sum(line["points"] for line in lines.get(lead.id, []))
                    for lead in leads
                ]
                self.assertEqual(sums, [score for score, _grade in expected])
        self.assertGreater(len(set(found)), 50, "the leads differ")
