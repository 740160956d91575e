from odoo import fields, models


class CrmPoolLeadReport(models.Model):
    """Leads that came into pools or went out, see ``crm.pool.report.mixin``."""

    _name = "crm.pool.lead.report"
    _inherit = ["crm.pool.report.mixin"]
    _description = "Lead Pool Analysis"
    _auto = False
    _crm_holds = "lead"
    _crm_success = ("converted_at", "conversions", "days_to_conversion")
    _depends = {"crm.owner.move": ["lead_id"], "crm.lead": ["converted_at"]}

    conversions = fields.Integer("Led to a Conversion", readonly=True)
    conversion = fields.Float(
        help="Of a hundred leads claimed or assigned, how many were converted."
    )
    days_to_conversion = fields.Float(
        "Days to Conversion", readonly=True, aggregator="avg"
    )
