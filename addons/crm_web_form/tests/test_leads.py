from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CONTACT, FormCase, document

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@tagged("post_install", "-at_install")
class TestLeads(FormCase):
    def test_lead(self):
        """An answer is a lead of the handler with source, note and a task.

        Covers: L10."""
        source = self.env["utm.source"].create({"name": "Trade Fair"})
        campaign = self.env["utm.campaign"].create({"name": "Autumn"})
        self.form.source_id = source
        found = self._submit(
            self.form,
            {**CONTACT, "interest": ["b"], "score": 4, "where": ["江苏", "苏州"]},
            utm={"utm_campaign": "Autumn", "utm_medium": "never seen"},
        )
        self.assertTrue(found["ok"], found)
        answer = self._answers(self.form)
        self.assertEqual(answer.state, "received")
        self.assertFalse(answer.lead_id)
        self._work()
        lead = answer.lead_id
        self.assertEqual(answer.state, "done")
        self.assertRecordValues(
            lead,
            [
                {
                    "type": "lead",
                    "contact_name": "Wang",
                    "phone": "13800138001",
                    "email_from": "wang@example.com",
                    "user_id": self.sam.id,
                    "source_id": source.id,
                    "campaign_id": campaign.id,
                    "medium_id": False,
                    "city": "苏州",
                }
            ],
        )
        self.assertEqual(lead.country_id.code, "CN")
        self.assertIn("Service", lead.message_ids[0].body)
        self.assertIn("4 / 5", lead.message_ids[0].body)
        self.assertEqual(lead.activity_ids.user_id, self.sam)
        self.assertEqual(answer.user_id, self.sam)
        self.assertFalse(
            self.env["utm.medium"].search([("name", "=", "never seen")]),
            "visitors make no records of ours",
        )

    def test_once(self):
        """A double click, or a retry, is one answer and one lead. Covers: L10."""
        token = self._token(self.form)
        for _click in range(3):
            self.assertTrue(self._submit(self.form, CONTACT, token=token)["ok"])
        self._work()
        self._work()
        answers = self._answers(self.form)
        self.assertEqual(len(answers), 1)
        self.assertEqual(len(answers.lead_id), 1)

    def test_known_customer(self):
        """Who is a customer already gets a follow-up of the owner, and learns nothing.

        Covers: L10."""
        customer = self._customer(self.sue)
        customer.phone = "13900139000"
        values = {**CONTACT, "mobile": "13900139000", "mail": ""}
        known = self._submit(self.form, values)
        fresh = self._submit(self.form, {**CONTACT, "mobile": "13911119999"})
        self.assertEqual(known, fresh, "the visitor cannot tell one from the other")
        self._work()
        answer = self._answers(self.form)[0]
        self.assertFalse(answer.lead_id)
        self.assertEqual(answer.followup_id.partner_id, customer)
        self.assertEqual(answer.followup_id.user_id, self.sue)
        self.assertEqual(answer.followup_id.state, "planned")
        self.assertIn("Wang", answer.followup_id.content)
        self.assertTrue(answer.is_repeated)

    def test_known_customer_out_of_sight(self):
        """Whoever is in charge of the form does not learn who it is. Covers: L10."""
        customer = self._customer(self.xia)
        customer.write({"phone": "13900139000", "name": "秘密公司"})
        self._submit(self.form, {**CONTACT, "mobile": "13900139000"})
        self._work()
        answer = self._answers(self.form).with_user(self.manager)
        self.assertTrue(answer.is_repeated)
        self.assertNotIn("秘密公司", str(answer.read()))
        with self.assertRaisesRegex(UserError, "out of your reach"):
            answer.action_open_lead()
        action = answer.with_user(self.xia).action_open_lead()
        self.assertEqual(action["res_id"], answer.sudo().followup_id.id)

    def test_answered_twice(self):
        """Two submissions of one person are one lead with two notes. Covers: L10."""
        self._submit(self.form, CONTACT)
        self._work()
        self._submit(self.form, {**CONTACT, "interest": ["a"]})
        self._work()
        answers = self._answers(self.form)
        self.assertEqual(len(answers), 2)
        self.assertEqual(len(answers.lead_id), 1)
        self.assertEqual(answers.mapped("is_repeated"), [False, True])

    def test_answered_twice_at_once(self):
        """One person is one lead, also when both answers are worked on together and
        the number is written in another way.

        Covers: L10."""
        values = {**CONTACT, "mail": ""}
        self._submit(self.form, values)
        self._submit(self.form, {**values, "mobile": "+86 138-0013-8001"})
        self._submit(self.form, {**values, "mobile": "13800138002"})
        self._work()
        answers = self._answers(self.form)
        one, other = answers.lead_id
        self.assertEqual(answers.mapped("lead_id.id"), [one.id, other.id])
        self.assertEqual(answers.mapped("is_repeated"), [False, True, False])
        self.assertEqual(len(one.activity_ids), 1)
        self._submit(self.form, {**values, "mobile": "0086 13800138001"})
        self._work()
        self.assertEqual(self._answers(self.form)[-1].lead_id, one)

    def test_merged_lead(self):
        """Answers go along when their lead is merged into another. Covers: L10."""
        self._submit(self.form, CONTACT)
        self._submit(self.form, {**CONTACT, "mobile": "13800138002", "mail": ""})
        self._work()
        answers = self._answers(self.form)
        self.assertEqual(len(answers.lead_id), 2)
        left = answers.lead_id.with_user(self.manager).merge_opportunity()
        left = left.with_env(self.env)
        self.env.invalidate_all()
        self.assertEqual([answer.lead_id for answer in answers], [left] * 2)

    def test_score(self):
        """Answering gives points, for any form or for this one. Covers: L04, L10."""
        self.env["crm.lead.score.rule"].search([]).unlink()
        other = self._form(self.manager, document())
        rules = self.env["crm.lead.score.rule"].with_user(self.director)
        rules.create(
            [
                {"name": "A", "kind": "behaviour", "points": points, "source": source}
                for source, points in (
                    ("web_form", 5),
                    (f"web_form_{self.form.id}", 20),
                )
            ]
        )
        for number, form in enumerate((self.form, other)):
            self._submit(form, {**CONTACT, "mobile": f"1380013800{number}", "mail": ""})
        self._work()
        for form, points in ((self.form, 25), (other, 5)):
            self.assertEqual(self._answers(form).lead_id.crm_score, points)
        texts = rules.fields_get(["source"])["source"]["selection"]
        name = self.form.name
        self.assertIn(
            (f"web_form_{self.form.id}", f"Answered the web form {name}"), texts
        )

    def test_no_contact_no_lead(self):
        """A survey without a name makes answers and no leads. Covers: L10."""
        rating = {"id": "score", "kind": "rating", "label": "Score", "scale": 5}
        form = self._form(self.manager, document([rating]))
        self.assertTrue(self._submit(form, {"score": 5})["ok"])
        self._work()
        self.assertEqual(self._answers(form).state, "done")
        self.assertFalse(self._answers(form).lead_id)

    def test_files(self):
        """Files come along to the lead, and no browser opens them. Covers: L10."""
        found = self._submit(
            self.form, {**CONTACT, "paper": []}, [("paper", "../a<b>.exe", PNG)]
        )
        self.assertTrue(found["ok"], found)
        self._work()
        answer = self._answers(self.form)
        self.assertEqual(answer.attachment_ids.name, "a_b_.png")
        self.assertEqual(answer.attachment_ids.mimetype, "application/x-download")
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", answer.lead_id.id)]
        )
        self.assertEqual(files.raw, PNG)
        self.assertEqual(files.mimetype, "application/x-download")

    def test_one_bad_answer(self):
        """What cannot be worked on waits by itself, is tried again, then reported.

        Covers: L10."""
        self._submit(self.form, CONTACT)
        self._submit(self.form, {**CONTACT, "person": "Li", "mobile": "13800138002"})
        bad, good = self._answers(self.form)
        answers = type(bad)
        real = answers._crm_lead_values

        def fail(answer, *arguments):
            if answer == bad:
                raise ValueError("broken")
            return real(answer, *arguments)

        with (
            patch.object(answers, "_crm_lead_values", fail),
            self.assertLogs("odoo.addons.crm_web_form", "WARNING"),
        ):
            self._work()
            self.assertEqual(good.state, "done")
            self.assertRecordValues(
                bad, [{"state": "received", "attempts": 1, "error": "broken"}]
            )
            self.assertGreater(bad.try_at, bad.create_date)
            for _attempt in range(4):
                self._work()
            self.assertEqual(bad.state, "failed")
            told = self.env["mail.notification"].search(
                [("mail_message_id.subject", "like", "could not be made a lead")]
            )
            self.assertEqual(told.res_partner_id, self.manager.partner_id)
        bad.with_user(self.manager).action_retry()
        self._work()
        self.assertEqual(bad.state, "done")
        self.assertTrue(bad.lead_id)

    def test_team_and_rules(self):
        """A team's leads have no person yet; the rules of assignment find one.

        Covers: L10."""
        form = self._form(
            self.manager, document(), handler_kind="team", team_id=self.north.id
        )
        self._submit(form, {**CONTACT, "mobile": "13800138009", "mail": ""})
        self._work()
        lead = self._answers(form).lead_id
        self.assertEqual(lead.team_id, self.north)
        self.assertFalse(lead.user_id)
        self.assertEqual(lead.activity_ids.user_id, self.manager)
        self.assertEqual(self._answers(form).user_id, self.manager)

    def test_query_counts(self):
        """A batch costs each answer the same, however many there are. Covers: L10."""

        def cost(first, count):
            for number in range(first, first + count):
                phone = f"139{number:08d}"
                values = {"person": f"P{number}", "mobile": phone}
                utm = {"utm_source": f"S{number}"}
                self._submit(self.form, {**values, "where": ["江苏", "苏州"]}, utm=utm)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._work()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.form.sudo().limit_per_hour = 0
        cost(0, 2)
        few = cost(10, 5)
        many = cost(100, 25)
        # what Odoo asks for each new lead: team, stage, follower, message
        self.assertLessEqual(many - few, 20 * 11)

    def test_erase(self):
        """Who asks for it is forgotten; the row and the lead stay. Covers: L10."""
        self._submit(self.form, CONTACT, [("paper", "a.png", PNG)])
        answer = self._answers(self.form).with_user(self.manager)
        with self.assertRaisesRegex(Exception, "Wait until"):
            answer.action_erase()
        self._work()
        lead = answer.lead_id
        with self.assertRaises(AccessError):
            answer.with_user(self.sam).action_erase()
        answer.action_erase()
        self.assertFalse(answer.content)
        self.assertFalse(answer.contact)
        self.assertFalse(answer.attachment_ids)
        self.assertTrue(answer.is_erased)
        self.assertTrue(lead.sudo().exists())
        log = self.env["crm.operation.log"].search([], limit=1, order="id desc")
        self.assertEqual(log.operation, "form_erase")
