"""The casts of leads and of pools together, with a pool of leads."""

from odoo.addons.crm_customer_pool.tests.common import PoolCase
from odoo.addons.crm_leads.tests.common import LeadCase


class LeadPoolCase(PoolCase, LeadCase):
    """See LeadCase and PoolCase. Use these references.

    ::

        lead_pool  members: the team Beijing (sam, sue) and tom;  administrator: max
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead_pool = cls._pool(
            "线索公海",
            holds="lead",
            member_team_ids=cls.beijing,
            member_user_ids=cls.tom,
        )

    @classmethod
    def _pooled_lead(cls, owner=None, pool=None, **values):
        """Create a lead that its owner gave up; return it for the test's own user."""
        lead = cls._lead(owner or cls.manager, **values)
        cls._give_up(lead, pool=pool)
        return lead

    @classmethod
    def _give_up(cls, *leads, pool=None):
        """Let the boss put leads into a pool."""
        for lead in leads:
            lead.with_user(cls.boss).action_release_to_pool(
                (pool or cls.lead_pool).id, cls.reason.id
            )

    def _row(self, user, *leads):
        """Return the rows of the read model for ``user``."""
        ids = [lead.id for lead in leads]
        return self.env["crm.pool.lead"].with_user(user).browse(ids)

    def _take(self, user, *leads):
        """Claim as ``user``; return the result of the public method."""
        return self._row(user, *leads).action_claim()

    def _kinds(self, lead):
        """Return the kinds (list of str) of the ledger of a lead, oldest first."""
        return self._lead_moves(lead).mapped("kind")
