from odoo import api, models
from odoo.exceptions import AccessError


class CrmSealedMixin(models.AbstractModel):
    """Records that only methods of the suite make and change, every field of them."""

    _name = "crm.sealed.mixin"
    _description = "Written by Methods Only"
    _inherit = ["crm.workflow.mixin"]

    def _crm_workflow_fields(self):
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.store and name not in models.MAGIC_COLUMNS
        )

    @api.model_create_multi
    def create(self, vals_list):
        if not self._crm_in_workflow():
            raise AccessError(self._crm_sealed_message())
        return super().create(vals_list)

    def _crm_sealed_message(self):
        """Hook: return the text (str) that refuses to create records directly."""
        return self.env._(
            "%(log)s is written by the system only.",
            log=self._crm_log_name(),
        )

    def _crm_log_name(self):
        # sudo: what a model is called is no secret
        return self.env["ir.model"].sudo()._get(self._name).name
