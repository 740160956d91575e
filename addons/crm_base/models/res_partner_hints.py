from markupsafe import Markup

from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def get_empty_list_help(self, help_message):
        """Return the hint of an empty list (str), for customers with what to do next.

        :param str help_message: the hint of the action, HTML
        """
        found = super().get_empty_list_help(help_message)
        if not self.env.context.get("default_is_crm_customer"):
            return found
        hint = Markup("<p>%s</p>") % self._crm_start_hint()
        # the hint of the action is HTML as it is, this one was escaped
        return f"{found or ''}{hint}"

    @api.model
    def _crm_start_hint(self):
        """Return what a person of this role does first (str)."""
        user = self.env.user
        if user.has_group("crm_base.group_boss"):
            return self.env._(
                "To set up the company: teams and their leaders under Configuration →"
                " Organisation, then choice lists and territories, then the customers"
                " from a spreadsheet."
            )
        if user.has_group("crm_base.group_manager"):
            return self.env._(
                "As a manager, look at the customers of your team under All Customers,"
                " and give customers to your people with Transfer."
            )
        if user.has_group("crm_base.group_assistant"):
            return self.env._(
                "As an assistant, you read the customers of whom you assist under All"
                " Customers, and prepare their visits."
            )
        return self.env._(
            "New here? Guided First Steps, in the menu behind your name, lead you"
            " through the first customer and the first follow-up."
        )
