from odoo import fields, models


class CrmPoolLevelLimit(models.Model):
    """How many customers of one level a member of a pool may own."""

    _name = "crm.pool.level.limit"
    _description = "Customers per Level"
    _inherit = ["crm.scope.mixin"]
    _order = "pool_id, level_id, id"
    _rec_name = "level_id"

    pool_id = fields.Many2one("crm.pool", required=True, index=True, ondelete="cascade")
    level_id = fields.Many2one(
        "crm.dictionary",
        required=True,
        index=True,
        domain=[("kind", "=", "customer_level")],
        ondelete="restrict",
    )
    limit = fields.Integer("Customers per Member", required=True, default=20)

    _pool_level_uniq = models.UniqueIndex(
        "(pool_id, level_id)", "This level has a limit in this pool already."
    )
    _limit_positive = models.Constraint(
        'CHECK ("limit" > 0)', "The limit of a level is at least 1."
    )

    # limits are cached with what decides who is in which pool
    _crm_scope_fields = frozenset({"pool_id", "level_id", "limit"})
