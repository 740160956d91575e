from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_score import ScoreCase


@tagged("post_install", "-at_install")
class TestScoreDoors(ScoreCase):
    """Who makes rules, and what nobody does."""

    def test_who_makes_rules(self):
        """Directors and the boss make rules, managers read them. Covers: L04."""
        values = {"name": "有电话", "points": 5, "domain": "[('phone', '!=', False)]"}
        for user in (self.director, self.boss):
            rule = self.env["crm.lead.score.rule"].with_user(user).create(dict(values))
            rule.points = 6
        self.assertTrue(rule.with_user(self.manager).read(["name", "points"]))
        for user in (self.manager, self.other_manager):
            theirs = rule.with_user(user)
            with self.assertRaises(AccessError):
                theirs.create(dict(values))
            with self.assertRaises(AccessError):
                theirs.write({"points": 7})
            with self.assertRaises(AccessError):
                theirs.unlink()
        for user in (self.sam, self.assistant, self.employee):
            theirs = rule.with_user(user)
            with self.assertRaises(AccessError):
                theirs.read(["name"])
            with self.assertRaises(AccessError):
                theirs.search([])
            with self.assertRaises(AccessError):
                self.env["crm.lead.score.run"].with_user(user).search([])

    def test_nobody_sets_scores(self):
        """A score is reckoned; no door takes one from anybody."""
        lead = self._lead(self.sam)
        for user in (self.sam, self.manager, self.boss):
            for values in ({"crm_score": 99}, {"crm_grade": "a"}):
                with self.assertRaises(AccessError):
                    lead.with_user(user).write(values)
                with self.assertRaises(AccessError):
                    self.env["crm.lead"].with_user(user).create(
                        {"name": "x", "type": "lead", **values}
                    )

    def test_sight(self):
        """Where points are from is told to those who see the lead."""
        self._rule("有负责人", 30)
        lead = self._lead(self.sam)
        self.assertTrue(lead.with_user(self.sam).get_score_lines())
        with self.assertRaises(AccessError):
            lead.with_user(self.xia).get_score_lines()

    def test_hostile_domains(self):
        """A rule is no way to ask for what its author may not search by."""
        Rule = self.env["crm.lead.score.rule"].with_user(self.director)
        for domain in (
            "nonsense",
            "{}",
            "[1]",
            "[('nothing', '=', 1)]",
            "[('crm_score', '>', 3)]",
            "[('user_id.password', 'like', 'a')]",
            "[('user_id', 'any!', [])]",
            # for administrators only
            "[('user_id.partner_id.signup_type', '=', 'reset')]",
            "__import__('os').getcwd()",
            "[" * 500,
        ):
            with self.subTest(domain), self.assertRaises(UserError):
                Rule.create({"name": "x", "points": 1, "domain": domain})

    def test_limits(self):
        """Thresholds descend, behaviour names its event."""
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.company.crm_grade_b = 90
            self.env.flush_all()
