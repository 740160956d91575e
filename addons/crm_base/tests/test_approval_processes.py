from odoo.tests import new_test_user, tagged

from .processes import ProcessCase

ROUNDS, COUNT = 3, 4


@tagged("post_install", "-at_install")
class TestApprovalProcesses(ProcessCase):
    """Several workers at the same moment: one transition, one effect."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            role = "crm_base.group_salesperson"
            self.owner = new_test_user(env, login="race_owner", groups=role).id
            self.people = [
                new_test_user(env, login=f"race_{number}", groups=role).id
                for number in range(COUNT)
            ]
            rule = env["crm.approval.rule"].create(
                {
                    "name": "一人同意即可",
                    "sequence": -1,
                    "state": "published",
                    "model": "crm.request",
                    "level_ids": [
                        (
                            0,
                            0,
                            {
                                "name": "任一",
                                "approver": "user",
                                "user_ids": [(6, 0, self.people)],
                            },
                        )
                    ],
                }
            )
            self.rule = rule.id
        self.addCleanup(self._clean)

    def _clean(self):
        with self.committed() as env:
            env.cr.execute(
                """
                UPDATE crm_request SET approval_id = NULL WHERE user_id = %(owner)s;
                DELETE FROM crm_approval_log WHERE approval_id IN
                    (SELECT id FROM crm_approval WHERE owner_id = %(owner)s);
                DELETE FROM crm_approval_step WHERE approval_id IN
                    (SELECT id FROM crm_approval WHERE owner_id = %(owner)s);
                DELETE FROM crm_approval WHERE owner_id = %(owner)s;
                DELETE FROM crm_request WHERE user_id = %(owner)s;
                """,
                {"owner": self.owner},
            )
            env["crm.approval.rule"].browse(self.rule).unlink()
        self.remove((), (), [self.owner, *self.people])

    def _submit(self):
        """Submit a committed request; return its id and that of its approval."""
        with self.committed() as env:
            request = (
                env["crm.request"].with_user(self.owner).create({"name": "同时审批"})
            )
            request.action_submit_approval()
            return request.id, request.approval_id.id

    def _kinds(self, approval_id):
        with self.committed() as env:
            approval = env["crm.approval"].browse(approval_id)
            self.assertEqual(env["crm.approval.log"].verify(), [])
            return approval.state, approval.log_ids.mapped("kind")

    def test_at_the_same_moment(self):
        """Decisions of several workers that meet. Covers: S13."""
        # one test, because starting the workers costs more than what they do
        workers = self.workers(COUNT)
        for number in range(ROUNDS):
            with self.subTest("all at once", round=number):
                self._meet_all(workers, with_rejections=number == 1)
        with self.subTest("one person from four windows"):
            self._meet_oneself(workers)
        for number in range(ROUNDS):
            with self.subTest("withdrawn at that moment", round=number):
                self._meet_owner(workers)

    def _meet_all(self, workers, with_rejections):
        """Four approvers at the same moment: one decides, once."""
        _request, approval = self._submit()
        calls = [
            (
                (
                    user,
                    "crm.approval",
                    "action_reject"
                    if with_rejections and user % 2
                    else "action_approve",
                    "同时",
                ),
                {"ids": [approval]},
            )
            for user in self.people
        ]
        answers = workers.race(calls)
        self.assertEqual(len([one for one in answers if one.get("result")]), 1, answers)
        for answer in answers:
            if "error" in answer:
                self.assertEqual(answer["error"], "UserError", answer)
        state, kinds = self._kinds(approval)
        word = "approve" if state == "approved" else "reject"
        self.assertEqual(kinds, ["submit", word, "done"])

    def _meet_oneself(self, workers):
        """A request that is sent four times has one effect."""
        _request, approval = self._submit()
        call = (self.people[0], "crm.approval", "action_approve")
        answers = workers.race([(call, {"ids": [approval]})] * COUNT)
        self.assertEqual(sorted(one["result"] for one in answers), [0, 0, 0, 1])
        self.assertEqual(
            self._kinds(approval), ("approved", ["submit", "approve", "done"])
        )

    def _meet_owner(self, workers):
        """What is withdrawn at that moment is approved or withdrawn, not both."""
        request, approval = self._submit()
        answers = workers.race(
            [
                (
                    (self.people[0], "crm.approval", "action_approve"),
                    {"ids": [approval]},
                ),
                (
                    (self.owner, "crm.request", "action_withdraw_approval"),
                    {"ids": [request]},
                ),
            ]
        )
        self.assertEqual(len([one for one in answers if "result" in one]), 1, answers)
        state, kinds = self._kinds(approval)
        self.assertEqual(
            kinds,
            ["submit", "withdraw"]
            if state == "withdrawn"
            else ["submit", "approve", "done"],
        )
