from odoo import api, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """Customers that a pool takes back soon: what is said of them."""

    _inherit = "res.partner"

    _crm_warning_kind = "pool_warning"
    _crm_lost_soon = (
        "crm_customer_pool.res_partner_lost_soon_action",
        "crm_customer_pool.res_partner_lost_soon_action_team",
    )

    @api.model
    def _crm_lost_soon_texts(self):
        return {
            "list": self.env._("Will Be Lost Soon"),
            "keep": self.env._("Keep this customer"),
            "own": self.env._(
                "%(count)s customers of yours go back into a pool: %(names)s"
            ),
            "team": self.env._(
                "%(count)s customers of your people go back into a pool: %(names)s"
            ),
        }

    def _crm_lost_soon_chosen(self):
        customers = self.filtered("is_crm_customer")
        if not customers:
            raise UserError(self.env._("Choose at least one customer."))
        return customers
