from odoo import api, models


class CrmScopeMixin(models.AbstractModel):
    """Records that decide who sees what: a change is felt at once, on every worker."""

    _name = "crm.scope.mixin"
    _description = "Decides Who Sees What"

    # fields whose change changes somebody's sight
    _crm_scope_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env["res.users"]._crm_clear_scope()
        return records

    def write(self, vals):
        result = super().write(vals)
        if self._crm_scope_fields.intersection(vals):
            self.env["res.users"]._crm_clear_scope()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["res.users"]._crm_clear_scope()
        return result
