from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from . import server
from .common import ConnectCase


@tagged("post_install", "-at_install")
class TestNotice(ConnectCase):
    """Notices, with who has read them, in the inbox and by other ways."""

    def _notice(self, user, **values):
        return (
            self.env["crm.notice"]
            .with_user(user)
            .create({"name": "放假通知", "body": "<p>国庆放假七天</p>", **values})
        )

    def _inbox(self, user, model="crm.notice"):
        """Return the unread messages about a model in somebody's inbox."""
        return self.env["mail.notification"].search(
            [
                ("res_partner_id", "=", user.partner_id.id),
                ("notification_type", "=", "inbox"),
                ("is_read", "=", False),
                ("mail_message_id.model", "=", model),
            ]
        )

    def test_publish(self):
        """Everybody below a team has the notice in the inbox at once. Covers: B21."""
        notice = self._notice(self.manager, team_ids=[(6, 0, self.north.ids)])
        self.assertFalse(self._inbox(self.sam))
        self.assertEqual(notice.action_publish(), 5)
        readers = self.tom | self.sam | self.sue | self.manager | self.assistant
        self.assertEqual(notice.sudo().receipt_ids.user_id, readers)
        for user in readers:
            message = self._inbox(user).mail_message_id
            self.assertEqual(message.subject, "放假通知", user.login)
            self.assertTrue(notice.with_user(user).is_unread)
            unread = self.env["crm.notice"].with_user(user)
            self.assertEqual(unread.search([("is_unread", "=", True)]).ids, notice.ids)
        for user in (self.xia, self.employee):
            self.assertBlind(user, notice)
        for user in self.boss | self.director:
            self.assertSees(user, notice)

    def test_read(self):
        """Reading it, here or in the inbox, is seen by the author. Covers: B21."""
        notice = self._notice(self.manager, team_ids=[(6, 0, self.north.ids)])
        notice.action_publish()
        notice.with_user(self.sam).action_mark_read()
        self.assertFalse(self._inbox(self.sam))
        self.assertFalse(notice.with_user(self.sam).is_unread)
        message = self._inbox(self.tom).mail_message_id
        message.with_user(self.tom).set_message_done()
        self.assertFalse(notice.with_user(self.tom).is_unread)
        notice.invalidate_recordset()
        self.assertEqual((notice.read_count, notice.reader_count), (2, 5))
        theirs = self.env["crm.notice.receipt"]
        seen = theirs.with_user(self.manager).search([("read_at", "!=", False)])
        self.assertEqual(seen.user_id, self.sam | self.tom)
        self.assertEqual(theirs.with_user(self.sue).search([]).user_id, self.sue)
        self.assertEqual(notice.action_remind(), 3)
        self.assertEqual(len(self._inbox(self.sue)), 2)
        self.assertFalse(self._inbox(self.sam))
        with self.assertRaises(AccessError):
            theirs.with_user(self.manager).search([]).write({"read_at": False})

    def test_who_may_tell_whom(self):
        """Managers tell their teams, directors everybody. Covers: B21."""
        with self.assertRaises(AccessError):
            self._notice(self.sam, team_ids=[(6, 0, self.beijing.ids)])
        with self.assertRaises(AccessError):
            self._notice(self.manager, audience="all").action_publish()
        with self.assertRaises(AccessError):
            self._notice(
                self.manager, team_ids=[(6, 0, self.south.ids)]
            ).action_publish()
        notice = self._notice(self.director, audience="all")
        told = notice.action_publish()
        self.assertIn(self.employee, notice.sudo().receipt_ids.user_id)
        self.assertNotIn(self.portal, notice.sudo().receipt_ids.user_id)
        self.assertEqual(told, len(notice.sudo().receipt_ids))
        group = self.env.ref("crm_base.group_manager")
        roles = self._notice(
            self.boss, audience="groups", group_ids=[(6, 0, group.ids)]
        )
        roles.action_publish()
        users = roles.sudo().receipt_ids.user_id
        self.assertIn(self.other_manager, users)
        self.assertIn(self.director, users)
        self.assertNotIn(self.sam, users)

    def test_published_stays(self):
        """What was read is not changed or deleted; it can be withdrawn. Covers: B21."""
        notice = self._notice(self.manager, team_ids=[(6, 0, self.north.ids)])
        with self.assertRaises(AccessError):
            notice.write({"state": "published"})
        notice.action_publish()
        with self.assertRaises(UserError):
            notice.write({"body": "<p>不放假</p>"})
        with self.assertRaises(UserError):
            notice.unlink()
        with self.assertRaises(UserError):
            notice.action_publish()
        with self.assertRaises(AccessError):
            notice.with_user(self.sam).action_withdraw()
        notice.action_withdraw()
        self.assertFalse(self._inbox(self.sam))
        self.assertFalse(notice.sudo().receipt_ids.filtered("read_at"))
        self.assertBlind(self.sam, notice)
        for values in ({"body": "<p><br></p>"}, {"audience": "groups"}):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self._notice(self.manager, **values)

    def test_mentions_and_activities(self):
        """Mentions and work to do reach the inbox, whatever Odoo's way. Covers: B21."""
        self.assertEqual(self.sue.notification_type, "email")
        customer = self._customer(self.sam)
        self._share(customer, self.sue)
        customer.with_user(self.sam).message_post(
            body="请看",
            partner_ids=self.sue.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
        self.assertEqual(len(self._inbox(self.sue, "res.partner")), 1)
        customer.with_user(self.sam).activity_schedule(
            "mail.mail_activity_data_call", user_id=self.sue.id
        )
        self.assertEqual(len(self._inbox(self.sue, "res.partner")), 2)

    def test_preferences(self):
        """Each chooses which messages also go by which way. Covers: B21."""
        robot = self.env["crm.webhook"].create(
            {"name": "群", "kind": "wecom", "url": self.server.url("/?key=good")}
        )
        self.server.always(server.says({"errcode": 0, "errmsg": "ok"}))
        Preference = self.env["crm.notice.preference"].with_user(self.sam)
        action = Preference.action_open_mine()
        self.assertEqual(action["res_model"], "crm.notice.preference")
        mine = Preference.search([("user_id", "=", self.sam.id)])
        self.assertEqual(len(mine), 5)
        self.assertTrue(all(mine.mapped("by_email")), "Odoo's setting until now")
        mine.by_email = False
        wish = mine.filtered(lambda one: one.kind == "notice")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            wish.by_sms = True
        self.sam.partner_id.phone = "+8613800000000"
        wish.write({"by_sms": True, "webhook_id": robot.id})
        with self.assertRaises(AccessError):
            wish.with_user(self.sue).read(["by_sms"])
        notice = self._notice(self.director, team_ids=[(6, 0, self.beijing.ids)])
        before = self.env["mail.mail"].search([]).ids
        notice.action_publish()
        sms = self.env["sms.sms"].search([("partner_id", "=", self.sam.partner_id.id)])
        self.assertIn("国庆放假七天", sms.body)
        mails = self.env["mail.mail"].search([("id", "not in", before)])
        self.assertIn("sue@example.com", " ".join(mails.mapped("email_to")))
        self.assertNotIn("sam@example.com", " ".join(mails.mapped("email_to")))
        self._send()
        self.assertIn("放假通知", self.server.seen[-1]["body"].decode())
        data = self._webhook("customer.created")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            wish.sudo().webhook_id = data

    def test_hostile(self):
        """A notice is cleaned; receipts cannot be forged. Covers: B21."""
        notice = self._notice(
            self.manager,
            name="<script>alert(1)</script>",
            body="<p>x</p><script>alert(1)</script><img src=x onerror=alert(1)>",
            team_ids=[(6, 0, self.north.ids)],
        )
        self.assertNotIn("script", notice.body)
        self.assertNotIn("onerror", notice.body)
        notice.action_publish()
        self.assertNotIn("<script", self._inbox(self.sam).mail_message_id.body)
        with self.assertRaises(AccessError):
            self.env["crm.notice.receipt"].with_user(self.boss).create(
                {"notice_id": notice.id, "user_id": self.xia.id}
            )
        self.env["crm.notice"].with_user(self.xia).browse(notice.ids).invalidate_model()
        with self.assertRaises(AccessError):
            notice.with_user(self.xia).action_mark_read()
