from odoo import api, fields, models


class CrmCompetitor(models.Model):
    """Whom we meet at customers: what they sell, where they are strong and weak."""

    _name = "crm.competitor"
    _description = "Competitor"
    _order = "name, id"
    _crm_recycle = True
    _crm_change_log = True

    name = fields.Char("Competitor", required=True)
    website = fields.Char()
    products = fields.Char(
        "Product Lines", help="What they sell against us, separated by commas."
    )
    price_level = fields.Selection(
        [("lower", "Below Ours"), ("similar", "Like Ours"), ("higher", "Above Ours")]
    )
    strengths = fields.Text()
    weaknesses = fields.Text()
    answer = fields.Text(
        "How to Win", help="What convinces customers who think of them."
    )
    note = fields.Text()
    active = fields.Boolean(default=True)
    lead_competitor_ids = fields.One2many(
        "crm.lead.competitor", "competitor_id", "Met At"
    )
    open_count = fields.Integer("In the Running", compute="_compute_counts")
    won_count = fields.Integer("Won Against Them", compute="_compute_counts")
    lost_count = fields.Integer("Lost to Them", compute="_compute_counts")

    _name_uniq = models.UniqueIndex(
        "(lower(name))", "This competitor is in the list already."
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("lead_competitor_ids.outcome")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_counts(self):
        rows = self.env["crm.lead.competitor"]._read_group(
            [("competitor_id", "in", self.ids)],
            ["competitor_id", "outcome"],
            ["__count"],
        )
        counts = {(one.id, outcome): count for one, outcome, count in rows}
        for one in self:
            one.open_count = counts.get((one.id, "open"), 0)
            one.won_count = counts.get((one.id, "won"), 0)
            one.lost_count = counts.get((one.id, "lost_to"), 0)

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_change_customers(self):
        return dict.fromkeys(self.ids)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_analysis(self):
        """Open the analysis of what was won and lost against this one.

        :return: the action (dict)
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sales.crm_competitor_report_action"
        )
        action["domain"] = [("competitor_id", "=", self.id)]
        action["context"] = {}
        return action
