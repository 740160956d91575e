from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

from ..tools.dealing import counts, deal
from .common import LeadCase


@tagged("post_install", "-at_install")
class TestSplit(LeadCase):
    """A list of leads is dealt out among people."""

    def _list(self, count, **values):
        return self.env["crm.lead"].union(
            *(self._unowned(self.north, **values) for _n in range(count))
        )

    def _shares(self, *people, weights=()):
        weights = weights or [1] * len(people)
        return [
            {"user_id": user.id, "weight": weight}
            for user, weight in zip(people, weights, strict=True)
        ]

    def test_fair(self):
        """Of 10,000 leads nobody is one off the exact share. Covers: L07."""
        for weights in ([1] * 7, [3, 2, 1], [1, 1000], [5, 5, 5, 7, 11, 13]):
            hands = deal(list(range(10_000)), weights)
            self.assertEqual(sorted(sum(hands, [])), list(range(10_000)))
            for hand, weight, count in zip(
                hands, weights, counts(10_000, weights), strict=True
            ):
                self.assertEqual(len(hand), count)
                exact = 10_000 * weight / sum(weights)
                self.assertLess(abs(len(hand) - exact), 1)
            # of the best half everybody has about half of the hand
            best = [sum(thing < 5_000 for thing in hand) for hand in hands]
            for part, hand in zip(best, hands, strict=True):
                self.assertLessEqual(abs(part - len(hand) / 2), len(weights))

    def test_manager(self):
        """A manager deals out among the own people; the ledger tells. Covers: L07."""
        leads = self._list(7)
        result = leads.with_user(self.manager).action_split(
            self._shares(self.sam, self.sue, self.tom)
        )
        got = [
            len(leads.filtered(lambda lead, to=user: lead.user_id == to))
            for user in (self.sam, self.sue, self.tom)
        ]
        self.assertEqual(sorted(got), [2, 2, 3])
        self.assertEqual([share["count"] for share in result["dealt"]], got)
        moves = self.env["crm.owner.move"].search(
            [("batch_id", "=", result["batch_id"])]
        )
        self.assertEqual(len(moves), 7)
        self.assertEqual(moves.actor_id, self.manager)
        self.assertIn("of 7 leads", moves[0].reason)

    def test_told_once(self):
        """Everybody is told once how many leads came, not once for each lead."""
        leads = self._list(6)
        self.env.flush_all()
        last = self.env["mail.message"].search([], order="id desc", limit=1).id
        leads.with_user(self.manager).action_split(self._shares(self.sam, self.tom))
        told = self.env["mail.message"].search(
            [("id", ">", last), ("partner_ids", "in", self.sam.partner_id.ids)]
        )
        self.assertEqual(len(told), 1)
        self.assertIn("3", told.subject)

    def test_what_is_left(self):
        """Leads of others, closed ones and deleted ones do not stop the rest."""
        leads = self._list(5)
        leads[0].user_id = self.tom
        leads[1].sudo()._crm_workflow().write({"closed_at": "2031-01-01 00:00:00"})
        leads[2].unlink()
        result = leads.with_user(self.manager).action_split(self._shares(self.sam))
        self.assertEqual(result["left"], 3)
        self.assertEqual(leads[0].user_id, self.tom)
        self.assertEqual(leads[3:].user_id, self.sam)

    def test_refusals(self):
        """Salespeople deal out nothing, managers nothing to strangers. Covers: L07."""
        leads = self._list(2)
        for user in (self.sam, self.assistant, self.employee):
            with self.assertRaises(AccessError):
                leads.with_user(user).action_split(self._shares(self.sam))
            with self.assertRaises(AccessError):
                self.env["crm.lead.split"].with_user(user).create({})
        with self.assertRaises(AccessError):
            leads.with_user(self.manager).action_split(self._shares(self.xia))
        theirs = leads.with_user(self.other_manager)
        self.assertEqual(theirs.action_split(self._shares(self.xia))["left"], 2)
        for shares in (
            [],
            None,
            "x",
            [1],
            [{"user_id": "1"}],
            [{"user_id": self.sam.id, "weight": 0}],
            [{"user_id": self.sam.id, "weight": True}],
            [{"user_id": self.sam.id}, {"user_id": self.sam.id}],
            [{"user_id": 0}],
        ):
            with self.assertRaises(UserError):
                leads.with_user(self.manager).action_split(shares)
        self.assertFalse(leads.user_id)

    def test_wizard(self):
        """The dialog shows who will get how many before it is done."""
        leads = self._list(5)
        leads[0].user_id = self.tom
        wizard = self.env["crm.lead.split"].with_user(self.manager)
        wizard = wizard.with_context(active_model="crm.lead", active_ids=leads.ids)
        with Form(wizard) as form:
            self.assertEqual((form.lead_count, form.left_count), (4, 1))
            for user, weight in ((self.sam, 3), (self.sue, 1)):
                with form.line_ids.new() as line:
                    line.user_id = user
                    line.weight = weight
        split = form.record
        self.assertEqual(split.line_ids.mapped("lead_count"), [3, 1])
        split.action_confirm()
        self.assertEqual(len(leads.filtered(lambda lead: lead.user_id == self.sam)), 3)

    def test_import(self):
        """What an import brought is dealt out from the import. Covers: L07."""
        leads = self._list(3)
        profile = self.env.ref("crm_leads.import_profile_lead", False)
        profile = profile or self.env["crm.import.profile"].search(
            [("model", "=", "crm.lead")], limit=1
        )
        batch = self.env["crm.import.batch"].create({"profile_id": profile.id})
        self.env["crm.import.row"]._crm_workflow().create(
            [
                {
                    "batch_id": batch.id,
                    "number": number,
                    "state": "created",
                    "res_id": lead.id,
                }
                for number, lead in enumerate(leads, 1)
            ]
        )
        action = batch.with_user(self.boss).action_split_leads()
        self.assertEqual(action["context"]["default_lead_ids"], leads.ids)
        with self.assertRaises(AccessError):
            batch.with_user(self.sam).action_split_leads()


@tagged("post_install", "-at_install")
class TestSplitConcurrency(ProcessCase):
    """One list, dealt out by several at the same moment."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            users = [
                new_test_user(env, login=f"dealer{n}", groups="crm_base.group_boss")
                for n in range(4)
            ]
            self.users = [user.id for user in users]
            self.leads = (
                env["crm.lead"]
                .create(
                    [
                        {"name": f"并发 {n}", "type": "lead", "user_id": False}
                        for n in range(40)
                    ]
                )
                .ids
            )
        self.addCleanup(self._clean)

    def _clean(self):
        with self.committed() as env:
            env.cr.execute(
                "DELETE FROM crm_owner_move WHERE lead_id IN %s", [tuple(self.leads)]
            )
            env["crm.lead"].browse(self.leads).unlink()
        self.remove((), (), self.users)

    def test_nothing_twice(self):
        """Each lead is dealt out once, whoever else deals out. Covers: L07."""
        workers = self.workers(3)
        # dealers do not deal to themselves, so what one gave is not another's to give
        shares = [{"user_id": self.users[3]}]
        calls = [
            (
                (user, "crm.lead", "action_split", shares),
                {"ids": self.leads},
            )
            for user in self.users[:3]
        ]
        answers = workers.race(calls)
        self.assertFalse([answer for answer in answers if "error" in answer], answers)
        given = [answer["result"]["dealt"][0]["count"] for answer in answers]
        self.assertEqual(sorted(given), [0, 0, 40])
        with self.committed() as env:
            moves = env["crm.owner.move"].search([("lead_id", "in", self.leads)])
            self.assertEqual(len(moves), 40)
