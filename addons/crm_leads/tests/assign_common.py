from odoo.fields import Command
from odoo.tools import SQL

from .common import LeadCase


class AssignCase(LeadCase):
    """See CrmCase for who is who. No rule but those of the test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead.assign.rule"].search([]).active = False
        # the ledger and messages speak the language of people
        cls.everybody.lang = "en_US"

    @classmethod
    def _rule(cls, author, *people, weights=(), **values):
        """Create a rule as its author would; return it for the test's own user."""
        weights = weights or [1] * len(people)
        rule = (
            cls.env["crm.lead.assign.rule"]
            .with_user(author)
            .create(
                {
                    "name": "官网询价",
                    "line_ids": [
                        Command.create({"user_id": user.id, "weight": weight})
                        for user, weight in zip(people, weights, strict=True)
                    ],
                    **values,
                }
            )
        )
        return rule.with_env(cls.env)

    def _waiting(self, count, team=None, **values):
        """Return leads that came in before any rule was there."""
        return self.env["crm.lead"].union(
            *(self._unowned(team or self.north, **values) for _n in range(count))
        )

    def _copies(self, lead, count, name):
        """Make many leads like this one, in one statement."""
        self.env.flush_all()
        columns = SQL(", ").join(
            SQL.identifier(field.name)
            for field in lead._fields.values()
            if field.store and field.column_type and field.name not in ("id", "name")
        )
        self.env.execute_query(
            SQL(
                "INSERT INTO crm_lead (name, %(columns)s)"
                " SELECT %(name)s || n, %(columns)s"
                " FROM crm_lead, generate_series(1, %(count)s) AS n"
                " WHERE crm_lead.id = %(lead)s RETURNING id",
                columns=columns,
                name=f"{name} ",
                count=count,
                lead=lead.id,
            )
        )
        self.env.cr.execute("ANALYZE crm_lead")
        lead.unlink()

    def _counts(self, leads, *people):
        """Return how many of these leads each has."""
        leads.invalidate_recordset(["user_id"])
        return [
            len(leads.filtered(lambda lead, to=user: lead.user_id == to))
            for user in people
        ]

    def _background(self):
        """Let the scheduler do its round."""
        self._run_cron("crm_leads.ir_cron_assign")

    def _last_run(self):
        """Return the state of the last run."""
        return self.env["crm.lead.assign.run"].search([], limit=1).state

    def _reason(self, lead):
        """Return what the ledger says of the last move of a lead."""
        return self._lead_moves(lead)[-1].reason
