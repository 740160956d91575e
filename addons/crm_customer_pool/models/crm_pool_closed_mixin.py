from odoo import models


class CrmPoolClosedMixin(models.AbstractModel):
    """Records that are not ended while they wait in a pool.

    Comes before the model itself, so that a refusal says first where the record is. For
    models with ``crm.pool.mixin``.
    """

    _name = "crm.pool.closed.mixin"
    _description = "Closed While in a Pool"

    # values that end a record, a dict by field: refused while it waits
    _crm_ending = {}

    def write(self, vals):
        if any(
            name in vals and (vals[name] or False) == end
            for name, end in self._crm_ending.items()
        ):
            self._crm_refuse_pooled()
        result = super().write(vals)
        if vals.get("active"):
            self._crm_check_restored()
        return result
