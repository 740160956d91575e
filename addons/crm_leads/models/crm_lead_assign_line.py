from odoo import api, fields, models
from odoo.exceptions import ValidationError

# whose turn it is: only the engine writes it
POSITION = frozenset({"lag", "last_at", "given_count"})


class CrmLeadAssignLine(models.Model):
    """One of the people of an assignment rule, and how far the turns are."""

    _name = "crm.lead.assign.line"
    _description = "Person of an Assignment Rule"
    _inherit = ["crm.workflow.mixin"]
    _order = "sequence, id"
    _rec_name = "user_id"

    rule_id = fields.Many2one(
        "crm.lead.assign.rule", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        index=True,
        ondelete="cascade",
        domain=lambda self: self._domain_user_id(),
    )
    weight = fields.Integer(
        "Relative Share", default=1, required=True, help="2 gets twice as many as 1."
    )
    lag = fields.Float(
        "Turns Owed",
        readonly=True,
        copy=False,
        aggregator=None,
        help="How far the person is behind the exact share, in leads.",
    )
    last_at = fields.Datetime("Last Given On", readonly=True, copy=False)
    given_count = fields.Integer("Given So Far", readonly=True, copy=False)

    _user_uniq = models.UniqueIndex(
        "(rule_id, user_id)", "Each person stands once in a rule."
    )
    _weight_limit = models.Constraint(
        "CHECK (weight BETWEEN 1 AND 1000)", "A share is a number from 1 to 1000."
    )

    @api.model
    def _domain_user_id(self):
        return [("id", "in", self.env.user._crm_scope("write").ids)]

    @api.constrains("user_id", "rule_id")
    def _check_scope(self):
        """Nobody gives leads to people whom the responsible person does not lead."""
        for rule, lines in self.grouped("rule_id").items():
            strangers = lines.user_id - rule.user_id._crm_scope("write")
            # who has left the team since is passed over, and may stay in the list
            if strangers and rule.recipient_kind == "people":
                raise ValidationError(
                    self.env._(
                        "%(people)s are not led by %(user)s, who is responsible for the"
                        " rule “%(rule)s”.",
                        # sudo: the names of colleagues
                        people=", ".join(strangers.sudo().mapped("name")),
                        user=rule.user_id.name,
                        rule=rule.name,
                    )
                )

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | POSITION
