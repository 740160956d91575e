from odoo import fields, models

from .crm_lead_stage import SELLERS


class CrmLead(models.Model):
    """Opportunities found by the stages that they have reached."""

    _inherit = "crm.lead"

    stage_reach_ids = fields.One2many(
        "crm.stage.report",
        "lead_id",
        "Stages Reached",
        readonly=True,
        copy=False,
        groups=SELLERS,
    )
