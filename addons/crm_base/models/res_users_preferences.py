from odoo import api, fields, models
from odoo.exceptions import UserError

PREFERENCES = ["crm_home", "crm_page_size", "crm_menu_mode"]


class ResUsers(models.Model):
    """What everybody arranges for oneself: where one starts, how much one sees."""

    _inherit = "res.users"

    crm_home = fields.Selection(
        "_selection_crm_home",
        "Home Page",
        compute="_compute_crm_home",
        inverse="_inverse_crm_home",
        help="The page that opens after logging in.",
    )
    crm_page_size = fields.Selection(
        [("20", "20"), ("40", "40"), ("80", "80"), ("120", "120"), ("200", "200")],
        "Rows per Page",
        default="80",
        required=True,
        help="So many records a page of a list shows. Fewer open faster on a phone.",
    )
    crm_menu_mode = fields.Selection(
        [("advanced", "Advanced"), ("simple", "Simple")],
        "Menu",
        default="advanced",
        required=True,
        help="The simple menu leaves out statistics, logs and settings. You may do what"
        " you may do in either.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + PREFERENCES

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + PREFERENCES

    @api.model
    def _crm_home_pages(self):
        """Hook: return a dict of code to name and external id of an action.

        Home pages that everybody may choose. Call ``super()`` and add those of your
        addon.
        """
        return {
            "my_customers": (
                self.env._("My Customers"),
                "crm_base.res_partner_my_customer_action",
            ),
            "customers": (
                self.env._("All Customers"),
                "crm_base.res_partner_customer_action",
            ),
            "followups_today": (
                self.env._("To Do Today"),
                "crm_base.crm_followup_action_today",
            ),
            "followup_calendar": (
                self.env._("Calendar"),
                "crm_base.crm_followup_action_calendar",
            ),
        }

    @api.model
    def _selection_crm_home(self):
        return [(code, name) for code, (name, _id) in self._crm_home_pages().items()]

    @api.depends("action_id")
    def _compute_crm_home(self):
        codes = {
            self.env.ref(xml_id).id: code
            for code, (_name, xml_id) in self._crm_home_pages().items()
        }
        for user in self:
            # sudo: actions are not readable for everybody
            user.crm_home = codes.get(user.sudo().action_id.id)

    def _inverse_crm_home(self):
        pages = self._crm_home_pages()
        for user in self:
            if user.crm_home and user.crm_home not in pages:
                raise UserError(
                    self.env._(
                        "There is no home page %(code)s. Choose one of: %(codes)s.",
                        code=user.crm_home,
                        codes=", ".join(pages),
                    )
                )
            page = pages.get(user.crm_home)
            # sudo: as above; whoever may write the user has come this far
            user.sudo().action_id = self.env.ref(page[1]).id if page else False

    def write(self, vals):
        done = super().write(vals)
        if "crm_menu_mode" in vals:
            # menus are cached for each person
            self.env.registry.clear_cache()
        return done
