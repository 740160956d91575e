from freezegun import freeze_time

from odoo.tests import HttpCase, tagged

from odoo.addons.crm_pipeline.tests.playbook_common import MAIL, PlaybookCase
from odoo.addons.mail.tests.common import MailCommon

START = "2026-11-03 02:00:00"


@tagged("post_install", "-at_install")
class TestPlaybookStop(MailCommon, PlaybookCase):
    """What ends a run before its next step."""

    def setUp(self):
        super().setUp()
        self.lead = self._person(self.sam)
        with freeze_time(START):
            self.run_ = self._start(self.lead)
            self._come()
        self.assertEqual(len(self._sent(self.lead)), 1)

    def _reply(self, headers="", sender=None, number=1):
        raw = MAIL.format(
            to=f"catchall@{self.alias_domain}",
            sender=sender or self.lead.email_normalized,
            subject="Re: 案例",
            number=number,
            parent=self._sent(self.lead)[:1].message_id,
            headers=headers,
            body="请报价",
        )
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process("crm.lead", raw.encode())

    def _assert_stopped(self, reason):
        self.assertEqual((self.run_.state, self.run_.reason), ("stopped", reason))
        self.assertEqual(self._story(self.run_)[-1], ("", "stopped"))
        self._at("2026-11-30 10:00:00")
        self.assertFalse(self.lead.exists().followup_ids)

    def test_reply(self):
        """An answer by e-mail, through the gateway, ends it. Covers: L05."""
        self._reply()
        self.assertIn("请报价", " ".join(self.lead.message_ids.mapped("body")))
        self._assert_stopped("reply")
        self.assertEqual(self.playbook.with_user(self.manager).replied_count, 1)

    def test_no_reply(self):
        """A machine's answer, or a colleague's e-mail, is no reply. Covers: L05."""
        self._reply("Auto-Submitted: auto-replied\n")
        self._reply("Precedence: auto_reply\n", number=4)
        self.assertEqual(
            self.lead.message_ids.filtered("crm_is_automatic").mapped("message_type"),
            ["email"] * 2,
        )
        self._reply(sender=self.sam.email, number=2)
        self.assertEqual(self.run_.state, "running")
        self.playbook.with_user(self.manager).stop_on_reply = False
        self._reply(number=3)
        self.assertEqual(self.run_.state, "running")

    def test_pretended_reply(self):
        """What a colleague posts as an e-mail is no reply. Covers: L05."""
        person = self.env["res.partner"].create({"name": "王先生"})
        self.lead.with_user(self.sam).message_post(
            body="请报价", message_type="email", author_id=person.id
        )
        self.assertEqual(self.run_.state, "running")

    def test_followup(self):
        """An effective follow-up ends it, a plan does not. Covers: L05."""
        plan = self._lead_followup(self.sam, self.lead)
        self.assertEqual(self.run_.state, "running")
        plan.with_user(self.sam).write({"content": "对方要两台，下周来看样机。"})
        plan.with_user(self.sam).action_done()
        self.assertTrue(plan.is_effective)
        self.assertEqual(self.run_.reason, "followup")

    def test_converted(self):
        """A lead that has become a customer is left alone. Covers: L05, L06."""
        self.lead.with_user(self.sam).action_convert_to_customer()
        self._assert_stopped("converted")
        self.assertEqual(self.playbook.with_user(self.manager).won_count, 1)

    def test_closed(self):
        """A lead that is closed is left alone. Covers: L05, L09."""
        self.lead.with_user(self.sam).action_close("no_need")
        self._assert_stopped("closed")

    def test_merged(self):
        """Merged into another lead, it ends there and keeps its log. Covers: L05."""
        other = self._person(self.sam, 2)
        kept = self._start(other)
        other.with_user(self.manager).priority = "3"
        leads = (other | self.lead).with_user(self.manager)
        result = leads.merge_opportunity(user_id=self.sam.id, auto_unlink=True)
        runs = self.env["crm.playbook.run"].search([("lead_id", "=", result.id)])
        self.assertEqual(len(runs), 2)
        ended = runs.filtered(lambda run: run.state == "stopped")
        self.assertEqual(ended.reason, "merged")
        self.assertEqual((runs - ended).state, "running")
        self.assertIn(kept, runs)

    def test_deleted(self):
        """In the recycle bin nothing goes on, nor when it comes back. Covers: L05."""
        lead_id = self.lead.id
        self.lead.with_user(self.boss).unlink()
        self._at("2026-11-06 10:00:00")
        entry = self.env["crm.recycle.entry"].search([("res_id", "=", lead_id)])
        entry.with_user(self.boss).action_restore()
        run = self.env["crm.playbook.run"].search([("lead_id", "=", lead_id)])
        self.assertEqual((run.state, run.reason), ("stopped", "restored"))
        self.assertIn(("发案例", "done"), self._story(run))

    def test_by_hand(self):
        """The owner stops it; a colleague who cannot see the lead cannot.

        Covers: L05.
        """
        self.lead.with_user(self.sam).action_stop_playbook("已约好")
        self.assertEqual(self.run_.note, "已约好")
        self.assertEqual(self.run_.log_ids.sorted("id")[-1].user_id, self.sam)
        self._assert_stopped("hand")

    def test_condition(self):
        """What the playbook itself says ends it. Covers: L05."""
        self.playbook.with_user(
            self.manager
        ).exit_domain = "[('intent_id.code', '=', 'none')]"
        self.lead.intent_id = self.env["crm.dictionary"].search(
            [("kind", "=", "lead_intent")], limit=1
        )
        self.playbook.with_user(
            self.manager
        ).exit_domain = f"[('intent_id', '=', {self.lead.intent_id.id})]"
        self._at("2026-11-06 10:00:00")
        self._assert_stopped("condition")

    def test_opted_out(self):
        """Who wants no messages gets none. Covers: L05."""
        self.env["mail.blacklist"]._add(self.lead.email_normalized)
        self._at("2026-11-06 10:00:00")
        self._assert_stopped("opt_out")

    def test_out_of_reach(self):
        """What whoever started it may no longer change is left alone. Covers: L05."""
        self.lead.with_user(self.director).action_transfer(self.xia.id)
        self._at("2026-11-06 10:00:00")
        self._assert_stopped("reach")

    def test_archived(self):
        """A playbook that is put away ends what runs in it. Covers: L05."""
        self.playbook.with_user(self.manager).action_archive()
        self._assert_stopped("playbook")


