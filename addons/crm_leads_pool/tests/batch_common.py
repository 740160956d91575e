"""Leads with all that may hang on one, in batches."""

from odoo.addons.crm_customer_pool.tests.batch_common import BatchCase

from .common import LeadPoolCase


class LeadBatchCase(LeadPoolCase, BatchCase):
    """See LeadPoolCase, and BatchCase for what is stored before and after.

    ::

        other_lead_pool  member: xia;  administrator: max
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_lead_pool = cls._pool(
            "华南线索公海", holds="lead", member_user_ids=cls.xia
        )
        cls.env["crm.change.log"].flush_model()

    def _rich_lead(self, name, owner=None, **values):
        """Return a lead with plans, a record, activities, followers and a team."""
        owner = owner or self.sam
        lead = self._lead(owner, name, phone="13812345678", **values)
        self._lead_followup(owner, lead)
        self._lead_followup(self.manager, lead, name="经理的计划")
        self._lead_followup(owner, lead, done=True, content="谈了价格和交期，下周再约")
        lead.with_user(owner).activity_schedule(
            "mail.mail_activity_data_todo", user_id=owner.id, summary="打电话"
        )
        lead.message_subscribe(self.manager.partner_id.ids)
        self._settle()
        return lead

    def _settle(self):
        """End what a request would have ended: writes and the log of changes."""
        self.env["crm.change.log"].flush_model()
        self.env.flush_all()
        self.env.invalidate_all()

    def _several(self, count, owner=None, **values):
        """Return leads (one recordset) of one owner."""
        leads = self.env["crm.lead"].concat(
            *(
                self._lead(owner or self.sam, **{"name": f"批量线索{index}", **values})
                for index in range(count)
            )
        )
        self._settle()
        return leads

    def _pooled_leads(self, count, pool=None):
        """Return leads (one recordset) that wait in a pool."""
        leads = self._several(count, self.manager)
        self._give_up(*leads, pool=pool)
        self._settle()
        return leads

    def _release(self, leads, user=None):
        """Release as ``user``; return the result of the public method."""
        return leads.with_user(user or self.sam).action_release_to_pool(
            self.lead_pool.id, self.reason.id
        )

    def assertInLeadPool(self, leads, pool=None):
        """Leads wait in a pool and belong to nobody."""
        self.assertEqual(leads.pool_id, pool or self.lead_pool)
        self.assertFalse(leads.user_id)
        self.assertTrue(all(leads.mapped("pooled_at")))
