"""A rule of the pool of leads, and leads with facts of their own."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import SUPERUSER_ID, api

from .common import LeadPoolCase

ZONE = ZoneInfo("Asia/Shanghai")


class LeadRuleCase(LeadPoolCase):
    """Rules of the pool of leads, and leads with facts of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = datetime.now(ZONE).date()
        cls.intents = cls.env["crm.dictionary"].search([("kind", "=", "lead_intent")])

    def _ago(self, days):
        return self.today - timedelta(days=days)

    def _rule(self, **values):
        return self.env["crm.pool.rule"].create(
            {"name": "线索规则", "pool_id": self.lead_pool.id, "days": 15, **values}
        )

    def _with_facts(self, owner=None, *, owned, followup=None, intent=None, **values):
        def noon(day, hour=12):
            when = datetime.combine(day, time(hour), ZONE)
            return when.astimezone(UTC).replace(tzinfo=None)

        lead = self._lead(owner or self.sam, **values)
        lead._crm_workflow().write(
            {
                "owner_since": noon(owned),
                "last_effective_followup_at": followup and noon(followup, 13),
                "intent_id": intent,
            }
        )
        return lead

    def _run(self):
        """Run as the scheduler does."""
        self.env.flush_all()
        # what was logged so far was logged before
        self.env.cr.precommit.run()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["crm.pool"]._cron_recycle()
        self.env.invalidate_all()
