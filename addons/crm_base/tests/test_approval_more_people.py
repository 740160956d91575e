from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .approval_case import ApprovalCase


@tagged("post_install", "-at_install")
class TestApprovalMorePeople(ApprovalCase):
    """Approvers ask others: forwarding and counter-signing."""

    def test_forward(self):
        """A colleague decides instead. Covers: S13."""
        request = self._submitted()
        self._as(self.manager, request).action_forward(self.xia.id, "你更了解")
        self.assertWaits(request, self.xia)
        with self.assertRaises(AccessError):
            self._as(self.manager, request).action_approve()
        self._as(self.xia, request).action_approve()
        self.assertEqual(request.approval_state, "approved")
        self.assertKinds(request, ["submit", "forward", "approve", "done"])
        self.assertWhole()

    def test_countersign_before(self):
        """Others sign first, all of them; then it comes back. Covers: S13."""
        request = self._submitted()
        people = self.tom | self.xia
        self._as(self.manager, request).action_countersign(people.ids, "before")
        self.assertWaits(request, people)
        for user in people:
            self._as(user, request).action_approve()
        self.assertWaits(request, self.manager)
        self._as(self.manager, request).action_approve()
        self.assertEqual(request.approval_state, "approved")
        self.assertWhole()

    def test_countersign_after(self):
        """It is approved for oneself, and others sign before the next level."""
        self._rule({"approver": "superior"}, {"approver": "superior", "steps_up": 2})
        request = self._submitted()
        self._as(self.manager, request).action_countersign(self.xia.ids, "after")
        self.assertWaits(request, self.xia)
        self._as(self.xia, request).action_approve()
        self.assertWaits(request, self.director)
        self._as(self.director, request).action_reject("重复")
        self.assertEqual(request.approval_state, "rejected")
        self.assertWhole()

    def test_whoever_counter_signs_may_reject(self):
        """Without that signature it is rejected as a whole."""
        request = self._submitted()
        self._as(self.manager, request).action_countersign([self.xia.id])
        self._as(self.xia, request).action_reject("库存不足")
        self.assertEqual(request.approval_state, "rejected")
        self.assertWhole()

    def test_who_can_be_asked(self):
        """Not whoever submitted it, nobody twice, no stranger, nothing hostile."""
        request = self._submitted()
        mine = self._as(self.manager, request)
        for user in (self.sam, self.manager, self.portal):
            with self.assertRaises(UserError):
                mine.action_forward(user.id)
            with self.assertRaises(UserError):
                mine.action_countersign(user.ids)
        for hostile in (
            None,
            "1",
            -1,
            0,
            True,
            [1],
            {},
            10**12,
            [[self.xia.id]],
            [[1], self.xia.id],
        ):
            with self.assertRaises(UserError):
                mine.action_countersign(hostile)
            with self.assertRaises(UserError):
                mine.action_forward(hostile)
        with self.assertRaises(UserError):
            mine.action_countersign(self.xia.ids, "sometime")
        for user in (self.sam, self.director):
            with self.assertRaises(AccessError):
                self._as(user, request).action_forward(self.xia.id)
            with self.assertRaises(AccessError):
                self._as(user, request).action_countersign(self.xia.ids)

    def test_dialogs(self):
        """The dialogs do what their buttons say."""
        request = self._submitted()
        mine = self._as(self.manager, request)
        for action, values in (
            (mine.action_ask_countersign(), {"user_ids": [(6, 0, self.xia.ids)]}),
            (mine.action_ask_forward(), {"user_id": self.tom.id}),
            (mine.action_ask_reject(), {"note": "不需要"}),
        ):
            user = request.approval_id.waiting_user_ids[0]
            dialog = (
                self.env["crm.approval.decision"]
                .with_user(user)
                .with_context(**action["context"])
                .create(values)
            )
            dialog.action_apply()
        self.assertEqual(request.approval_state, "rejected")
        self.assertKinds(
            request, ["submit", "countersign", "forward", "reject", "done"]
        )
