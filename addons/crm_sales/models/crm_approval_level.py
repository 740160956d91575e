from odoo import api, models


class CrmApprovalLevel(models.Model):
    """Who approves discounts without a rule: the nearest one who may give them."""

    _inherit = "crm.approval.level"

    @api.model
    def _crm_turns_without_rule(self, document, facts):
        if document._name != "sale.order":
            return super()._crm_turns_without_rule(document, facts)
        return [
            self._crm_make_turn(
                facts,
                self.env._("Discount"),
                document._crm_discount_allowers(),
                self.env._("May give these discounts alone"),
            )
        ]
