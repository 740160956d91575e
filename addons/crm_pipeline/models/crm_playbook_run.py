from odoo import fields, models


class CrmPlaybookRun(models.Model):
    """Leads and opportunities run in playbooks, each in one at a time."""

    _inherit = "crm.playbook.run"

    lead_id = fields.Many2one(
        "crm.lead",
        "Lead or Opportunity",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )

    _one_lead = models.UniqueIndex(
        "(lead_id) WHERE state = 'running'",
        "This lead is in a playbook already.",
    )
