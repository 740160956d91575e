import json
import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, ormcache

from .crm_pool_rule_values import LISTS, VALUES

WARN_DAYS = re.compile(r"^[1-9][0-9]{0,2}( *, *[1-9][0-9]{0,2})*$")
# nobody plans farther ahead, and dates stay dates
MOST_DAYS = 3650


def _values(name, string, help_text):
    """Return a field of the values that a rule is about, with a table of its own."""
    return fields.Many2many(
        "crm.dictionary",
        f"crm_pool_rule_{name}_rel",
        "rule_id",
        "value_id",
        string,
        domain=[("kind", "=", LISTS[f"{name}_ids"])],
        ondelete="restrict",
        help=help_text,
    )


class CrmPoolRule(models.Model):
    """One way by which a pool takes customers of its members back.

    The date of a customer is a function of facts and rules alone: ownership,
    follow-ups, opportunities, deals, contracts, lock. It does not depend on when it is
    asked, so a rule that is switched off and on again gives back the very dates it gave
    before.

    Which rules concern a customer: those of the pools that its owner is a member of and
    that take in its company, if level, stage and type fit and nothing exempts it. Of
    their dates the earliest counts; of rules with the same date the one of the pool,
    then the rule, that comes first in its list.
    """

    _name = "crm.pool.rule"
    _inherit = ["crm.pool.rule.values"]
    _description = "Recycling Rule"
    _order = "pool_id, sequence, id"
    _crm_recycle = True

    pool_id = fields.Many2one("crm.pool", required=True, ondelete="cascade", index=True)
    holds = fields.Selection(related="pool_id.holds")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    active = fields.Boolean(
        default=True,
        help="Switch a rule off to stop it. Switched on again, it gives every customer"
        " the date it had before: dates follow from what happened.",
    )
    level_ids = _values(
        "level", "Levels", "Only customers of these levels. Empty: of any level."
    )
    stage_ids = _values(
        "stage", "Stages", "Only customers at these stages. Empty: at any stage."
    )
    type_ids = _values(
        "type", "Types", "Only customers of these types. Empty: of any type."
    )
    warn_days = fields.Char(
        "Warnings",
        default="7,3,1",
        help="Days before the date on which the owner is warned, such as 7,3,1.",
    )
    customer_count = fields.Integer("Customers", compute="_compute_customer_count")

    _days_range = models.Constraint(
        f"CHECK (days BETWEEN 1 AND {MOST_DAYS}"
        f" AND grace_days BETWEEN 0 AND {MOST_DAYS}"
        f" AND extend_days BETWEEN 0 AND {MOST_DAYS}"
        f" AND max_days BETWEEN 0 AND {MOST_DAYS})",
        "The days of a rule lie between 1 and 3650; grace, extension and maximum may"
        " be 0.",
    )
    _max_days_check = models.Constraint(
        "CHECK (COALESCE(max_days, 0) = 0"
        " OR max_days >= days + COALESCE(grace_days, 0))",
        "The maximum of a rule cannot be shorter than its days and the grace together.",
    )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("warn_days")
    def _check_warn_days(self):
        for rule in self:
            if rule.warn_days and not WARN_DAYS.match(rule.warn_days.strip()):
                raise ValidationError(
                    self.env._(
                        "Warnings are days before the date, separated by commas, such"
                        " as 7,3,1."
                    )
                )

    @api.constrains("trigger", "pool_id")
    def _check_trigger(self):
        triggers = self.env["crm.pool"]._crm_triggers()
        for rule in self:
            # sudo: what the pool is, whoever sets up the rule
            pool = rule.pool_id.sudo()
            if rule.trigger not in triggers[pool.holds]:
                raise ValidationError(
                    self.env._(
                        "%(rule)s: choose a trigger that fits what the pool %(pool)s"
                        " holds.",
                        rule=rule.name,
                        pool=pool.name,
                    )
                )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    def _compute_customer_count(self):
        counts = {}
        for holds, rules in self.grouped(lambda rule: rule.pool_id.holds).items():
            if holds:
                # sudo: how many records a rule concerns, whoever owns them
                counts |= dict(
                    rules.pool_id[0]
                    ._crm_held()
                    .sudo()
                    ._read_group(
                        [("pool_deadline_rule_id", "in", rules.ids)],
                        ["pool_deadline_rule_id"],
                        ["__count"],
                    )
                )
        for rule in self:
            rule.customer_count = counts.get(rule._origin, 0)

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._crm_changed(rules.pool_id)
        return rules

    def write(self, vals):
        pools = self.pool_id
        result = super().write(vals)
        if "pool_id" in vals:
            # nobody puts a rule into a pool of somebody else
            self.check_access("write")
        if vals.keys() & self._crm_deciding_fields():
            self._crm_changed(pools | self.pool_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: moves out of the reader's scope name the rule as well
        if (
            self.env["crm.owner.move"]
            .sudo()
            .search_count([("rule_id", "in", self.ids)], limit=1)
        ):
            raise UserError(
                self.env._(
                    "Customers went back by this rule, and the ledger names it. Switch"
                    " the rule off instead."
                )
            )

    def unlink(self):
        pools = self.pool_id
        result = super().unlink()
        self._crm_changed(pools)
        return result

    def _crm_after_restore(self):
        result = super()._crm_after_restore()
        self._crm_changed(self.pool_id)
        return result

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_customers(self):
        """Open the customers that this rule gives a date; return the action (dict)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.res_partner_customer_action"
        )
        action["domain"] = [("pool_deadline_rule_id", "=", self.id)]
        action["context"] = {}
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_deciding_fields(self):
        """Return the names (set of str) of the fields that dates follow from."""
        return {"active", "sequence", *VALUES}

    @api.model
    def _crm_changed(self, pools):
        """Bring the dates of customers in line with changed rules of some pools."""
        self.env.registry.clear_cache("stable")
        # sudo: the customers concerned are those of all members
        self.env["crm.pool.run"].sudo()._crm_request_refresh(pools)

    def _crm_retire(self, trigger):
        """Switch rules off whose trigger leaves with its addon; the ledger names them.

        :param str trigger: what they are kept under
        """
        # sudo: uninstallation
        self.sudo().flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_pool_rule SET trigger = %s, active = FALSE WHERE id IN %s",
                trigger,
                tuple(self.ids) or (0,),
            )
        )
        self.invalidate_recordset()

    @api.model
    @ormcache("holds", cache="stable")
    def _crm_any(self, holds=None):
        """Return whether any rule is in force (bool).

        :param str holds: of pools of one kind alone
        """
        kind = [("pool_id.holds", "=", holds)] if holds else []
        return bool(
            # sudo: rules of pools that the user has nothing to do with
            self.sudo().search_count([("pool_id.active", "=", True), *kind], limit=1)
        )

    @api.model
    def _crm_rules_sql(self, tried=None):
        """Return the SQL of the rules in force, as dates are reckoned from them.

        :param list[dict] tried: rules that are not saved, as ``_crm_tried()`` returns
            them; each stands in for the saved rule with its id
        """
        self.env["crm.pool"].flush_model()
        self.flush_model()
        values = [
            SQL(
                "(SELECT array_agg(rel.value_id) FROM %s rel WHERE rel.rule_id ="
                " rule.id) AS %s",
                SQL.identifier(self._fields[name].relation),
                SQL.identifier(name),
            )
            for name in LISTS
        ]
        saved = SQL(
            """
            SELECT rule.id, rule.pool_id, rule.sequence, rule.trigger, rule.days,
                   COALESCE(rule.working_days, false) AS working_days,
                   COALESCE(rule.grace_days, 0) AS grace_days,
                   COALESCE(rule.extend_days, 0) AS extend_days,
                   COALESCE(rule.max_days, 0) AS max_days,
                   COALESCE(rule.exempt_deal, false) AS exempt_deal,
                   COALESCE(rule.exempt_open_opportunity, false)
                   AS exempt_open_opportunity,
                   rule.starts_on, %s
              FROM crm_pool_rule rule
             WHERE rule.active AND rule.id NOT IN %s
            """,
            SQL(", ").join(values),
            tuple(values["id"] for values in tried or ()) or (0,),
        )
        if not tried:
            return saved
        return SQL(
            """
            %s UNION ALL
            SELECT * FROM jsonb_to_recordset(%s::jsonb) AS tried(
                   id int, pool_id int, sequence int, trigger varchar, days int,
                   working_days boolean, grace_days int, extend_days int, max_days int,
                   exempt_deal boolean, exempt_open_opportunity boolean,
                   starts_on date, level_ids int[], stage_ids int[], type_ids int[])
            """,
            saved,
            json.dumps(tried),
        )
