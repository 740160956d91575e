from odoo import api, fields, models


class CrmHandoverFinding(models.Model):
    """What a search of every model found on a leaver's desk."""

    _name = "crm.handover.finding"
    _description = "Open Work of a Leaver"
    _inherit = ["crm.sealed.mixin"]
    _order = "status, model, field"
    _rec_name = "model"

    handover_id = fields.Many2one(
        "crm.handover", required=True, index=True, ondelete="cascade"
    )
    model = fields.Char(required=True)
    field = fields.Char(required=True)
    model_name = fields.Char("Kind", compute="_compute_names")
    field_name = fields.Char("As", compute="_compute_names")
    record_count = fields.Integer("Records")
    status = fields.Selection(
        [("open", "Not Handed Over"), ("unknown", "Not Covered")],
        required=True,
        help="Not covered: a field that no addon has declared to the hand-over. It is"
        " left alone; look at the records yourself.",
    )

    @api.depends_context("lang")
    @api.depends("model", "field")
    def _compute_names(self):
        for finding in self:
            # sudo: what models and fields are called is no secret
            found = (
                self.env["ir.model.fields"].sudo()._get(finding.model, finding.field)
            )
            finding.model_name = found.model_id.name or finding.model
            finding.field_name = found.field_description or finding.field

    def action_open_records(self):
        """Open the records that were found, as far as they are in reach.

        :return: the action (dict)
        """
        self.ensure_one()
        users = self.handover_id.user_id
        domains = [
            users._crm_desk_domain(item)
            for item in users._crm_desk()
            if item.model == self.model
            and item.field == self.field
            and item.open_domain is not None
        ]
        domain = [(self.field, "in", users.ids)]
        if domains:
            domain = list(fields.Domain.OR(domains))
        return {
            "type": "ir.actions.act_window",
            "name": self.model_name,
            "res_model": self.model,
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "context": {"active_test": False},
        }
