from odoo import api, fields, models
from odoo.tools import SQL, format_date


class ResPartner(models.Model):
    """When a customer goes back to a pool, and why, for its owner to see."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.pool.mixin"]

    pool_deadline_reason = fields.Char(
        "Why It Returns", compute="_compute_pool_deadline_reason"
    )
    # the scan of the nightly run, and the lists sorted by the date
    _pool_deadline_idx = models.Index(
        "(pool_deadline, id) WHERE pool_deadline IS NOT NULL"
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends_context("lang", "tz")
    @api.depends(
        "pool_deadline", "pool_deadline_rule_id", "pool_clock", "pool_clock_at"
    )
    def _compute_pool_deadline_reason(self):
        for partner in self:
            partner.pool_deadline_reason = partner._crm_deadline_text()

    def _crm_deadline_text(self, row=None):
        """Return when, where and why a customer goes back, in words.

        :param Deadline row: a date that is not the stored one
        :return: the text (str), False without a date
        """
        self.ensure_one()
        # sudo: the owner learns the names of the pool and of the rule
        customer = self.sudo()
        deadline = row.deadline if row else customer.pool_deadline
        if not deadline:
            return False
        rule = (
            self.env["crm.pool.rule"].sudo().browse(row.rule_id)
            if row
            else customer.pool_deadline_rule_id
        )
        today = rule.pool_id._crm_today() if rule.pool_id else deadline
        if deadline < today and not row:
            return self.env._(
                "Due since %(date)s: goes back to the pool %(pool)s at the next run, by"
                " the rule “%(rule)s”: %(why)s",
                pool=rule.pool_id.name,
                date=format_date(self.env, deadline),
                rule=rule.name,
                why=customer._crm_clock_text(
                    rule, customer.pool_clock, customer.pool_clock_at, deadline
                ),
            )
        return self.env._(
            "Goes back to the pool %(pool)s on %(date)s by the rule “%(rule)s”:"
            " %(why)s",
            pool=rule.pool_id.name,
            date=format_date(self.env, deadline),
            rule=rule.name,
            why=customer._crm_clock_text(
                rule,
                row.clock if row else customer.pool_clock,
                row.clock_at if row else customer.pool_clock_at,
                deadline,
            ),
        )

    def _crm_clock_text(self, rule, clock, clock_at, deadline):
        """Return what the clock of a customer counts from, in words (str)."""
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
            text = {
                "no_followup": self.env._("no effective follow-up since %s", since),
                "no_opportunity": self.env._("no opportunity since %s", since),
                "no_deal": self.env._("no deal since %s", since),
                "contract_end": self.env._("no deal since %s", since),
            }[rule.trigger]
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

    # ------------------------------------------------------------
    # THE FORMULA
    # ------------------------------------------------------------

    @api.model
    def _crm_deadline_columns(self):
        columns = {
            name: SQL.identifier("record", column)
            for name, column in {
                "owner": "user_id",
                "company": "company_id",
                "level": "customer_level_id",
                "stage": "customer_stage_id",
                "type": "customer_type_id",
                "followup": "last_effective_followup_at",
                "opportunity": "last_opportunity_at",
                "deal": "last_deal_at",
                "contract": "crm_contract_end_at",
                "locked": "pool_locked_until",
            }.items()
        }
        return {
            **super()._crm_deadline_columns(),
            **columns,
            "candidate": SQL(
                "record.is_crm_customer AND record.active"
                " AND record.user_id IS NOT NULL AND record.pool_id IS NULL"
            ),
            # customers of days before the suite have no such date
            "owned": SQL("COALESCE(record.owner_since, record.create_date)"),
            "has_deal": SQL("record.last_deal_at IS NOT NULL"),
            "has_opportunity": SQL("COALESCE(record.crm_has_open_opportunity, false)"),
        }

    @api.model
    def _crm_deadline_depends(self):
        return [
            *super()._crm_deadline_depends(),
            "active",
            "company_id",
            "crm_contract_end_at",
            "crm_has_open_opportunity",
            "customer_level_id",
            "customer_stage_id",
            "customer_type_id",
            "is_crm_customer",
            "last_deal_at",
            "last_effective_followup_at",
            "last_opportunity_at",
            "owner_since",
            "pool_id",
            "pool_locked_until",
            "user_id",
        ]

    # ------------------------------------------------------------
    # ------------------------------------------------------------

    def _compute_pool_deadline(self):
        # contacts are asked about whenever their owner changes, and never have a date
        customers = self.filtered("is_crm_customer")
        result = super(ResPartner, customers)._compute_pool_deadline()
        (self - customers)._crm_forget_deadline()
        return result

    def _crm_forget_deadline(self):
        for partner in self:
            partner.pool_deadline = partner.pool_deadline_rule_id = False
            partner.pool_clock = partner.pool_clock_at = False
