from odoo import api, fields, models
from odoo.fields import Domain

# of each there is one in the calendar
PLACE = ("date", "company_id", "country_id")


class CrmCalendarDay(models.Model):
    """A day that is worked, or not worked, other than its weekday says.

    Holidays, and the Saturdays and Sundays that are worked in exchange (调休). A day
    holds for one company and its branches, for the companies of a country, or for all;
    the closest one decides. Companies without a country count as Chinese ones.
    """

    _name = "crm.calendar.day"
    _description = "Working Calendar: Exception"
    _order = "date desc, id desc"
    _crm_recycle = True

    name = fields.Char("Occasion", required=True, translate=True)
    date = fields.Date(required=True, index=True)
    kind = fields.Selection(
        [("holiday", "Day Off"), ("working", "Working Day")],
        required=True,
        default="holiday",
    )
    country_id = fields.Many2one(
        "res.country",
        index="btree_not_null",
        help="For the companies of this country. Companies without a country count as"
        " Chinese ones.",
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        ondelete="cascade",
        help="For this company and its branches alone; it outweighs the country's day.",
    )
    is_provisional = fields.Boolean(
        "Provisional",
        help="Reckoned before the official notice. Correct it, and add the working days"
        " in exchange, as soon as the notice is out.",
    )
    active = fields.Boolean(default=True)

    _place_uniq = models.UniqueIndex(
        "(date, COALESCE(company_id, 0), COALESCE(country_id, 0)) WHERE active",
        "This day is in the calendar already. Change that entry instead.",
    )
    _one_place = models.Constraint(
        "CHECK (company_id IS NULL OR country_id IS NULL)",
        "A day holds for a company or for a country: leave one of them empty.",
    )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("install_mode"):
            vals_list = [self._crm_beside(vals) for vals in vals_list]
        days = super().create(vals_list)
        days._crm_rebuild()
        return days

    def write(self, vals):
        before = self._crm_companies()
        result = super().write(vals)
        if not {"date", "kind", "country_id", "company_id", "active"}.isdisjoint(vals):
            self._crm_rebuild(before)
        return result

    def unlink(self):
        companies = self._crm_companies()
        result = super().unlink()
        self.browse()._crm_rebuild(companies)
        return result

    def _crm_after_restore(self):
        result = super()._crm_after_restore()
        self._crm_rebuild()
        return result

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_companies(self):
        """Return the companies (res.company) whose calendar these days belong to."""
        # sudo: a day of a country concerns companies that the boss may not have chosen
        Company = self.env["res.company"].sudo().with_context(active_test=False)
        days = self.sudo()
        general = days.filtered(lambda day: not day.company_id)
        if not general:
            return Company.search([("id", "child_of", days.company_id.ids)])
        if not all(day.country_id for day in general):
            return Company.search([])  # pylint: disable=no-search-all; it is for all
        domain = Domain("partner_id.country_id", "in", general.country_id.ids)
        if "CN" in general.country_id.mapped("code"):
            domain |= Domain("partner_id.country_id", "=", False)
        return Company.search(domain | Domain("id", "child_of", days.company_id.ids))

    @api.model
    def _crm_beside(self, vals):
        """Return the values of a day of ours, archived where somebody was faster.

        A release brings the days of a year that the boss may have entered before.
        """
        places = [(name, "=", vals.get(name, False)) for name in PLACE]
        return {**vals, "active": False} if self.search_count(places) else vals

    def _crm_rebuild(self, companies=None):
        """Bring the working days of the companies concerned up to date.

        :param companies: res.company records that are concerned besides
        """
        concerned = self._crm_companies() | (companies or self.env["res.company"])
        # sudo: working days are the system's
        Workday = self.env["crm.workday"].sudo()
        if self.env.context.get("install_mode"):
            # a file of days costs one rebuild, not one for each
            Workday._crm_rebuild_later()
        else:
            Workday._crm_rebuild(concerned)
