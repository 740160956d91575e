"""Customers with facts of their own, for tests of the recycling rules."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import fields

from . import rule_oracle as oracle
from .common import PoolCase

FACTS = {
    "followup": "last_effective_followup_at",
    "opportunity": "last_opportunity_at",
    "deal": "last_deal_at",
    "locked_until": "pool_locked_until",
    "owned": "owner_since",
}


class RuleCase(PoolCase):
    """Pools with rules, and customers whose facts are set by the system."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
        search = cls.env["crm.dictionary"].search
        cls.levels = search([("kind", "=", "customer_level")])
        cls.stages = search([("kind", "=", "customer_stage")])
        cls.types = search([("kind", "=", "customer_type")])

    @classmethod
    def _ago(cls, days):
        """Return the day so many days ago, in the pool's time zone."""
        return cls.today - timedelta(days=days)

    @classmethod
    def _rule(cls, name="规则", pool=None, **values):
        """Create a rule as the administrator of its pool."""
        pool = pool or cls.pool
        return (
            cls.env["crm.pool.rule"]
            .with_user(cls.other_manager)
            .create({"name": name, "pool_id": pool.id, **cls._commands(values)})
            .with_env(cls.env)
        )

    @classmethod
    def _commands(cls, values):
        return {
            name: [(6, 0, value.ids)] if name.endswith("_ids") else value
            for name, value in values.items()
        }

    @classmethod
    def _values(cls, facts):
        """Return the fields (dict) of facts; times are noon in the pool's time zone."""

        def noon(day, hour=12):
            local = datetime.combine(day, time(hour), ZoneInfo("Asia/Shanghai"))
            return local.astimezone(UTC).replace(tzinfo=None)

        values = {
            field: noon(getattr(facts, name), 13 if name == "followup" else 12)
            for name, field in FACTS.items()
            if getattr(facts, name)
        }
        values["crm_contract_end_at"] = facts.contract or False
        values["crm_has_open_opportunity"] = facts.open
        values["customer_level_id"] = facts.level or False
        values["customer_stage_id"] = facts.stage or False
        values["customer_type_id"] = facts.type or False
        return values

    @classmethod
    def _with_facts(cls, facts, owner=None, name="事实客户"):
        """Create a customer with facts."""
        customer = cls._customer(owner or cls.sam, name)
        customer._crm_workflow().write(cls._values(facts))
        return customer

    @classmethod
    def _many(cls, facts_list, owners):
        """Create many customers with facts, owners in turn; return them in order."""
        customers = (
            cls.env["res.partner"]
            .with_context(tracking_disable=True)
            ._crm_workflow()
            .create(
                [
                    {
                        "name": f"客户{number}",
                        "is_company": True,
                        "is_crm_customer": True,
                        "customer_no": f"R{number:06d}",
                        "user_id": owners and owners[number % len(owners)].id,
                        **cls._values(facts),
                    }
                    for number, facts in enumerate(facts_list)
                ]
            )
        )
        cls.env.flush_all()
        return customers

    def assertDeadline(self, customer, days, rule):
        """A customer goes back so many days from today by a rule; None for never."""
        self.assertEqual(
            customer.pool_deadline,
            False if days is None else self.today + timedelta(days=days),
        )
        self.assertEqual(
            customer.pool_deadline_rule_id, rule or self.env["crm.pool.rule"]
        )

    def _string(self, day):
        return fields.Date.to_string(day)


__all__ = ["RuleCase", "oracle"]
