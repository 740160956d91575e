from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .approval_case import ApprovalCase


@tagged("post_install", "-at_install")
class TestApprovalDoors(ApprovalCase):
    """Nobody forges an approval, or changes what is being approved."""

    def test_forging_is_refused(self):
        """Nothing of an approval is written over the API, by anybody. Covers: S13."""
        request = self._submitted()
        approval = request.approval_id
        step, log = approval.step_ids, approval.log_ids
        forgeries = [
            (approval, {"state": "approved"}),
            (approval, {"waiting_user_ids": [Command.link(self.sam.id)]}),
            (approval, {"step_ids": [Command.clear()]}),
            (approval, {"snapshot": {}}),
            (approval, {"requester_id": self.xia.id}),
            (step, {"state": "approved", "decided_by_id": self.manager.id}),
            (step, {"user_id": self.sam.id}),
            (log, {"note": "同意"}),
            (log, {"hash": "0"}),
        ]
        for user in (
            self.sam,
            self.manager,
            self.boss,
            self.env.ref("base.user_admin"),
        ):
            for record, values in forgeries:
                forged = record.with_user(user).with_context(
                    crm_workflow=True, skip_validation_check=True
                )
                with self.assertRaises(AccessError):
                    forged.write(values)
                with self.assertRaises(AccessError):
                    forged.unlink()
                with self.assertRaises(AccessError):
                    forged.copy()
            for values in (
                {"approval_state": "approved"},
                {"approval_id": approval.id},
                {"approval_ids": [Command.clear()]},
                {"approval_ids": [Command.update(approval.id, {"state": "approved"})]},
            ):
                with self.assertRaises(UserError):
                    request.with_user(user).write(values)
        with self.assertRaises(AccessError):
            self.env["crm.approval.step"].with_user(self.sam).create(
                {
                    "approval_id": approval.id,
                    "turn": 0,
                    "name": "我",
                    "user_id": self.sue.id,
                    "state": "approved",
                }
            )
        with self.assertRaises(AccessError):
            self.env["crm.request"].with_user(self.sam).create(
                {"name": "已批", "approval_state": "approved"}
            )
        request.with_user(self.sam).with_context(default_approval_state="approved")
        smuggled = (
            self.env["crm.request"]
            .with_user(self.sam)
            .with_context(default_approval_state="approved")
            .create({"name": "已批"})
        )
        self.assertEqual(smuggled.approval_state, "none")
        self.assertWaits(request, self.manager)
        self.assertWhole()

    def test_only_whose_turn_it_is(self):
        """Others, also those who see it, decide nothing. Covers: S13."""
        self._rule({"approver": "superior"}, {"approver": "superior", "steps_up": 2})
        request = self._submitted()
        for user in self.everybody - self.manager:
            theirs = self._as(user, request)
            for call in (
                lambda one=theirs: one.action_approve(),
                lambda one=theirs: one.action_reject("不"),
                lambda one=theirs: one.action_forward(self.tom.id),
            ):
                with self.assertRaises(AccessError):
                    call()
        self.assertWaits(request, self.manager)
        self.assertKinds(request, ["submit"])

    def test_frozen_through_every_door(self):
        """While it is being approved nobody changes the document. Covers: S13."""
        request = self._submitted()
        doors = {
            "write": lambda one: one.write({"amount": 1}),
            "save": lambda one: one.web_save({"amount": 1}, {"id": {}}),
            "many": lambda one: one.web_save_multi([{"amount": 1}], {"id": {}}),
            "import": lambda one: one.load([".id", "amount"], [[str(one.id), "1"]]),
            "delete": lambda one: one.unlink(),
            "cancel": lambda one: one.action_cancel(),
            "sudo": lambda one: one.sudo().write({"amount": 1}),
            "context": lambda one: one.with_context(
                skip_validation_check=True, crm_workflow=True, tracking_disable=True
            ).write({"name": "另一件"}),
        }
        for user in (self.sam, self.manager, self.director, self.boss):
            for name, door in doors.items():
                with self.subTest(door=name, user=user.login):
                    if name == "import":
                        result = door(request.with_user(user))
                        self.assertFalse(result["ids"])
                    else:
                        with self.assertRaises(UserError):
                            door(request.with_user(user))
        self.assertEqual(request.amount, 800)
        # what is beside the document goes on
        request.with_user(self.sam).message_post(body="请尽快")
        self._as(self.manager, request).action_approve()

    def test_files_are_frozen(self):
        """What was attached when it was submitted stays; more may be added."""
        request = self._request()
        Attachment = self.env["ir.attachment"].with_user(self.sam)
        values = {"res_model": "crm.request", "res_id": request.id, "raw": b"1"}
        file = Attachment.create({"name": "报价.pdf", **values})
        request.with_user(self.sam).action_submit_approval()
        for door in (
            lambda: file.unlink(),
            lambda: file.write({"raw": b"2"}),
            lambda: file.write({"res_id": 0}),
            lambda: file.sudo().write({"name": "别的.pdf"}),
        ):
            with self.assertRaises(UserError):
                door()
        self._as(self.manager, request).action_reject("重做")
        file.unlink()

    def test_changed_behind_the_back(self):
        """What was changed in the database is not approved."""
        request = self._submitted()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_request SET amount = 80000 WHERE id = %s", (request.id,)
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "Amount"):
            self._as(self.manager, request).action_approve()
        self._as(self.manager, request).action_reject("金额不对")

    def test_approved_and_changed(self):
        """What was approved and is changed has to be approved again. Covers: S13."""
        request = self._submitted()
        self._as(self.manager, request).action_approve()
        request.with_user(self.sam).write({"name": request.name})
        self.assertEqual(request.approval_state, "approved", "nothing has changed")
        request.with_user(self.sam).amount = 801
        self.assertEqual(request.approval_state, "outdated")
        self.assertKinds(request, ["submit", "approve", "done", "outdated"])
        request.with_user(self.sam).action_submit_approval()
        self.assertWaits(request, self.manager)
        self.assertWhole()

    def test_submitting(self):
        """Whoever may not change it does not submit it; nobody submits twice."""
        request = self._request()
        for user in (self.sue, self.xia, self.employee):
            with self.assertRaises(AccessError):
                request.with_user(user).action_submit_approval()
        mine = request.with_user(self.sam)
        for method in ("action_withdraw_approval", "action_approval_approve"):
            with self.assertRaises(UserError):
                getattr(mine, method)()
        mine.action_submit_approval()
        with self.assertRaises(UserError):
            mine.action_submit_approval()
        self._as(self.manager, request).action_approve()
        with self.assertRaises(UserError):
            mine.action_submit_approval()
        with self.assertRaises(UserError):
            mine.unlink()

    def test_copies_and_new_ones_are_free(self):
        """A copy of what is being approved begins anew."""
        request = self._submitted()
        copy = request.with_user(self.sam).copy()
        self.assertEqual(copy.approval_state, "none")
        copy.amount = 5

    def test_who_sees_it(self):
        """Those who are asked, whoever submitted it, and superiors. Covers: S13."""
        request = self._submitted()
        approval = request.approval_id
        ranks = self.sam | self.manager | self.director | self.assistant
        for records in (approval, approval.step_ids, approval.log_ids):
            self.assertViewers(records, ranks)
        self._as(self.manager, request).action_forward(self.xia.id)
        self.assertViewers(approval, ranks | self.xia)
        # and with it the document itself
        self.assertSees(self.xia, request)
        self.assertBlind(self.xia, request, "write")
        self.assertBlind(self.tom, request)

    def test_inbox(self):
        """The inbox and the menu of activities count what waits. Covers: B21."""
        count = self.env["crm.approval"].with_user(self.manager).get_inbox_count
        self.assertEqual(count(), 0)
        request = self._submitted()
        self.assertEqual(count(), 1)
        groups = self.env["res.users"].with_user(self.manager)._get_activity_groups()
        found = next(one for one in groups if one["model"] == "crm.approval")
        self.assertEqual(found["total_count"], 1)
        for user in (self.sam, self.portal, self.director):
            self.assertEqual(
                self.env["crm.approval"].with_user(user).get_inbox_count(), 0
            )
        message = self.env["mail.message"].search(
            [("model", "=", "crm.approval"), ("res_id", "=", request.approval_id.id)]
        )
        self.assertEqual(message.notified_partner_ids, self.manager.partner_id)

    def test_queries(self):
        """Neither the inbox nor a batch costs more for many. Covers: S13."""
        requests = self.env["crm.request"]
        for number in range(8):
            requests |= self._submitted(name=f"样品 {number}")
        specification = {
            "name": {},
            "summary_html": {},
            "model_label": {},
            "can_decide": {},
            "can_withdraw": {},
            "is_overdue": {},
            "waiting_user_ids": {"fields": {"display_name": {}}},
            "requester_id": {"fields": {"display_name": {}}},
        }
        inbox = self.env["crm.approval"].with_user(self.manager)
        domain = [("waiting_user_ids", "in", self.manager.ids)]

        def cost(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            inbox.web_search_read(domain, specification, limit=limit)
            return self.env.cr.sql_log_count - before

        cost(2)
        self.assertEqual(cost(2), cost(8))

    def test_simulation(self):
        """Who would approve this? Asked before a rule is published. Covers: S13."""
        self._rule(
            {"approver": "superior", "name": "主管"},
            {
                "approver": "role",
                "group_id": self.env.ref("crm_base.group_director").id,
                "name": "总监",
                "discount_from": 20,
            },
            {
                "approver": "user",
                "user_ids": [(6, 0, self.boss.ids)],
                "name": "总经理",
                "amount_from": 300000,
            },
            publish=False,
        )
        Rule = self.env["crm.approval.rule"]
        asked = {"amount": 300000, "discount": 22, "user_id": self.sam.id}
        found = Rule.with_user(self.director).get_approvers(
            "crm.request", asked, 0, True
        )
        self.assertEqual(
            [(level["name"], level["users"]) for level in found["levels"]],
            [("主管", ["Mia"]), ("总监", ["Dora"]), ("总经理", ["Bella"])],
        )
        # drafts ask nobody: the superior would
        found = Rule.with_user(self.sam).get_approvers("crm.request", asked)
        self.assertEqual(found["levels"][0]["users"], ["Mia"])
        self.assertEqual(len(found["levels"]), 1)
        with self.assertRaises(AccessError):
            Rule.with_user(self.sam).get_approvers("crm.request", asked, 0, True)
        theirs = self._request(self.xia)
        with self.assertRaises(AccessError):
            Rule.with_user(self.sam).get_approvers("crm.request", {}, theirs.id)
        for hostile in (
            (None,),
            ("res.partner",),
            ("crm.request", "amount"),
            ("crm.request", {"amount": "x"}),
            ("crm.request", {"user_id": 10**9}),
            ("crm.request", {"nothing": 1}),
        ):
            with self.assertRaises(UserError):
                Rule.with_user(self.sam).get_approvers(*hostile)
        self.assertFalse(
            self.env["crm.approval"].search([("owner_id", "=", self.sam.id)])
        )
        wizard = (
            self.env["crm.approval.simulation"]
            .with_user(self.director)
            .create(
                {
                    "model": "crm.request",
                    "user_id": self.sam.id,
                    "amount": 300000,
                }
            )
        )
        self.assertIn("Bella", wizard.result)
