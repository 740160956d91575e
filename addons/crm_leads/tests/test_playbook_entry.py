from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.crm_pipeline.tests.playbook_common import PlaybookCase


@tagged("post_install", "-at_install")
class TestPlaybookEntry(PlaybookCase):
    """How leads come into playbooks."""

    def _runs(self, playbook):
        return self.env["crm.playbook.run"].search([("playbook_id", "=", playbook.id)])

    def test_by_itself(self):
        """Leads that fit start by themselves: new ones, of the own people, open ones.

        Covers: L05, S22.
        """
        old = self._person(self.sam, 1, city="宁波")
        old.flush_recordset()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=3), old.id],
        )
        playbook = self._playbook(
            self.manager, auto_entry="new", domain="[('city', '=', '宁波')]"
        )
        new = self._person(self.sue, 2, city="宁波")
        self._person(self.sue, 3, city="上海")
        self._person(self.xia, 4, city="宁波")
        closed = self._person(self.sue, 5, city="宁波")
        closed.with_user(self.sue).action_close("no_need")
        opted_out = self._person(self.sue, 6, city="宁波")
        self.env["mail.blacklist"]._add(opted_out.email_normalized)
        self.assertEqual(playbook.with_user(self.manager).candidate_count, 1)
        self.assertEqual(playbook.with_user(self.sam).candidate_count, 0)
        self._come()
        self.assertEqual(self._runs(playbook).lead_id, new)
        self.assertEqual(self._runs(playbook).user_id, self.manager)
        self._come()
        self.assertEqual(len(self._runs(playbook)), 1)
        playbook.with_user(self.manager).auto_entry = "all"
        self._come()
        self.assertEqual(self._runs(playbook).lead_id, old | new)

    def test_grade(self):
        """A grade that a lead reaches later lets it start. Covers: L05, L04."""
        playbook = self._playbook(
            self.manager, auto_entry="new", domain="[('crm_grade', 'in', ['a'])]"
        )
        lead = self._person(self.sam, 1)
        self._come()
        self.assertFalse(self._runs(playbook))
        self.env["crm.lead.score.rule"].create({"name": "有电话", "points": 900})
        self._come()
        self.assertEqual(self._runs(playbook).lead_id, lead)

    def test_wakes(self):
        """A lead that comes in calls the scheduler when something waits for it.

        Covers: L05.
        """
        cron = self.env.ref("crm_base.ir_cron_playbook")
        triggers = self.env["ir.cron.trigger"]
        domain = [("cron_id", "=", cron.id)]
        triggers.search(domain).unlink()
        self._person(self.sam, 1)
        self.assertFalse(triggers.search_count(domain))
        self._playbook(self.manager, auto_entry="new")
        triggers.search(domain).unlink()
        self._person(self.sam, 2)
        self.assertTrue(triggers.search_count(domain))

    def test_again(self):
        """Never twice, or after some days; never in two at once. Covers: L05."""
        lead = self._person(self.sam)
        self._start(lead)
        other = self._playbook(self.manager, reentry="days", reentry_days=10)
        mine = lead.with_user(self.sam)
        result = mine.action_start_playbook(other.id)
        self.assertEqual(result["started"], 0)
        self.assertIn("already", result["left_out"][0]["reason"])
        mine.action_stop_playbook()
        result = mine.action_start_playbook(self.playbook.id)
        self.assertIn("before", result["left_out"][0]["reason"])
        with freeze_time("2026-11-03 02:00:00"):
            self._start(lead, playbook=other)
            mine.action_stop_playbook()
            result = mine.action_start_playbook(other.id)
            self.assertIn("before", result["left_out"][0]["reason"])
        with freeze_time("2026-11-13 02:00:01"):
            self._start(lead, playbook=other)

    def test_left_out(self):
        """What cannot start is named with its reason, the rest starts. Covers: L05."""
        closed, fine = self._person(self.sam, 1), self._person(self.sam, 2)
        closed.with_user(self.sam).action_close("no_need")
        refused = self._person(self.sam, 3)
        self.env["mail.blacklist"]._add(refused.email_normalized)
        leads = (closed | fine | refused).with_user(self.sam)
        wizard = (
            self.env["crm.playbook.start"]
            .with_user(self.sam)
            .create(
                {
                    "res_model": "crm.lead",
                    "res_ids": ",".join(map(str, leads.ids)),
                    "playbook_id": self.playbook.id,
                }
            )
        )
        self.assertEqual(wizard.record_count, 3)
        self.assertIn(closed.name, wizard.left_out)
        self.assertNotIn(fine.name, wizard.left_out)
        self.assertIn("Day 0 · 发案例", wizard.steps)
        action = wizard.action_start()
        self.assertIn("1 started, 2 left out", action["params"]["message"])
        self.assertEqual(self._runs(self.playbook).lead_id, fine)

    def test_who_may(self):
        """Who may start: everybody, the team, managers, nobody. Covers: L05."""

        def starts(user, manual_by):
            self.playbook.with_user(self.manager).manual_by = manual_by
            lead = self._person(user, user.id)
            try:
                self._start(lead, user)
            except UserError:
                return False
            return True

        expected = {
            "all": (True, True, True),
            "team": (True, True, False),
            "manager": (True, False, False),
            "nobody": (False, False, False),
        }
        for manual_by, answers in expected.items():
            found = tuple(
                starts(user, manual_by) for user in (self.manager, self.sam, self.xia)
            )
            self.assertEqual(found, answers, manual_by)

    def test_foreign_lead(self):
        """Nobody starts a playbook for what another team has. Covers: L05."""
        lead = self._person(self.xia)
        self.playbook.with_user(self.manager).manual_by = "all"
        with self.assertRaises(AccessError):
            lead.with_user(self.sam).action_start_playbook(self.playbook.id)

    def test_content(self):
        """Steps and conditions that cannot work are refused. Covers: L05."""
        other = self.env["mail.template"].create(
            {"name": "x", "model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        for step in (
            {"name": "x", "kind": "email"},
            {"name": "x", "kind": "tag"},
            {"name": "x", "kind": "email", "template_id": other.id},
            {"name": "x", "kind": "notice", "condition": "[('nothing', '=', 1)]"},
            {"name": "x", "kind": "notice", "until_domain": "__import__('os')"},
        ):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self._playbook(self.manager, [step], running=False)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self._playbook(self.manager, domain="[(")
        with self.assertRaisesRegex(UserError, "no steps"):
            self._playbook(self.manager, [])

    def test_code_in_template(self):
        """Code of somebody who is not in charge is not carried out. Covers: L05."""
        self.playbook.with_user(self.manager).manual_by = "all"
        self.manager.group_ids += self.env.ref("mail.group_mail_template_editor")
        self.template.with_user(
            self.manager
        ).subject = "{{ object.write({'city': '上海'}) }}"
        mine, foreign = self._person(self.sam, 1), self._person(self.xia, 2)
        run, other = self._start(mine), self._start(foreign)
        with freeze_time("2026-11-30 02:00:00"):
            self._come()
        self.assertIn(("发案例", "done"), self._story(run))
        self.assertEqual(self._story(other), [("发案例", "failed")])
        self.assertFalse(foreign.city)
