from odoo import api, fields, models


class CrmProductFaq(models.Model):
    """What customers ask about a product, and what one answers."""

    _name = "crm.product.faq"
    _description = "Product Question"
    _order = "product_tmpl_id, sequence, id"
    _rec_name = "question"
    _crm_recycle = True
    _crm_recycle_parents = ("product_tmpl_id",)

    product_tmpl_id = fields.Many2one(
        "product.template", "Product", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    question = fields.Char(required=True, translate=True)
    answer = fields.Text(required=True, translate=True)
    company_id = fields.Many2one(related="product_tmpl_id.company_id")
    active = fields.Boolean(default=True)

    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create(vals_list)
        questions._crm_check_not_in_review()
        return questions

    def write(self, vals):
        self._crm_check_not_in_review()
        result = super().write(vals)
        if "product_tmpl_id" in vals:
            self._crm_check_not_in_review()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_review(self):
        self._crm_check_not_in_review()

    def _crm_check_not_in_review(self):
        """Refuse to change what belongs to a product that is being reviewed."""
        if not self.env.su:
            self.product_tmpl_id._crm_check_not_in_review()
