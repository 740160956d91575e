from odoo import api, fields, models

WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


class ResCompany(models.Model):
    """Which weekdays a company works, and how absences are confirmed."""

    _inherit = "res.company"

    crm_works_monday = fields.Boolean("Monday", default=True)
    crm_works_tuesday = fields.Boolean("Tuesday", default=True)
    crm_works_wednesday = fields.Boolean("Wednesday", default=True)
    crm_works_thursday = fields.Boolean("Thursday", default=True)
    crm_works_friday = fields.Boolean("Friday", default=True)
    crm_works_saturday = fields.Boolean("Saturday")
    crm_works_sunday = fields.Boolean("Sunday")
    crm_absence_auto_confirm = fields.Boolean(
        "Absences Hold at Once",
        help="Without this, absences hold when a superior has confirmed them.",
    )

    _crm_works_some_day = models.Constraint(
        "CHECK (crm_works_monday OR crm_works_tuesday OR crm_works_wednesday OR"
        " crm_works_thursday OR crm_works_friday OR crm_works_saturday OR"
        " crm_works_sunday)",
        "A company works on one weekday at least.",
    )

    @api.model
    def _crm_weekday_fields(self):
        """Return the names of the fields of the weekdays, from Monday on (list)."""
        return [f"crm_works_{day}" for day in WEEKDAYS]

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        # sudo: working days are the system's
        self.env["crm.workday"].sudo()._crm_rebuild(companies)
        return companies

    def write(self, vals):
        result = super().write(vals)
        if not {"partner_id", *self._crm_weekday_fields()}.isdisjoint(vals):
            # sudo: as above
            self.env["crm.workday"].sudo()._crm_rebuild(self)
        return result
