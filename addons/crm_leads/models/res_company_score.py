from odoo import fields, models

GRADES = ("crm_grade_a", "crm_grade_b", "crm_grade_c")


class ResCompany(models.Model):
    """Where the grades of leads begin."""

    _inherit = "res.company"

    crm_grade_a = fields.Integer("Grade A from (points)", required=True, default=80)
    crm_grade_b = fields.Integer("Grade B from (points)", required=True, default=50)
    crm_grade_c = fields.Integer("Grade C from (points)", required=True, default=20)

    _crm_grades_descend = models.Constraint(
        "CHECK (crm_grade_a > crm_grade_b AND crm_grade_b > crm_grade_c)",
        "Grade A has to begin above grade B, and B above C.",
    )

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(GRADES):
            self.env["crm.lead.score.run"]._crm_request()
        return result
