from odoo import fields, models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    crm_is_advanced = fields.Boolean(
        "Advanced",
        help="Left out of the menu of people who chose the simple one. That is no lock:"
        " what is behind it stays as open or closed to them as it is.",
    )

    def _load_menus_blacklist(self):
        hidden = super()._load_menus_blacklist()
        if self.env.user.crm_menu_mode == "simple":
            # sudo: which menus there are is asked before the user is asked
            advanced = self.sudo().search([("crm_is_advanced", "=", True)])
            hidden = [*hidden, *advanced.ids]
        return hidden
