from odoo import fields, models


class CrmPoolReport(models.Model):
    """Customers that came into pools or went out, see ``crm.pool.report.mixin``.

    A claim has led to a deal when there was one while the customer was still with
    whoever took it.
    """

    _name = "crm.pool.report"
    _inherit = ["crm.pool.report.mixin"]
    _description = "Pool Analysis"
    _auto = False
    _crm_holds = "customer"
    _crm_success = ("last_deal_at", "deals", "days_to_deal")
    _depends = {"crm.owner.move": ["partner_id"], "res.partner": ["last_deal_at"]}

    deals = fields.Integer("Led to a Deal", readonly=True)
    conversion = fields.Float(
        help="Of a hundred customers claimed or assigned, how many led to a deal."
    )
    days_to_deal = fields.Float("Days to Deal", readonly=True, aggregator="avg")
