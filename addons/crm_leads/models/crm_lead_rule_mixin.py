from odoo import api, models


class CrmLeadRuleMixin(models.AbstractModel):
    """Rules about leads, whose engine acts on every change of any of them."""

    _name = "crm.lead.rule.mixin"
    _description = "Rule about Leads"
    # what does not change which leads a rule takes, and what becomes of them
    _crm_harmless = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._crm_rules_changed()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys() <= self._crm_harmless:
            self._crm_rules_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self._crm_rules_changed()
        return result

    def _crm_after_restore(self):
        result = super()._crm_after_restore()
        self._crm_rules_changed()
        return result

    @api.model
    def _crm_rules_changed(self):
        """Hook: let the engine know; every worker forgets the rules that it holds."""
        self.env.registry.clear_cache("stable")
