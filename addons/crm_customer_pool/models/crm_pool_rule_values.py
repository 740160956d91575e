from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

# what a rule is about, each a list of values with a kind of its own
LISTS = {
    "level_ids": "customer_level",
    "stage_ids": "customer_stage",
    "type_ids": "customer_type",
}
# what a rule says, beside the pool that it is one of
PLAIN = (
    "trigger",
    "days",
    "working_days",
    "grace_days",
    "extend_days",
    "max_days",
    "exempt_deal",
    "exempt_open_opportunity",
)
VALUES = ("pool_id", *PLAIN, "starts_on", *LISTS)


class CrmPoolRuleValues(models.AbstractModel):
    """What a recycling rule says: of a rule, and of one that is only tried out.

    Models that inherit this declare ``pool_id``, ``level_ids``, ``stage_ids`` and
    ``type_ids``, each with a table of its own.
    """

    _name = "crm.pool.rule.values"
    _description = "Values of a Recycling Rule"

    trigger = fields.Selection(
        [
            ("no_followup", "No effective follow-up"),
            ("no_opportunity", "No opportunity"),
            ("no_deal", "No deal"),
            ("contract_end", "Contract ended, no new deal"),
        ],
        required=True,
        default="no_followup",
    )
    days = fields.Integer(
        "Number of Days",
        required=True,
        default=30,
        help="The customer goes back when so many days have passed.",
    )
    working_days = fields.Boolean(
        help="All numbers of this rule are working days of the owner's company, public"
        " holidays left out. The owner's own leave never counts, either way.",
    )
    grace_days = fields.Integer(
        "Grace for New Owners",
        help="The clock of a new owner starts so many days after taking over.",
    )
    extend_days = fields.Integer(
        "Extension per Follow-up",
        help="Each effective follow-up moves the date to at least so many days after"
        " it, and does not start the whole time anew. 0: a follow-up starts the time of"
        " a follow-up rule anew, and means nothing to the other rules.",
    )
    max_days = fields.Integer(
        "At Most",
        help="However often the date is moved, the customer goes back so many days"
        " after it was taken over (for the other rules: after the opportunity, the deal"
        " or the end of the contract, if that was later). 0: no maximum.",
    )
    exempt_deal = fields.Boolean(
        "Not if There Ever Was a Deal", help="Customers with a deal are left alone."
    )
    exempt_open_opportunity = fields.Boolean(
        "Not with an Open Opportunity",
        help="Customers with an open opportunity are left alone.",
    )
    starts_on = fields.Date(
        "Takes Nobody Before",
        help="Grace for those already due: nobody goes back by this rule before this"
        " day. Empty: those already due go back at the next run.",
    )
    summary = fields.Text("In Words", compute="_compute_summary")

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("level_ids", "stage_ids", "type_ids")
    def _check_kinds(self):
        for rule in self:
            for name, kind in rule._crm_value_kinds().items():
                if any(value.kind != kind for value in rule[name]):
                    raise ValidationError(
                        self.env._(
                            "%(rule)s: choose values of the right list.",
                            rule=rule.name,
                        )
                    )

    def _crm_value_kinds(self):
        """Return of which list the values are, a dict of field to kind."""
        # sudo: what the pool is, whoever sets up the rule
        _column, level = self.pool_id.sudo()._crm_held()._crm_level
        return {**LISTS, "level_ids": level}

    # ------------------------------------------------------------
    # IN WORDS
    # ------------------------------------------------------------

    @api.depends_context("lang")
    @api.depends(*VALUES)
    def _compute_summary(self):
        for rule in self:
            rule.summary = "\n".join(rule._crm_sentences())

    def _crm_sentences(self):
        """Return what the rule does, in words of the reader (list of str)."""
        self.ensure_one()
        trigger = self.trigger or "no_followup"
        days = self._crm_days_text(self.days)
        texts = self._crm_trigger_texts(days)
        # a trigger of another addon is told as it is called
        triggers = dict(self._fields["trigger"]._description_selection(self.env))
        what = texts.get(trigger) or self.env._(
            "%(trigger)s for %(days)s", trigger=triggers[trigger], days=days
        )
        sentences = [
            self.env._(
                "Goes back to %(pool)s: %(what)s.",
                # sudo: who reads a rule of a pool knows the name of the pool
                pool=self.pool_id.sudo().name or self.env._("the pool"),
                what=what,
            )
        ]
        for label, values in self._crm_chosen_values():
            if values:
                sentences.append(
                    self.env._(
                        "%(label)s: only %(values)s.",
                        label=label,
                        values=" / ".join(value.name or "" for value in values),
                    )
                )
        return [*sentences, *self._crm_time_sentences()]

    def _crm_trigger_texts(self, days):
        """Return what each trigger means (dict of str).

        :param str days: the days of this rule, in words
        """
        return {
            "no_followup": self.env._("no effective follow-up for %s", days),
            "no_opportunity": self.env._("no new opportunity for %s", days),
            "no_deal": self.env._("no deal for %s", days),
            "contract_end": self.env._(
                "%s after the last contract ended, without a new deal", days
            ),
        }

    def _crm_chosen_values(self):
        """Return which records the rule is about, a list of (label, values)."""
        # sudo: what the pool is, whoever reads the rule
        held = self.pool_id.sudo()._crm_held()
        level = held._fields[held._crm_level[0]]._description_string(self.env)
        return [
            (level, self.level_ids),
            (self.env._("Stage"), self.stage_ids),
            (self.env._("Type"), self.type_ids),
        ]

    def _crm_time_sentences(self):
        """Return how the date moves and who is exempt, in words (list of str)."""
        days = self._crm_days_text
        sentences = []
        if self.grace_days:
            sentences.append(
                self.env._(
                    "The clock of a new owner starts after %s.", days(self.grace_days)
                )
            )
        if self.extend_days:
            sentences.append(
                self.env._(
                    "Each effective follow-up moves the date to at least %s later.",
                    days(self.extend_days),
                )
            )
        if self.max_days:
            sentences.append(
                self.env._("Never more than %s altogether.", days(self.max_days))
                if self.trigger != "no_followup"
                else self.env._(
                    "Never more than %s after taking over.", days(self.max_days)
                )
            )
        if self.exempt_deal:
            sentences.append(self.env._("Customers with a deal are exempt."))
        if self.exempt_open_opportunity:
            sentences.append(
                self.env._("Customers with an open opportunity are exempt.")
            )
        # sudo: what the pool is, whoever reads the rule
        if self.pool_id.sudo().holds in ("customer", False):
            sentences.append(self.env._("Locked customers stay until the lock ends."))
        if self.starts_on:
            sentences.append(
                self.env._(
                    "Nobody goes back before %s.",
                    format_date(self.env, self.starts_on),
                )
            )
        return sentences

    def _crm_days_text(self, count):
        """Return a number of days of this rule in words (str)."""
        if self.working_days:
            return self.env._("%s working days", count)
        return self.env._("%s days", count)

    def _crm_tried(self, rule_id=0, sequence=0):
        """Return the values (dict) of a rule as the formula takes them, unsaved.

        :param int rule_id: the rule that they are about to become, 0 for a new one
        :param int sequence: its place among the rules of the pool
        """
        self.ensure_one()
        return {
            "id": rule_id,
            "sequence": sequence,
            "pool_id": self.pool_id._origin.id,
            "starts_on": fields.Date.to_string(self.starts_on) or None,
            **{name: self[name] for name in PLAIN},
            **{name: self[name]._origin.ids or None for name in LISTS},
        }
