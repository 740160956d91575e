from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

PEOPLE = 3


@tagged("post_install", "-at_install")
class TestAssignProcesses(ProcessCase):
    """Rules at work in several processes at the same moment."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            env["crm.lead.assign.rule"].search([]).active = False
            boss = new_test_user(env, login="ruler", groups="crm_base.group_boss")
            people = [
                new_test_user(
                    env,
                    login=f"rep{n}",
                    groups="crm_base.group_salesperson",
                    lang="en_US",
                ).id
                for n in range(PEOPLE)
            ]
            self.boss, self.people = boss.id, people
            rule = (
                env["crm.lead.assign.rule"]
                .with_user(boss)
                .create(
                    {
                        "name": "并发",
                        "domain": "[('name', '=like', '并发%')]",
                        "company_id": False,
                        "occasion": "background",
                        "line_ids": [
                            Command.create({"user_id": user_id}) for user_id in people
                        ],
                    }
                )
            )
            self.rule = rule.id
            self.leads = self._make(env, 60)
            # the source of a channel is made when it is first needed
            self.source = env["utm.source"].create({"name": "并发来源"}).id
        self.addCleanup(self._clean)

    def _make(self, env, count):
        return (
            env["crm.lead"]
            .create(
                [
                    {"name": f"并发 {n}", "type": "lead", "user_id": False}
                    for n in range(count)
                ]
            )
            .ids
        )

    def _clean(self):
        with self.committed() as env:
            leads = env["crm.lead"].search([("name", "=like", "并发%")])
            env.cr.execute(
                "DELETE FROM crm_owner_move WHERE assign_rule_id = %s"
                " OR lead_id = ANY(%s)",
                [self.rule, leads.ids],
            )
            leads.unlink()
            env["utm.source"].browse(self.source).unlink()
            env["crm.lead.assign.rule"].browse(self.rule).unlink()
            env["crm.lead.assign.run"].search([]).unlink()
        self.remove((), (), [self.boss, *self.people])

    def _ledger(self):
        with self.committed() as env:
            moves = env["crm.owner.move"].search([("assign_rule_id", "=", self.rule)])
            return [(move.lead_id.id, move.to_user_id.id) for move in moves]

    def _assert_fair(self, count):
        moves = self._ledger()
        self.assertEqual(len(moves), count)
        self.assertEqual(len({lead for lead, _user in moves}), count)
        for user_id in self.people:
            given = sum(user == user_id for _lead, user in moves)
            self.assertLessEqual(abs(given - count / PEOPLE), 1)

    def test_nothing_twice(self):
        """Three assign the same list at once: each lead once, fairly. Covers: L07."""
        workers = self.workers(3)
        answers = workers.race(
            [
                ((self.boss, "crm.lead", "assign_by_rules"), {"ids": self.leads})
                for _n in range(3)
            ]
        )
        self.assertFalse([answer for answer in answers if "error" in answer], answers)
        given = [
            sum(share["count"] for share in answer["result"]["dealt"])
            for answer in answers
        ]
        self.assertEqual(sorted(given), [0, 0, 60])
        self._assert_fair(60)

    def test_parts_at_once(self):
        """Different leads at once: turns stay fair over all of them. Covers: L07."""
        workers = self.workers(3)
        answers = workers.race(
            [
                (
                    (self.boss, "crm.lead", "assign_by_rules"),
                    {"ids": self.leads[at::3]},
                )
                for at in range(3)
            ]
        )
        self.assertFalse([answer for answer in answers if "error" in answer], answers)
        self._assert_fair(60)

    def test_creations_at_once(self):
        """Leads that come in at once lose nothing and nobody. Covers: L07."""
        with self.committed() as env:
            env["crm.lead.assign.rule"].browse(self.rule).occasion = "create"
        workers = self.workers(3)
        row = {"name": "并发 新", "type": "lead", "user_id": False}
        rows = [{**row, "source_id": self.source}] * 5
        answers = workers.race(
            [((self.boss, "crm.lead", "create", rows), {}) for _n in range(3)]
        )
        self.assertFalse([answer for answer in answers if "error" in answer], answers)
        # whoever found the rules at work has left it to the background
        with self.committed() as env:
            env["crm.lead.assign.run"]._cron_assign()
        self._assert_fair(75)

    def test_edited_and_deleted_meanwhile(self):
        """What is being edited or deleted does not stop the others. Covers: L07."""
        with self.registry.cursor() as cr:
            # somebody is at these two, and has not finished
            cr.execute(
                "SELECT id FROM crm_lead WHERE id IN %s FOR UPDATE",
                [tuple(self.leads[:2])],
            )
            with self.committed() as env:
                env["crm.lead.assign.run"]._cron_assign()
            self.assertEqual(len(self._ledger()), 58)
            cr.execute(
                "UPDATE crm_lead SET name = '并发 改' WHERE id = %s", self.leads[:1]
            )
            # pylint: disable-next=invalid-commit; a transaction of the test's own
            cr.commit()
        with self.committed() as env:
            env["crm.lead"].browse(self.leads[1]).unlink()
            env["crm.lead.assign.run"]._cron_assign()
        moves = self._ledger()
        self.assertIn(self.leads[0], [lead for lead, _user in moves])
        self.assertNotIn(self.leads[1], [lead for lead, _user in moves])

    def test_deleted_between(self):
        """What is deleted after a step has begun is left to the next attempt."""
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            run = env["crm.lead.assign.run"].sudo()
            # the transaction sees the state before the deletion
            env["crm.lead"].sudo().search_count([])
            with self.committed() as other:
                other["crm.lead"].browse(self.leads[0]).unlink()
            run._cron_assign()
            # pylint: disable-next=invalid-commit; a transaction of the test's own
            cr.commit()
        self.assertEqual(len(self._ledger()), 59)

    def test_killed(self):
        """A run that was killed is half done nowhere, and goes on. Covers: L07."""
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            run = env["crm.lead.assign.run"].sudo()._crm_next()
            # pylint: disable-next=invalid-commit; a transaction of the test's own
            cr.commit()
            run._crm_step()
            run.flush_recordset()
            # the process dies before the commit
            cr.rollback()
        self.assertEqual(self._ledger(), [])
        with self.committed() as env:
            run = env["crm.lead.assign.run"]._crm_next()
            run._crm_step()
        with self.committed() as env:
            # and this one after it: everybody is told by the one that goes on
            last = env["mail.message"].search([], order="id desc", limit=1).id
            env["crm.lead.assign.run"]._cron_assign()
            told = env["mail.message"].search(
                [
                    ("id", ">", last),
                    ("subject", "like", "You got 20 leads"),
                    # a copy by e-mail is not told twice
                    ("message_type", "=", "user_notification"),
                ]
            )
            self.assertEqual(len(told), PEOPLE)
            told.unlink()
        self._assert_fair(60)
