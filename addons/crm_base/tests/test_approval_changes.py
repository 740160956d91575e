from odoo.tests import tagged

from ..tools.changes import Wording, compared
from .approval_case import ApprovalCase


@tagged("post_install", "-at_install")
class TestApprovalChanges(ApprovalCase):
    """Whoever is asked again sees what is new."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")

    def _text(self, approval, user, lang="en_US"):
        html = approval.with_user(user).with_context(lang=lang).changes_html
        return " ".join(str(html or "").split())

    def test_after_a_refusal(self):
        """What was changed since the refusal stands there, old and new. Covers: S13."""
        seal = self.env.ref("crm_base.dictionary_request_kind_seal")
        request = self._submitted(amount=800, description="三件\n顺丰")
        first = request.approval_id
        self.assertFalse(self._text(first, self.manager), "nothing was decided before")
        self._as(self.manager, request).action_reject("太贵")
        request.with_user(self.sam).write(
            {"amount": 500, "description": "两件\n顺丰", "kind_id": seal.id}
        )
        request.with_user(self.sam).action_submit_approval()
        text = self._text(request.approval_id, self.manager)
        self.assertIn("太贵", text)
        self.assertIn("800", text)
        self.assertIn("500", text)
        self.assertIn(seal.name, text)
        self.assertIn("三件", text)
        self.assertIn("两件", text)
        self.assertNotIn("顺丰", text, "lines of a text that stay are left out")
        self.assertNotIn("Subject", text, "what stays is left out")
        seal.with_context(lang="zh_CN").name = "用印"
        request.approval_id.invalidate_recordset()
        self.assertIn("用印", self._text(request.approval_id, self.manager, "zh_CN"))
        self.assertFalse(self._text(first, self.manager))

    def test_after_approval_and_withdrawal(self):
        """The last decision counts, not what was taken back in between. Covers: S13."""
        request = self._submitted(amount=800)
        self._as(self.manager, request).action_approve("同意")
        request.with_user(self.sam).amount = 900
        request.with_user(self.sam).action_submit_approval()
        request.with_user(self.sam).action_withdraw_approval()
        request.with_user(self.sam).amount = 1000
        request.with_user(self.sam).action_submit_approval()
        text = self._text(request.approval_id, self.manager)
        self.assertIn("800", text)
        self.assertIn("1,000", text)
        self.assertNotIn("900", text)
        request.with_user(self.sam).action_withdraw_approval()
        request.with_user(self.sam).amount = 800
        request.with_user(self.sam).action_submit_approval()
        self.assertIn("Nothing was changed", self._text(request.approval_id, self.boss))

    def test_hidden_fields_stay_hidden(self):
        """What the reader may not see is no change to him. Covers: S13."""
        request = self._submitted(amount=800)
        self._as(self.manager, request).action_reject("太贵")
        request.with_user(self.sam).write({"amount": 500, "description": "秘密理由"})
        request.with_user(self.sam).action_submit_approval()
        field = type(self.env["crm.request"]).description
        self.patch(field, "groups", "base.group_system")
        text = self._text(request.approval_id, self.manager)
        self.assertIn("500", text)
        self.assertNotIn("秘密理由", text)

    def test_many_at_once(self):
        """An inbox of many costs no more queries than one of few. Covers: S13."""
        requests = self.env["crm.request"]
        for number in range(6):
            request = self._submitted(name=f"样品 {number}")
            self._as(self.manager, request).action_reject("太贵")
            request.with_user(self.sam).write(
                {
                    "amount": 100 + number,
                    "partner_id": self._customer(self.sam, f"客户 {number}").id,
                }
            )
            request.with_user(self.sam).action_submit_approval()
            requests |= request
        approvals = requests.approval_id.with_user(self.manager)
        self._queries(approvals[:1])
        self.assertEqual(self._queries(approvals[:2]), self._queries(approvals))

    def _queries(self, approvals):
        self.env.flush_all()
        self.env.invalidate_all()
        approvals = approvals.with_prefetch(approvals.ids)
        approvals.mapped("name")
        before = self.cr.sql_log_count
        for approval in approvals:
            self.assertIn("客户", approval.changes_html)
        return self.cr.sql_log_count - before

    def test_lines(self):
        """Rows that came, went and changed are told by their names. Covers: S13."""
        team = self.env["crm.team"]._name
        before = {
            "values": {"name": "甲", "gone": 1},
            "lines": {
                "crm_team_member_ids": {
                    "1": {"user_id": self.sam.id, "active": True},
                    "2": {"user_id": self.sue.id, "active": True},
                }
            },
        }
        after = {
            "values": {"name": "乙", "new": 2},
            "lines": {
                "crm_team_member_ids": {
                    "2": {"user_id": self.sue.id, "active": False},
                    "3": {"user_id": self.tom.id, "active": True},
                }
            },
        }
        changes = compared(before, after)
        wording = Wording(self.env)
        wording.note(team, changes)
        rows = wording.rows(team, changes)
        self.assertEqual(
            [(row["before"], row["after"]) for row in rows][0], ("甲", "乙")
        )
        texts = ["|".join(row.values()) for row in rows]
        self.assertTrue(any("removed" in t and self.sam.name in t for t in texts))
        self.assertTrue(any("added" in t and self.tom.name in t for t in texts))
        self.assertTrue(any("Yes|No" in text for text in texts))
        self.assertEqual(len(rows), 4)
