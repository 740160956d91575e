from odoo import fields, models


class CrmOwnerMove(models.Model):
    """The ledger says which rule gave a lead to somebody."""

    _inherit = "crm.owner.move"

    kind = fields.Selection(
        selection_add=[("rule", "Assigned by a Rule")],
        ondelete={"rule": lambda moves: moves._crm_forget_kind()},
    )
    assign_rule_id = fields.Many2one(
        "crm.lead.assign.rule",
        "Assignment Rule",
        index="btree_not_null",
        ondelete="set null",
    )
