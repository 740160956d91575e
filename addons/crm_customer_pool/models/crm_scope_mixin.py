from odoo import api, models

TEAMS = ("crm.team", "crm.team.member")


class CrmScopeMixin(models.AbstractModel):
    """Whoever joins or leaves a team becomes, or ceases to be, a member of pools."""

    _inherit = "crm.scope.mixin"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._crm_pool_members_changed()
        return records

    def write(self, vals):
        result = super().write(vals)
        if self._crm_scope_fields.intersection(vals):
            self._crm_pool_members_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self._crm_pool_members_changed()
        return result

    def _crm_pool_members_changed(self):
        """Bring the dates of customers in line, once for all changes of a request."""
        if self._name not in TEAMS or not self.env["crm.pool.rule"]._crm_any():
            return
        waiting = self.env.cr.precommit.data
        if waiting.get(self._crm_pool_members_changed.__name__):
            return
        waiting[self._crm_pool_members_changed.__name__] = True
        # sudo: dates of customers of everybody in those teams
        run = self.env["crm.pool.run"].sudo()
        self.env.cr.precommit.add(run._crm_request_refresh)
