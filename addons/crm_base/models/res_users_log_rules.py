from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


class ResUsers(models.Model):
    """Who reads which log."""

    _inherit = "res.users"

    def _crm_change_rule(self):
        """Return the record rule of the change log.

        The boss reads everything; whoever leads people what happened to the customers
        that these people are in charge of.
        """
        owned = self._crm_owner_domain("write")
        if owned.is_true():
            return owned

        def to_sql(model, alias, query):
            # sudo: the domain is that of the customers in charge
            partners = model.env["res.partner"].sudo().with_context(active_test=False)
            return SQL(
                "%s IN (%s)",
                model._field_to_sql(alias, "customer_res_id", query),
                partners._search(
                    owned & Domain("is_crm_customer", "=", True)
                ).subselect(),
            )

        def is_in_charge(log):
            # sudo: as above
            customer = log.env["res.partner"].sudo().browse(log.customer_res_id)
            return bool(customer.exists().filtered_domain(owned))

        return Domain.custom(to_sql=to_sql, predicate=is_in_charge)

    def _crm_login_rule(self):
        """Return the record rule of the login log.

        The boss and administrators read everything, everybody else the own log-ins.
        """
        if self._crm_is_boss() or self._crm_has_group("base.group_system"):
            return Domain.TRUE
        return Domain("user_id", "=", self.id)