@tagged("post_install", "-at_install")
class TestOptOut(HttpCase, PlaybookCase):
    """The link at the end of each e-mail."""

    def test_link(self):
        """Opening it asks, confirming it ends the e-mails; a forged one does nothing.

        Covers: L05.
        """
        lead = self._person(self.sam)
        with freeze_time(START):
            run = self._start(lead)
            self._come()
        mail = self._sent(lead)
        link = mail.headers.split("'List-Unsubscribe': '<")[1].split(">")[0]
        self.assertIn(link, mail.body_html)
        path = link[link.index("/crm/opt-out/") :]
        blacklist = self.env["mail.blacklist"]
        self.assertEqual(self.url_open(path).status_code, 200)
        self.assertFalse(blacklist.search([("email", "=", lead.email_normalized)]))
        self.assertEqual(
            self.url_open(f"{path[:-4]}AAAA", data={"x": "1"}).status_code, 404
        )
        self.assertEqual(
            self.url_open("/crm/opt-out/x", data={"x": 1}).status_code, 404
        )
        self.assertFalse(blacklist.search([("email", "=", lead.email_normalized)]))
        answer = self.url_open(path, data={"List-Unsubscribe": "One-Click"})
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(blacklist.search([("email", "=", lead.email_normalized)]))
        self._at("2026-11-06 10:00:00")
        self.assertEqual(run.reason, "opt_out")
