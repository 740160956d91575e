from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

# a follow-up planned by one click takes place at this hour
PLAN_HOUR = 9


class ResPartner(models.Model):
    """Customers that a pool takes back soon, and what to do about it."""

    _inherit = "res.partner"

    pool_days_left = fields.Integer(
        "Days Left",
        compute="_compute_pool_days_left",
        exportable=False,
        help="Days until the pool takes the customer back.",
    )

    @api.depends("pool_deadline", "pool_deadline_rule_id")
    def _compute_pool_days_left(self):
        # sudo: the day it is in a pool that the reader need not see
        pools = self.sudo().pool_deadline_rule_id.pool_id
        today = {pool: pool._crm_today() for pool in pools}
        for partner in self:
            deadline = partner.pool_deadline
            pool = partner.sudo().pool_deadline_rule_id.pool_id
            partner.pool_days_left = (deadline - today[pool]).days if deadline else 0

    def action_plan_followup(self):
        """Plan a follow-up for each of these customers on the next working day.

        At nine in the morning of the person's own day; a customer that has a plan until
        then keeps it and gets no second one.

        :return: the action (dict) that says how many were planned
        :raise AccessError: a customer that you may not follow up
        :raise UserError: nothing but contacts was chosen
        """
        customers = self.filtered("is_crm_customer")
        if not customers:
            raise UserError(self.env._("Choose at least one customer."))
        customers.check_access("write")
        user = self.env.user
        # the zone by which today is today
        zone = self.env.tz
        day = self.env["crm.workday"]._crm_add(
            user.company_id, fields.Date.context_today(self), 1
        )
        at = (
            zone.localize(datetime.combine(day, time(PLAN_HOUR)))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
        )
        Followup = self.env["crm.followup"]
        planned = Followup.search(
            [
                ("partner_id", "in", customers.ids),
                ("state", "=", "planned"),
                ("planned_at", "<=", at + timedelta(hours=24 - PLAN_HOUR)),
            ]
        ).partner_id
        plans = Followup.create(
            [
                {
                    "name": self.env._("Keep this customer"),
                    "partner_id": customer.id,
                    "user_id": customer.user_id.id or user.id,
                    "planned_at": at,
                }
                for customer in customers - planned
            ]
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s follow-ups planned for %(day)s",
                    count=len(plans),
                    day=fields.Datetime.context_timestamp(self, at).strftime(
                        "%Y-%m-%d %H:%M"
                    ),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
