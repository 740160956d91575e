from odoo import fields, models

# how sure a deal is; what is won is counted whatever was said of it
FORECASTS = [
    ("omitted", "Left Out"),
    ("pipeline", "Pipeline"),
    ("best", "Best Case"),
    ("commit", "Commit"),
]


class CrmStage(models.Model):
    """How sure opportunities of a stage are, unless their owner says otherwise."""

    _inherit = "crm.stage"

    forecast_category = fields.Selection(
        FORECASTS,
        "Forecast",
        default="pipeline",
        required=True,
        help="How sure opportunities of this stage are. Owners may say otherwise.",
    )
