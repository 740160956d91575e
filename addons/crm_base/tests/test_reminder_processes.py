from contextlib import suppress
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import fields
from odoo.tests import new_test_user, tagged

from .processes import ProcessCase

PEOPLE = 4
EACH = 30


@tagged("post_install", "-at_install")
class TestReminderProcesses(ProcessCase):
    """Several schedulers at once, and one that is killed."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            users = env["res.users"]
            for index in range(PEOPLE):
                users |= new_test_user(
                    env,
                    login=f"reminded_{index}",
                    name=f"Reminded {index}",
                    email=f"reminded_{index}@example.com",
                    groups="crm_base.group_salesperson",
                )
            customer = (
                env["res.partner"]
                .with_user(users[0])
                .create({"name": "提醒客户", "is_crm_customer": True})
            )
            channels = env["crm.reminder.channel"].search(
                [("code", "in", ("popup", "email"))]
            )
            env["crm.reminder.preference"].create(
                [
                    {
                        "user_id": user.id,
                        "kind_id": env.ref("crm_base.reminder_kind_followup").id,
                        "channel_ids": [fields.Command.set(channels.ids)],
                    }
                    for user in users
                ]
            )
            at = fields.Datetime.now() + timedelta(minutes=10)
            env["crm.followup"].create(
                [
                    {
                        "name": f"{user.id} {index}",
                        "partner_id": customer.id,
                        "user_id": user.id,
                        "method_id": env.ref(
                            "crm_base.dictionary_followup_method_phone"
                        ).id,
                        "planned_at": at,
                    }
                    for user in users
                    for index in range(EACH)
                ]
            )
            self.users, self.customer = users.ids, customer.id
        self.addCleanup(self._clean)

    def _clean(self):
        with self.committed() as env:
            reminders = env["crm.reminder"].search([("user_id", "in", self.users)])
            reminders.delivery_ids.mail_id.unlink()
            reminders.unlink()
            env["crm.followup"].search([("user_id", "in", self.users)]).unlink()
        self.remove([self.customer], (), self.users)

    def _close_dead(self, cr):
        with suppress(OperationalError):
            cr.close()

    def _assertOnce(self):
        """Each plan reminded once, each delivery sent once, one mail a person."""
        with self.committed() as env:
            reminders = env["crm.reminder"].search(
                [("user_id", "in", self.users), ("kind_id.code", "=", "followup")]
            )
            self.assertEqual(len(reminders), PEOPLE * EACH)
            self.assertEqual(len(set(reminders.mapped("res_id"))), PEOPLE * EACH)
            deliveries = reminders.delivery_ids
            self.assertEqual(len(deliveries), 2 * PEOPLE * EACH)
            self.assertEqual(set(deliveries.mapped("state")), {"sent"})
            mails = env["mail.mail"].search([("email_to", "ilike", "reminded_")])
            self.assertEqual(mails, deliveries.mail_id, "no mail without a delivery")
            self.assertEqual(len(mails), PEOPLE)

    def test_schedulers_at_once(self):
        """Four schedulers at the same moment send everything once. Covers: B11."""
        system = self.env.ref("base.user_root").id
        workers = self.workers(4)
        for _round in range(2):
            answers = workers.race(
                [((system, "crm.reminder", "_cron_remind"), {}) for _worker in range(4)]
            )
            self.assertFalse([one for one in answers if "error" in one])
        self._assertOnce()

    def test_killed_scheduler(self):
        """What a killed process had begun the next one does, once. Covers: B11."""
        with self.committed() as env:
            env["crm.reminder"]._crm_collect()
            while env["crm.reminder"]._crm_prepare():
                pass
        victim = self.registry.cursor()
        self.addCleanup(self._close_dead, victim)
        env = self.env(cr=victim)
        # it has locked the rows, queued the mails, and dies before its commit
        self.assertTrue(env["crm.reminder"]._crm_deliver())
        env.flush_all()
        self.assertEqual(
            env["mail.mail"].search_count([("email_to", "ilike", "reminded_")]), PEOPLE
        )
        system = self.env.ref("base.user_root").id
        workers = self.workers(1)
        # another one passes over what is locked, and sends nothing of it
        workers.call(0, system, "crm.reminder", "_cron_remind")
        with self.committed() as other:
            self.assertFalse(
                other["mail.mail"].search([("email_to", "ilike", "reminded_")])
            )
        victim.execute("SELECT pg_backend_pid()")
        (backend,) = victim.fetchone()
        with self.committed() as other:
            other.cr.execute("SELECT pg_terminate_backend(%s)", (backend,))
        workers.call(0, system, "crm.reminder", "_cron_remind")
        self._assertOnce()
