from odoo.exceptions import AccessError
from odoo.tests import tagged

from .approval_case import ApprovalCase


@tagged("post_install", "-at_install")
class TestApprovalLog(ApprovalCase):
    """Whoever changes the history in the database is found out."""

    def setUp(self):
        super().setUp()
        self.request = self._submitted(note="第一行\n第二行：“引号”")
        self._as(self.manager, self.request).action_approve("同意")
        self.approval = self.request.approval_id
        self.assertWhole()

    def _after(self, statement, *arguments):
        """Return the codes of what does not fit after a statement in the database."""
        self.env.flush_all()
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute(statement, arguments)
            self.env.invalidate_all()
            found = self.env["crm.approval.log"].verify()
            savepoint.rollback()
        self.env.invalidate_all()
        return [one["code"] for one in found]

    def test_changed_rows_are_found(self):
        """Every column that says something is covered. Covers: S13."""
        for column, value in (
            ("note", "不同意"),
            ("user_name", "Sam"),
            ("kind", "reject"),
            ("logged_at", "2026-01-01 00:00:00"),
            ("to_name", "某人"),
            ("from_name", "某人"),
            ("fingerprint", "0" * 64),
            ("state_after", "rejected"),
            ("level_name", "总监"),
            ("step_number", 0),
            ("role", "crm_base.group_boss"),
            ("hash", "0" * 64),
        ):
            with self.subTest(column=column):
                self.assertIn(
                    "approval_log",
                    self._after(
                        f"UPDATE crm_approval_log SET {column} = %s"  # noqa: S608
                        " WHERE approval_id = %s AND kind = 'approve'",
                        value,
                        self.approval.id,
                    ),
                )

    def test_missing_rows_are_found(self):
        """A row taken out of the middle, from the end, or all of them. Covers: S13."""
        for number, code in (
            (1, "approval_log"),
            (2, "approval_log"),
            (3, "approval_end"),
        ):
            found = self._after(
                "DELETE FROM crm_approval_log WHERE approval_id = %s AND number = %s",
                self.approval.id,
                number,
            )
            self.assertIn(code, found)
        self.assertIn(
            "approval_end",
            self._after(
                "DELETE FROM crm_approval_log WHERE approval_id = %s", self.approval.id
            ),
        )

    def test_forged_decisions_are_found(self):
        """A state set in the database has no row, nor a document its approval."""
        other = self._submitted()
        self.assertIn(
            "approval_end",
            self._after(
                "UPDATE crm_approval SET state = 'approved' WHERE id = %s",
                other.approval_id.id,
            ),
        )
        self.assertIn(
            "approval_steps",
            self._after(
                "UPDATE crm_approval_step SET state = 'approved'"
                " WHERE approval_id = %s",
                other.approval_id.id,
            ),
        )
        self.assertIn(
            "approval_documents",
            self._after(
                "UPDATE crm_request SET approval_state = 'approved' WHERE id = %s",
                other.id,
            ),
        )
        self.assertIn(
            "approval_documents",
            self._after(
                "UPDATE crm_request SET approval_state = 'approved',"
                " approval_id = %s WHERE id = %s",
                self.approval.id,
                other.id,
            ),
        )

    def test_who_verifies(self):
        """The boss does, by a button that tells."""
        Log = self.env["crm.approval.log"]
        for user in (self.sam, self.director, self.portal):
            with self.assertRaises(AccessError):
                Log.with_user(user).verify()
        action = Log.with_user(self.boss).action_verify()
        self.assertEqual(action["params"]["type"], "success")
