"""The cast of crm_base, with a process of four stages and won."""

from odoo.addons.crm_pipeline.tests.common import LeadCase


class SaleCase(LeadCase):
    """See CrmCase for who is who.

    The process of Beijing (sam, sue): found → visited → offered → negotiated → won. The
    other teams have Odoo's own stages, which all teams share; here they are archived
    by giving them to South.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stages = cls.env["crm.stage"]
        stages.search([]).team_ids = cls.south
        names = ("发现", "拜访", "报价", "谈判")
        cls.stages = stages.create(
            [
                {
                    "name": name,
                    "sequence": number,
                    "team_ids": [(6, 0, cls.beijing.ids)],
                }
                for number, name in enumerate(names, 1)
            ]
        )
        cls.found, cls.visited, cls.offered, cls.agreed = cls.stages
        cls.won = stages.create(
            {
                "name": "成交",
                "sequence": 9,
                "is_won": True,
                "team_ids": [(6, 0, cls.beijing.ids)],
            }
        )

    @classmethod
    def _opportunity(cls, owner=None, name="数控机床两台", **values):
        """Create an opportunity as its owner would; return it for the test's user."""
        owner = owner or cls.sam
        return cls._lead(owner, name=name, type="opportunity", **values)

    @classmethod
    def _gate(cls, stage, kind, **values):
        """Ask something of whoever enters a stage; return the gate."""
        return cls.env["crm.stage.gate"].create(
            {"stage_id": stage.id, "kind": kind, **values}
        )

    @classmethod
    def _field(cls, name):
        return cls.env["ir.model.fields"]._get("crm.lead", name)

    def _history(self, lead):
        """Return the history of an opportunity: (event, from, to), oldest first."""
        moves = self.env["crm.stage.move"].search(
            [("lead_id", "=", lead.id)], order="id"
        )
        return [(move.kind, move.from_stage_id, move.to_stage_id) for move in moves]
