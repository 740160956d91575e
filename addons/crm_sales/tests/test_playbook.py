from freezegun import freeze_time

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .playbook_case import START, OpportunityCase


@tagged("post_install", "-at_install")
class TestOpportunityPlaybook(OpportunityCase):
    """How opportunities go through playbooks, and what ends that."""

    def test_steps(self):
        """Each step in its time, with the opportunity behind it. Covers: S22."""
        customer = self._customer(self.sam)
        deal = self._deal(partner_id=customer.id)
        email = {"name": "发资料", "kind": "email", "template_id": self.template.id}
        steps = [
            email,
            {"name": "问报价是否收到", "kind": "followup", "delay": 1},
            {"name": "准备样品", "kind": "task", "delay": 1, "note": "两套"},
            {"name": "久未答复", "kind": "note", "delay": 1, "note": "请关注"},
        ]
        playbook = self._playbook(self.manager, steps)
        with freeze_time(START) as clock:
            run = self._start(deal, playbook=playbook)
            self.assertEqual(run.stage_id, deal.stage_id)
            self._come()
            self.assertIn("给王先生的案例", self._sent(deal).subject)
            for _day in range(3):
                clock.tick(86400)
                self._come()
        self.assertEqual(
            self._story(run),
            [
                ("发资料", "done"),
                ("问报价是否收到", "done"),
                ("准备样品", "done"),
                ("久未答复", "done"),
                ("", "ended"),
            ],
        )
        plan = deal.followup_ids
        self.assertEqual((plan.user_id, plan.partner_id), (self.sam, customer))
        task = self.env["crm.task"].search([("lead_id", "=", deal.id)])
        self.assertEqual((task.name, task.user_id), ("准备样品", self.sam))
        self.assertIn("请关注", " ".join(deal.message_ids.mapped("body")))
        log = deal.with_user(self.sam).playbook_log_ids
        self.assertEqual(log, run.log_ids.sorted("id", reverse=True))

    def test_ends(self):
        """Won, lost, an answer and a follow-up end it. Covers: S22, S05."""
        deals = [self._deal(number=number) for number in range(4)]
        playbook = self._playbook(self.manager)
        with freeze_time(START):
            runs = [self._start(deal, playbook=playbook) for deal in deals]
        won, lost, called, kept = (deal.with_user(self.sam) for deal in deals)
        won.action_set_won()
        lost.action_set_lost(
            lost_reason_id=self.env["crm.lost.reason"].create({"name": "价格"}).id
        )
        plan = self._lead_followup(self.sam, called)
        plan.with_user(self.sam).write({"content": "对方要两台，下周来看样机。"})
        plan.with_user(self.sam).action_done()
        kept.stage_id = self.offered
        kept.message_post(body="改天再谈", message_type="comment")
        for run, reason in zip(runs, ("won", "lost", "followup"), strict=False):
            self._assert_stopped(run, reason)
        self.assertEqual(runs[3].state, "running")
        self.assertEqual(playbook.with_user(self.manager).won_count, 1)

    def test_other_stage(self):
        """Leaving the stage of the start ends it, when the playbook says so.

        Covers: S22.
        """
        deal = self._deal(stage_id=self.offered.id)
        playbook = self._playbook(self.manager, stop_on_stage=True)
        run = self._start(deal, playbook=playbook)
        deal.with_user(self.sam).expected_revenue = 5000
        self.assertEqual(run.state, "running")
        deal.with_user(self.sam).stage_id = self.agreed
        self._assert_stopped(run, "stage")

    def test_answered_quotation(self):
        """An answer to the quotation is one of the opportunity. Covers: S22, S11."""
        customer = self._customer(self.sam)
        deals = [self._deal(number=number) for number in range(3)]
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": customer.id,
                    "opportunity_id": deal.id,
                    "user_id": self.sam.id,
                }
                for deal in deals
            ]
        )
        playbook = self._playbook(self.manager)
        by_mail, confirmed, own = (
            self._start(deal, playbook=playbook) for deal in deals
        )
        orders[0].with_user(SUPERUSER_ID).message_post(
            body="价格能再谈吗", message_type="email", author_id=customer.id
        )
        self._assert_stopped(by_mail, "reply")
        orders[1].with_user(self.sam).action_confirm()
        self._assert_stopped(confirmed, "reply")
        orders[2].with_user(self.sam).message_post(
            body="请确认", message_type="comment", author_id=customer.id
        )
        self.assertEqual(own.state, "running")
        # somebody with the link to the quotation, or the customer's own login
        orders[2].with_user(self.portal).sudo().message_post(
            body="已收到", message_type="comment", author_id=customer.id
        )
        self._assert_stopped(own, "reply")

    def test_after_the_deal(self):
        """What was won has playbooks of its own; reopening ends them. Covers: S22."""
        before = self._deal(number=1, stage_id=self.won.id)
        playbook = self._playbook(self.manager, lead_type="won", auto_entry="new")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET date_closed = '2020-01-01' WHERE id = %s", [before.id]
        )
        before.invalidate_recordset()
        deal = self._deal(number=2)
        self._come()
        self.assertFalse(self._runs(playbook))
        deal.with_user(self.sam).action_set_won()
        self._come()
        run = self._runs(playbook)
        self.assertEqual(run.lead_id, deal)
        self.assertTrue(run.log_ids)
        # an order that is placed now ends nothing
        deal._crm_playbook_recheck()
        self.assertEqual(run.state, "running")
        deal.with_user(self.sam).stage_id = self.agreed
        self._assert_stopped(run, "reopened")

    def test_lead_becomes_opportunity(self):
        """A lead's playbook is not an opportunity's, nor the other way. Covers: S22."""
        deal = self._deal()
        if "lead" in self.env["crm.lead"]._crm_playbook_lead_types():
            other = self._playbook(self.manager, lead_type="lead")
            result = deal.with_user(self.sam).action_start_playbook(other.id)
            self.assertIn("not what", result["left_out"][0]["reason"])
        won = self._playbook(self.manager, lead_type="won")
        result = deal.with_user(self.sam).action_start_playbook(won.id)
        self.assertEqual(result["started"], 0)
        playbook = self._playbook(self.manager)
        self._start(deal, playbook=playbook)
        with self.assertRaisesRegex(UserError, "stays"):
            playbook.with_user(self.manager).lead_type = "won"

    def test_merged_and_deleted(self):
        """Merged it ends; in the recycle bin it ends and keeps its log. Covers: S22."""
        one, two = self._deal(number=1), self._deal(number=2)
        playbook = self._playbook(self.manager)
        with freeze_time(START):
            self._start(one, playbook=playbook)
            self._start(two, playbook=playbook)
            self._come()
        both = (one | two).with_user(self.manager)
        kept = both.merge_opportunity(user_id=self.sam.id, auto_unlink=True)
        runs = self._runs(playbook)
        self.assertEqual(runs.lead_id.ids, kept.ids)
        self.assertEqual(sorted(runs.mapped("state")), ["running", "stopped"])
        kept.with_user(self.boss).unlink()
        self.assertFalse(self._runs(playbook))
        entry = self.env["crm.recycle.entry"].search([("res_id", "=", kept.id)])
        entry.with_user(self.boss).action_restore()
        runs = self._runs(playbook)
        self.assertEqual(sorted(runs.mapped("reason")), ["merged", "restored"])
        self.assertIn(("问报价是否收到", "done"), self._story(runs[0]))


