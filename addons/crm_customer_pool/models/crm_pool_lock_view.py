from odoo import api, models


class CrmPoolLock(models.Model):
    """The buttons above the list, for those who decide about locks of others."""

    _inherit = "crm.pool.lock"

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self.env["crm.pool.customer"]._crm_may_assign())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "list" and not self.env["crm.pool.customer"]._crm_may_assign():
            for header in arch.xpath("/list/header"):
                arch.remove(header)
        return arch, view
