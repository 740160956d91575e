"""The cast of crm_base, with leads and opportunities."""

from odoo.addons.crm_base.tests.common import CrmCase


class LeadCase(CrmCase):
    """See CrmCase for who is who."""

    @classmethod
    def _lead(cls, owner, name="询价：数控机床", **values):
        """Create a lead as its owner would; return it for the test's own user."""
        lead = (
            cls.env["crm.lead"]
            .with_user(owner)
            .create({"name": name, "type": "lead", "user_id": owner.id, **values})
        )
        return lead.with_env(cls.env)

    @classmethod
    def _unowned(cls, team=None, name="官网留言", **values):
        """Create a lead that nobody has yet, as the system does."""
        return cls.env["crm.lead"].create(
            {
                "name": name,
                "type": "lead",
                "user_id": False,
                "team_id": team.id if team else False,
                **values,
            }
        )

    @classmethod
    def _lost_reason(cls):
        """Return the id of a reason to lose an opportunity."""
        reasons = cls.env["crm.lost.reason"]
        reason = reasons.search([("name", "=", "价格太高")], limit=1)
        return (reason or reasons.create({"name": "价格太高"})).id

    @classmethod
    def _lead_followup(cls, user, lead, done=False, **values):
        """Create a follow-up of a lead as ``user``, planned or done."""
        followup = (
            cls.env["crm.followup"]
            .with_user(user)
            .create(
                {
                    "name": "首次电话",
                    "lead_id": lead.id,
                    "method_id": cls.phone.id,
                    **values,
                }
            )
        )
        if done:
            followup.action_done()
        return followup.with_env(cls.env)

    def _lead_moves(self, lead):
        """Return the ledger of a lead, oldest first."""
        return self.env["crm.owner.move"].search(
            [("lead_id", "=", lead.id)], order="id"
        )
