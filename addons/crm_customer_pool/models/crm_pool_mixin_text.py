from odoo import api, fields, models
from odoo.tools import format_date


class CrmPoolMixin(models.AbstractModel):
    """Why a record goes back to a pool, in words."""

    _inherit = "crm.pool.mixin"

    pool_deadline_reason = fields.Char(
        "Why It Returns", compute="_compute_pool_deadline_reason"
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends_context("lang", "tz")
    @api.depends(
        "pool_deadline", "pool_deadline_rule_id", "pool_clock", "pool_clock_at"
    )
    def _compute_pool_deadline_reason(self):
        for record in self:
            record.pool_deadline_reason = record._crm_deadline_text()

    def _crm_deadline_text(self, row=None):
        """Return when, where and why a record goes back, in words.

        :param Deadline row: a date that is not the stored one
        :return: the text (str), False without a date
        """
        self.ensure_one()
        # sudo: the owner learns the names of the pool and of the rule
        record = self.sudo()
        deadline = row.deadline if row else record.pool_deadline
        if not deadline:
            return False
        rule = (
            self.env["crm.pool.rule"].sudo().browse(row.rule_id)
            if row
            else record.pool_deadline_rule_id
        )
        today = rule.pool_id._crm_today() if rule.pool_id else deadline
        if deadline < today and not row:
            return self.env._(
                "Due since %(date)s: goes back to the pool %(pool)s at the next run, by"
                " the rule “%(rule)s”: %(why)s",
                pool=rule.pool_id.name,
                date=format_date(self.env, deadline),
                rule=rule.name,
                why=record._crm_clock_text(
                    rule, record.pool_clock, record.pool_clock_at, deadline
                ),
            )
        return self.env._(
            "Goes back to the pool %(pool)s on %(date)s by the rule “%(rule)s”:"
            " %(why)s",
            pool=rule.pool_id.name,
            date=format_date(self.env, deadline),
            rule=rule.name,
            why=record._crm_clock_text(
                rule,
                row.clock if row else record.pool_clock,
                row.clock_at if row else record.pool_clock_at,
                deadline,
            ),
        )

    def _crm_clock_text(self, rule, clock, clock_at, deadline):
        """Return what the clock of a record counts from, in words (str)."""
        since = format_date(self.env, clock_at)
        if clock == "extension":
            text = self.env._("extended by the follow-up of %s.", since)
        elif clock == "maximum":
            text = self.env._(
                "the maximum of %(days)s since %(since)s is reached.",
                days=rule._crm_days_text(rule.max_days),
                since=since,
            )
        elif clock == "contract":
            text = self.env._("the contract ended on %s, and no new deal since.", since)
        else:
            text = self._crm_trigger_text(rule, since)
            text = (
                self.env._("%s, when it was taken over.", text)
                if clock == "owner"
                else self.env._("%s.", text)
            )
        if rule.starts_on == deadline:
            text = " ".join(
                (
                    text,
                    self.env._(
                        "The rule takes nobody before %s.",
                        format_date(self.env, rule.starts_on),
                    ),
                )
            )
        return text

    @api.model
    def _crm_trigger_text(self, rule, since):
        """Return what has not happened (str), by the trigger of a rule.

        :param str since: a day, as the reader writes it
        """
        triggers = dict(rule._fields["trigger"]._description_selection(self.env))
        return {
            "no_followup": self.env._("no effective follow-up since %s", since),
            "no_opportunity": self.env._("no opportunity since %s", since),
            "no_deal": self.env._("no deal since %s", since),
            "contract_end": self.env._("no deal since %s", since),
        }.get(
            rule.trigger,
            # a trigger of another addon is told as it is called
            self.env._(
                "%(trigger)s since %(since)s",
                trigger=triggers[rule.trigger],
                since=since,
            ),
        )