@tagged("post_install", "-at_install")
class TestOpportunityDoors(OpportunityCase):
    """Who sees, starts and stops what runs for opportunities."""

    def test_sight(self):
        """Runs and their log are seen with the opportunity. Covers: S22, B01."""
        deal = self._deal()
        playbook = self._playbook(self.manager, manual_by="all")
        run = self._start(deal, playbook=playbook)
        self._come()
        viewers = self.sam | self.manager | self.assistant | self.director | self.boss
        self.assertViewers(run, viewers)
        self.assertViewers(run.log_ids, viewers)
        for user in (self.sue, self.xia, self.other_manager, self.assistant):
            for call in (
                lambda u: run.with_user(u).action_stop(),
                lambda u: deal.with_user(u).action_stop_playbook(),
                lambda u: deal.with_user(u).action_start_playbook(playbook.id),
                lambda u: deal.with_user(u).action_open_playbook_start(),
            ):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    call(user)
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                run.with_user(user).read(["state"])
        with self.assertRaises(AccessError):
            run.with_user(self.boss).write({"stage_id": self.won.id})
        run.with_user(self.manager).action_stop("已约好")
        self._assert_stopped(run, "hand")

    def test_only_odoo(self):
        """Odoo's sales people without a role read their opportunities whole.

        Covers: S22, B01.
        """
        user = self.env["res.users"].create(
            {
                "name": "Odoo",
                "login": "odoo_sales",
                "group_ids": [
                    Command.set(self.env.ref("sales_team.group_sale_salesman").ids)
                ],
            }
        )
        deal = self.env["crm.lead"].create(
            {"name": "别的生意", "type": "opportunity", "user_id": user.id}
        )
        values = deal.with_user(user).read()[0]
        self.assertNotIn("playbook_run_ids", values)
        self.assertNotIn("playbook_log_ids", values)
        arch = deal.with_user(user).get_view(view_type="form")["arch"]
        self.assertNotIn("action_open_playbook_start", arch)

    def test_handover(self):
        """What runs goes on in the successor's name; given away alone, it ends.

        Covers: S22, B04.
        """
        one, two = self._deal(number=1), self._deal(number=2)
        playbook = self._playbook(self.manager, manual_by="all")
        kept = self._start(one, playbook=playbook)
        handover = (
            self.env["crm.handover"]
            .with_user(self.manager)
            .create(
                {
                    "user_id": self.sam.id,
                    "successor_id": self.sue.id,
                    "reason": "离职",
                }
            )
        )
        self.assertEqual(handover.action_start()["state"], "done")
        self.assertEqual((one.user_id, kept.user_id), (self.sue, self.sue))
        self.assertEqual(two.user_id, self.sue)
        given = self._start(two, playbook=playbook)
        two.with_user(self.manager).user_id = self.manager
        self._come()
        self.assertEqual(self._story(kept), [("问报价是否收到", "done")])
        self.assertEqual(one.followup_ids.user_id, self.sue)
        self._assert_stopped(given, "reach")
