from odoo import api, models


class CrmPoolRule(models.Model):
    """What of a rule is offered to whom: only administrators of a pool make rules."""

    _inherit = "crm.pool.rule"

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._crm_may_make())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if not self._crm_may_make():
            for action in ("create", "edit", "delete"):
                arch.set(action, "0")
            for field in arch.xpath("//field[@name='active' or @name='sequence']"):
                field.set("readonly", "1")
        return arch, view

    @api.model
    def _crm_may_make(self):
        """Return whether there is a pool that the user can make rules for (bool)."""
        user = self.env.user
        return user._crm_is_boss() or bool(user._crm_pool_ids("admin"))
