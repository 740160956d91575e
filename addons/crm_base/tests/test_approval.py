from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .approval_case import ApprovalCase


@tagged("post_install", "-at_install")
class TestApproval(ApprovalCase):
    """From submitting to the effect, by one rule and by none."""

    def test_without_a_rule_the_superior_approves(self):
        """What no rule is for goes to the direct superior. Covers: S13."""
        request = self._submitted(note="展会下周开始")
        # sam's team has no leader: mia leads the one above
        self.assertWaits(request, self.manager)
        self.assertEqual(self._as(self.manager, request).action_approve("同意"), 1)
        self.assertEqual(request.approval_state, "approved")
        self.assertKinds(request, ["submit", "approve", "done"])
        self.assertEqual(request.approval_id.decided_by_id, self.manager)
        self.assertEqual(request.approval_id.log_ids[0].note, "展会下周开始")
        self.assertWhole()

    def test_levels_by_amount(self):
        """Levels are asked one after the other, from their amounts on. Covers: S13."""
        self._rule(
            {"approver": "superior"},
            {"approver": "superior", "steps_up": 2, "amount_from": 10000},
            {
                "approver": "user",
                "user_ids": [(6, 0, self.boss.ids)],
                "amount_from": 1e5,
            },
        )
        small = self._submitted(amount=9999.99)
        self._as(self.manager, small).action_approve()
        self.assertEqual(small.approval_state, "approved")
        big = self._submitted(amount=100000)
        for user in (self.manager, self.director, self.boss):
            self.assertWaits(big, user)
            self._as(user, big).action_approve()
        self.assertEqual(big.approval_state, "approved")
        self.assertEqual(big.approval_id.step_ids.mapped("state"), ["approved"] * 3)
        self.assertWhole()

    def test_conditions_departments_and_drafts(self):
        """The first published rule that fits counts. Covers: S13."""
        seal = self.env.ref("crm_base.dictionary_request_kind_seal")
        self._rule(
            {"approver": "user", "user_ids": [(6, 0, self.boss.ids)]}, publish=False
        )
        self._rule(
            {"approver": "user", "user_ids": [(6, 0, self.sue.ids)]},
            domain=f"[('kind_id', '=', {seal.id})]",
            sequence=1,
        )
        self._rule({"approver": "department"}, team_id=self.north.id, sequence=2)
        self._rule(
            {
                "approver": "role",
                "group_id": self.env.ref("crm_base.group_director").id,
            },
            sequence=3,
        )
        self.assertWaits(self._submitted(kind_id=seal.id), self.sue)
        self.assertWaits(self._submitted(), self.manager)
        # xia is of the South
        self.assertWaits(self._submitted(self.xia), self.director)

    def test_nobody_approves_the_own(self):
        """Whoever submits or is in charge is passed over, upwards. Covers: S13."""
        self._rule({"approver": "user", "user_ids": [(6, 0, self.manager.ids)]})
        self.assertWaits(self._submitted(self.manager), self.director)
        # the manager submits for her salesperson
        request = self._request()
        request.with_user(self.manager).action_submit_approval()
        self.assertWaits(request, self.director)
        with self.assertRaises(AccessError):
            self._as(self.sam, request).action_approve()

    def test_boss_has_nobody_above(self):
        """What the only boss submits is approved at once, and says so."""
        self.env.ref("crm_base.group_boss").sudo().all_user_ids.filtered(
            lambda user: user != self.boss
        ).active = False
        request = self._submitted(self.boss)
        self.assertEqual(request.approval_state, "approved")
        self.assertKinds(request, ["submit", "nobody", "done"])
        self.assertWhole()

    def test_one_of_them_and_all_of_them(self):
        """One of them decides alone, or all of them have to."""
        both = [(6, 0, (self.tom | self.sue).ids)]
        rule = self._rule({"approver": "user", "user_ids": both, "mode": "any"})
        request = self._submitted()
        self._as(self.sue, request).action_approve()
        self.assertEqual(request.approval_state, "approved")
        with self.assertRaisesRegex(UserError, "already"):
            self._as(self.tom, request).action_approve()
        rule.level_ids.mode = "all"
        request = self._submitted()
        self._as(self.sue, request).action_approve()
        self.assertWaits(request, self.tom)
        self._as(self.tom, request).action_approve()
        self.assertEqual(request.approval_state, "approved")
        self.assertWhole()

    def test_nobody_is_asked_twice(self):
        """Who approved on one level is not asked on the next, unless the rule says."""
        people = [
            {"approver": "user", "user_ids": [(6, 0, self.manager.ids)]},
            {"approver": "superior"},
        ]
        rule = self._rule(*people)
        request = self._submitted()
        self._as(self.manager, request).action_approve()
        self.assertEqual(request.approval_state, "approved")
        self.assertKinds(request, ["submit", "approve", "skip", "done"])
        rule.skip_repeated = False
        request = self._submitted()
        self._as(self.manager, request).action_approve()
        self.assertWaits(request, self.manager)
        self.assertWhole()

    def test_reject_and_submit_again(self):
        """A rejection needs a reason, ends it, and the next one begins anew."""
        request = self._submitted()
        mine = self._as(self.manager, request)
        with self.assertRaises(UserError):
            mine.action_reject()
        mine.action_reject("超预算")
        self.assertEqual(request.approval_state, "rejected")
        self.assertEqual(request.approval_id.decision_note, "超预算")
        request.with_user(self.sam).amount = 500
        request.with_user(self.sam).action_submit_approval()
        self.assertEqual(len(request.approval_ids), 2)
        self.assertWaits(request, self.manager)
        self.assertWhole()

    def test_withdraw_and_urge(self):
        """Whoever submitted takes it back, and urges once an hour."""
        request = self._submitted()
        with self.assertRaises(AccessError):
            self._as(self.manager, request).action_withdraw()
        self.assertEqual(self._as(self.sam, request).action_urge(), 1)
        with self.assertRaises(UserError):
            self._as(self.sam, request).action_urge()
        request.with_user(self.sam).action_withdraw_approval("金额有误")
        self.assertEqual(request.approval_state, "none")
        self.assertKinds(request, ["submit", "urge", "withdraw"])
        with self.assertRaises(UserError):
            self._as(self.manager, request).action_approve()
        self.assertWhole()

    def test_double_click(self):
        """The second click of one person changes nothing, and is no error."""
        request = self._submitted()
        mine = self._as(self.manager, request)
        self.assertEqual(mine.action_approve(), 1)
        self.assertEqual(mine.action_approve(), 0)
        self.assertKinds(request, ["submit", "approve", "done"])

    def test_several_at_once(self):
        """Of a batch only what waits for me is decided on."""
        mine, other, done = (self._submitted() for _number in range(3))
        self._as(self.manager, done).action_reject("不需要")
        theirs = self._submitted(self.xia)
        other.with_user(self.sam).action_withdraw_approval()
        batch = (mine | other | done | theirs).approval_id.with_user(self.director)
        # the director sees all of it, and none waits for her
        with self.assertRaises(UserError):
            batch.action_approve()
        batch = (mine | other | done).approval_id.with_user(self.manager)
        self.assertEqual(batch.action_approve(), 1)
        self.assertEqual(mine.approval_state, "approved")
        self.assertEqual(done.approval_state, "rejected")
        self.assertEqual(other.approval_state, "none")

    def test_rules_are_checked(self):
        """Rules without levels, for other models or with nonsense are refused."""
        with self.assertRaises(ValidationError):
            self._rule()
        for domain in ("[('nothing', '=', 1)]", "__import__('os')", "[("):
            with self.assertRaises(ValidationError):
                self._rule({"approver": "superior"}, domain=domain)
        with self.assertRaises(ValidationError):
            self._rule({"approver": "role"})
        with self.assertRaises(ValidationError):
            self._rule({"approver": "user", "user_ids": [(6, 0, self.portal.ids)]})
        with self.assertRaises(ValidationError):
            self._rule({"approver": "superior"}, model="res.partner")

    def test_a_rule_changed_later_changes_nothing(self):
        """What is being approved keeps the approvers that it was submitted to."""
        rule = self._rule({"approver": "superior"})
        request = self._submitted()
        rule.level_ids.write({"approver": "user", "user_ids": [(6, 0, self.sue.ids)]})
        self.assertWaits(request, self.manager)
        rule.with_user(self.director).unlink()
        self._as(self.manager, request).action_approve()
        self.assertEqual(request.approval_state, "approved")
        self.assertWhole()
