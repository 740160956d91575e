from odoo import fields, models


class CrmPoolBatchRow(models.Model):
    """What a batch left as it was, and why. The others are in the ledger."""

    _name = "crm.pool.batch.row"
    _description = "Refusal of a Batch"
    _order = "id"

    batch_id = fields.Many2one(
        "crm.pool.batch", required=True, index=True, ondelete="cascade", readonly=True
    )
    res_id = fields.Integer("Record ID", readonly=True)
    name = fields.Char(readonly=True)
    reason = fields.Char("Why Not", required=True, readonly=True)
