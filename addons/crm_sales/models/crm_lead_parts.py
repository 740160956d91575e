from odoo import models


class CrmLead(models.Model):
    """What hangs on opportunities goes along when they are merged."""

    _inherit = "crm.lead"

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        for name in self._crm_part_models():
            # sudo: whoever may merge opportunities moves what hangs on them
            parts = self.env[name].sudo()
            parts.search([("lead_id", "in", opportunities.ids)])._crm_move_to(self)
        return result

    def _crm_part_models(self):
        """Return the names (list of str) of the models that hang on opportunities."""
        mixin = self.env.registry["crm.lead.part.mixin"]
        return sorted(
            name
            for name, model in self.env.registry.items()
            if issubclass(model, mixin) and not model._abstract
        )
