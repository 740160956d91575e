from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import LeadPoolCase


@tagged("post_install", "-at_install")
class TestLeadHandover(LeadPoolCase):
    """A leaver's open leads go into a pool of leads. Covers: B04, P11, P14."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam, "老客户")
        cls.leads = cls.env["crm.lead"].union(
            *(cls._lead(cls.sam, f"线索{number}") for number in range(3))
        )
        cls.first = cls.leads[0]
        # one hangs on a customer, which may itself go into a pool
        cls.leads[2].with_user(cls.sam).partner_id = cls.customer
        cls.opportunity = cls._lead(cls.sam, "商机", type="opportunity")
        cls.closed = cls._lead(cls.sam, "无效线索")
        cls.closed.with_user(cls.sam).action_close("wrong_number")
        cls.plan = cls._lead_followup(cls.sam, cls.first)
        cls.done = cls._lead_followup(cls.sam, cls.first, done=True)
        cls.activity = cls.first.activity_schedule(
            "mail.mail_activity_data_call", user_id=cls.sam.id
        )
        cls.kept = cls._lead_followup(cls.sam, cls.opportunity)

    def _handover(self, actor=None, **values):
        return (
            self.env["crm.handover"]
            .with_user(actor or self.boss)
            .create(
                {
                    "user_id": self.sam.id,
                    "successor_id": self.sue.id,
                    "reason": "离职",
                    "mode": "one",
                    "lead_pool_id": self.lead_pool.id,
                    "pool_reason_id": self.reason.id,
                    **values,
                }
            )
        )

    def assertInLeadPool(self, leads):
        self.env.invalidate_all()
        for lead in leads:
            self.assertEqual(lead.pool_id, self.lead_pool, lead.name)
            self.assertFalse(lead.user_id)
            self.assertEqual(lead.pool_former_owner_id, self.sam)
            self.assertEqual(lead.pool_reason_id, self.reason)

    def test_leads_into_the_pool(self):
        """Open leads go to the pool, all else to the successor; nothing is left."""
        handover = self._handover()
        result = handover.action_start()
        self.assertEqual(
            (result["state"], result["failed"], result["open"]),
            ("done", 0, 0),
            handover.row_ids.mapped("message"),
        )
        self.assertEqual(self.sam._crm_desk_findings(), [])
        self.assertInLeadPool(self.leads)
        for lead in self.leads:
            move = self._lead_moves(lead)[-1]
            self.assertEqual(
                (move.kind, move.from_user_id, move.pool_id, move.batch_id),
                ("release", self.sam, self.lead_pool, result["batch_id"]),
            )
            self.assertEqual(len(self._lead_moves(lead)), 2)
        self.assertEqual(self.opportunity.user_id, self.sue)
        self.assertEqual(self.kept.user_id, self.sue)
        self.assertEqual(self.customer.user_id, self.sue)
        self.assertEqual((self.plan.state, self.plan.user_id), ("cancelled", self.sam))
        self.assertFalse(self.activity.active)
        self.assertEqual(self.done.user_id, self.sam)
        self.assertEqual(self.closed.user_id, self.sam)
        self.assertFalse(self.closed.pool_id)
        # who may claim there sees them, masked, and claims them
        self._take(self.sue, self.first)
        self.assertEqual(self.first.user_id, self.sue)

    def test_with_the_customers_into_theirs(self):
        """Customers go to a pool of theirs, once no lead hangs on them any more."""
        handover = self._handover(mode="pool", pool_id=self.pool.id)
        result = handover.action_start()
        self.assertEqual(
            (result["failed"], result["open"]),
            (0, 0),
            handover.row_ids.mapped("message"),
        )
        self.assertInLeadPool(self.leads)
        self.assertEqual(self.customer.pool_id, self.pool)
        # whoever claims the lead has not claimed the customer
        self.assertFalse(self.leads[2].partner_id)
        handover.action_undo()
        self.assertEqual(self.leads.user_id, self.sam)
        self.assertEqual(self.customer.user_id, self.sam)
        self.assertEqual(self.leads[2].partner_id, self.customer)

    def test_without_a_pool_of_leads(self):
        """Without one, leads go to people as before."""
        self._handover(lead_pool_id=False).action_start()
        self.assertEqual(self.leads.user_id, self.sue)
        self.assertFalse(self.leads.pool_id)
        self.assertEqual((self.plan.state, self.plan.user_id), ("planned", self.sue))

    def test_undo(self):
        """What nobody has claimed comes back, with its plans."""
        handover = self._handover()
        handover.action_start()
        claimed = self.leads[1]
        self._take(self.sue, claimed)
        result = handover.action_undo()
        self.assertEqual((result["state"], result["changed"]), ("undone", 1))
        self.env.invalidate_all()
        for lead in self.leads - claimed:
            self.assertEqual(lead.user_id, self.sam)
            self.assertFalse(lead.pool_id)
            self.assertEqual(self._kinds(lead), ["create", "release", "undo"])
        self.assertEqual(claimed.user_id, self.sue)
        self.assertEqual(self.plan.state, "planned")
        self.assertFalse(self.plan.cancel_reason)
        self.assertTrue(self.activity.active)
        self.assertEqual(self.first.next_followup_at, self.plan.planned_at)
        self.assertEqual(self.opportunity.user_id, self.sam)

    def test_undo_leaves_the_work_of_others(self):
        """Plans of what a colleague has claimed since stay called off."""
        plan = self._followup(self.sam, self.customer)
        activity = self.customer.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.sam.id
        )
        handover = self._handover(mode="pool", pool_id=self.pool.id)
        handover.action_start()
        self._take(self.sue, self.first)
        row = self.env["crm.pool.customer"].with_user(self.sue)
        row.browse(self.customer.id).action_claim()
        handover.action_undo()
        self.assertEqual((self.plan.state, plan.state), ("cancelled", "cancelled"))
        self.assertFalse(self.activity.active or activity.active)

    def test_converted_meanwhile(self):
        """What became an opportunity in between goes to the successor."""
        handover = self._handover(close_account=False, end_access=False)
        step = type(handover)._crm_step

        def convert_first(this):
            if not self.first.converted_at:
                self.first.with_user(self.sam).action_convert_to_customer()
                self.env.flush_all()
            return step(this)

        self.patch(type(handover), "_crm_step", convert_first)
        result = handover.action_start()
        self.assertEqual((result["failed"], result["open"]), (0, 0))
        self.assertEqual(self.first.type, "opportunity")
        self.assertEqual(self.first.user_id, self.sue)
        self.assertInLeadPool(self.leads - self.first)

    def test_pools_out_of_reach(self):
        """Managers use pools that they may release to, of the right kind."""
        with self.assertRefused("member"):
            self._handover(self.manager).action_start()
        self.assertEqual(self.leads.user_id, self.sam)
        with self.assertRefused("holds"):
            self._handover(lead_pool_id=self.pool.id).action_start()
        self.lead_pool.member_user_ids += self.manager
        result = self._handover(self.manager).action_start()
        self.assertEqual((result["failed"], result["open"]), (0, 0))
        self.assertInLeadPool(self.leads)

    def test_who_may_not(self):
        """Colleagues hand nobody's leads over."""
        for user in (self.sue, self.xia, self.other_manager):
            with self.assertRaises(AccessError):
                self._handover(user).action_start()
        self.assertEqual(self.leads.user_id, self.sam)
