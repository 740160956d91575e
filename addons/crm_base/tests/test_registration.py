from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestRegistration(CrmCase):
    """Registered customers are kept for whoever registered them."""

    def _register(self, user, name="北京诺深科技有限公司", **values):
        registration = (
            self.env["crm.registration"]
            .with_user(user)
            .create({"name": name, "project": "年内采购", **values})
        )
        registration.action_submit()
        return registration

    def test_protection(self):
        """Approved, others are refused until the day; the registrant enters it.

        Covers: B13.
        """
        registration = self._register(self.sam)
        self.assertEqual(registration.state, "submitted")
        registration.with_user(self.manager).action_approve(days=10)
        until = fields.Date.context_today(registration) + timedelta(days=10)
        self.assertEqual(registration.protected_until, until)
        for user in (self.xia, self.sue):
            with self.assertRaises(ValidationError) as caught:
                self._customer(user, "诺深科技（北京）")
            self.assertIn("Beijing", str(caught.exception))
            self.assertNotIn("Sam", str(caught.exception))
        self._customer(self.xia, "上海诺深科技有限公司")
        customer = self._customer(self.sam, "北京诺深科技有限公司")
        self.assertEqual(registration.state, "converted")
        self.assertEqual(registration.partner_id, customer)

    def test_convert(self):
        """A registration becomes a customer of its salesperson. Covers: B13."""
        registration = self._register(self.sam, phone="010-62345678")
        with self.assertRaises(UserError):
            registration.action_convert()
        registration.with_user(self.manager).action_approve()
        registration.action_convert()
        self.assertEqual(registration.state, "converted")
        self.assertEqual(registration.partner_id.user_id, self.sam)
        self.assertEqual(registration.partner_id.phone, "010-62345678")

    def test_who_decides(self):
        """A superior decides, with a reason for a refusal, and nobody on their own.

        Covers: B13.
        """
        registration = self._register(self.sam)
        for user in (self.sam, self.sue, self.assistant, self.other_manager):
            with self.assertRaises(AccessError):
                registration.with_user(user).action_approve()
            with self.assertRaises(AccessError):
                registration.with_user(user).action_refuse("不行")
        own = self._register(self.manager, "成都旭平食品有限公司")
        with self.assertRaises(AccessError):
            own.with_user(self.manager).action_approve()
        own.with_user(self.director).action_approve()
        with self.assertRaises(UserError):
            registration.with_user(self.manager).action_refuse(" ")
        registration.with_user(self.manager).action_refuse("信息不全")
        self.assertEqual(registration.state, "refused")
        registration.action_submit()
        self.assertEqual(registration.state, "submitted")
        with self.assertRaises(AccessError):
            registration.with_user(self.sam).write({"state": "approved"})
        with self.assertRaises(UserError):
            registration.with_user(self.sam).write({"name": "别的"})
        with self.assertRaises(UserError):
            registration.with_user(self.sam).unlink()
        self.assertBlind(self.sue, registration)
        self.assertBlind(self.xia, registration)

    def test_arbitration(self):
        """Two registrations of one company: a superior of both decides, says why.

        Covers: B13.
        """
        first = self._register(self.sam)
        first.with_user(self.manager).action_approve()
        second = self._register(self.xia, "诺深科技北京")
        self.assertIn("Beijing", second.conflict)
        self.assertNotIn("Sam", second.conflict)
        with self.assertRaises(AccessError):
            second.with_user(self.other_manager).action_approve("先到先得")
        with self.assertRaises(UserError):
            second.with_user(self.director).action_approve()
        second.with_user(self.director).action_approve("客户指定南区")
        self.assertEqual(first.state, "expired")
        self.assertEqual(first.reason, "客户指定南区")
        self.assertEqual(second.state, "approved")

    def test_conflict_with_customer(self):
        """A customer that is there already is told, not shown. Covers: B13."""
        self._customer(self.xia, "北京诺深科技有限公司")
        registration = self._register(self.sam)
        self.assertIn("South", registration.conflict)
        with self.assertRaises(UserError):
            registration.with_user(self.manager).action_approve()
        registration.with_user(self.manager).action_approve("两家公司")
        self.assertEqual(registration.state, "approved")

    def test_expiry(self):
        """After the last day others may enter the company. Covers: B13."""
        registration = self._register(self.sam)
        registration.with_user(self.manager).action_approve(days=5)
        # two days: the job goes by the clock of the server
        today = fields.Date.context_today(registration)
        registration.sudo()._crm_workflow().protected_until = today - timedelta(days=2)
        self._run_cron("crm_base.ir_cron_expire_registrations")
        self.assertEqual(registration.state, "expired")
        self._customer(self.xia, "北京诺深科技有限公司")

    def test_wrong_code(self):
        """A credit code with a wrong check digit is refused. Covers: B13."""
        with self.assertRaises(ValidationError):
            self._register(self.sam, credit_code="91110000600037341X")
