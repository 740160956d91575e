from odoo import fields, models

OPPORTUNITY_FACTS = frozenset({"last_stage_move_id"})


class CrmLead(models.Model):
    """What a sales company knows about an opportunity beside what Odoo asks."""

    _inherit = "crm.lead"

    opportunity_type_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "opportunity_type")],
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
    )
    found_on = fields.Date(
        default=fields.Date.context_today,
        copy=False,
        help="When somebody noticed that there is something to sell.",
    )
    provider_id = fields.Many2one(
        "res.users",
        "Provided By",
        domain=[("share", "=", False)],
        index="btree_not_null",
        ondelete="set null",
        help="The colleague who brought this opportunity.",
    )
    is_key_project = fields.Boolean(
        "Key Project", index="btree_not_null", tracking=True
    )
    need = fields.Text(
        "Customer's Need", help="What the customer wants to reach, in a few sentences."
    )

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | OPPORTUNITY_FACTS

    def _crm_change_ignored(self):
        return super()._crm_change_ignored() | OPPORTUNITY_FACTS

    def _merge_get_fields(self):
        return [
            *super()._merge_get_fields(),
            "opportunity_type_id",
            "found_on",
            "provider_id",
            "is_key_project",
            "need",
        ]
