from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.tools import babel_locale_parse, get_lang

from ..tools.lunar import lunar_day_of, lunar_name
from .res_partner import LUNAR_DAY


class ResPartner(models.Model):
    _inherit = "res.partner"

    birthday_text = fields.Char(
        "Birthday in Both Calendars",
        compute="_compute_birthday_text",
        help="The lunar day is reckoned from the solar birthday where none is entered.",
    )
    birthday_calendar = fields.Selection(
        [("solar", "Solar"), ("lunar", "Lunar")],
        "Celebrated By",
        compute="_compute_birthday_calendar",
        help="Whoever has a lunar birthday celebrates it by the lunar calendar.",
    )
    birthday_age = fields.Integer(
        "Turns",
        compute="_compute_birthday_age",
        help="The age at the next birthday, where the year of birth is known.",
    )

    @api.depends_context("lang")
    @api.depends("birthday", "birthday_lunar", "birthday_lunar_leap")
    def _compute_birthday_text(self):
        locale = babel_locale_parse(get_lang(self.env).code)
        for partner in self:
            parts = []
            lunar, is_leap = partner.birthday_lunar, partner.birthday_lunar_leap
            if partner.birthday:
                parts.append(format_skeleton("MMMd", partner.birthday, locale=locale))
                if not lunar:
                    lunar, is_leap = lunar_day_of(partner.birthday)
            if lunar and LUNAR_DAY.match(lunar):
                parts.append(
                    self.env._("lunar %(day)s", day=lunar_name(lunar, is_leap))
                )
            partner.birthday_text = " · ".join(parts)

    @api.depends("birthday", "birthday_lunar")
    def _compute_birthday_calendar(self):
        for partner in self:
            partner.birthday_calendar = (
                "lunar" if partner.birthday_lunar else partner.birthday and "solar"
            )

    @api.depends("birthday", "birthday_next")
    def _compute_birthday_age(self):
        for partner in self:
            born, coming = partner.birthday, partner.birthday_next
            partner.birthday_age = coming.year - born.year if born and coming else 0
