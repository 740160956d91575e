from odoo import api, fields, models


class CrmPoolViewLog(models.Model):
    """Who looked at the contact details of what in a pool, when and why.

    It keeps which details were shown, never what they were.
    """

    _name = "crm.pool.view.log"
    _description = "Log of Looks at Contact Details"
    _inherit = ["crm.log.mixin"]
    _rec_name = "customer_name"
    _crm_keep_parameter = "crm_base.operation_log_days"

    pool_id = fields.Many2one("crm.pool", readonly=True, index=True, ondelete="cascade")
    holds = fields.Selection(related="pool_id.holds", string="Kind")
    customer_res_id = fields.Integer("Record ID", readonly=True)
    customer_name = fields.Char(
        "Name", readonly=True, help="As members of the pool see it."
    )
    # by names of fields, so that every reader has them in the own language
    shown_fields = fields.Char("Details Shown (Technical)", readonly=True)
    shown_labels = fields.Char("Details Shown", compute="_compute_shown_labels")
    reason = fields.Char(required=True, readonly=True)

    _user_logged_at_idx = models.Index("(user_id, logged_at)")

    @api.depends_context("lang")
    @api.depends("shown_fields", "pool_id.holds")
    def _compute_shown_labels(self):
        models_of_kinds = self.env["crm.pool"]._crm_held_models()
        for log in self:
            names = (log.shown_fields or "").split(", ")
            model = models_of_kinds.get(log.holds)
            # sudo: what fields are called, for readers of the log
            held = self.env[model].sudo() if model else None
            labels = held.fields_get(names, ["string"]) if model else {}
            log.shown_labels = self.env._(", ").join(
                labels.get(name, {"string": name})["string"] for name in names
            )
