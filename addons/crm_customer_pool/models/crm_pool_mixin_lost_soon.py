from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

# a follow-up planned by one click takes place at this hour
PLAN_HOUR = 9


class CrmPoolMixin(models.AbstractModel):
    """Records that a pool takes back soon, and what to do about it."""

    _inherit = "crm.pool.mixin"

    # code of the kind of reminder that tells their owners
    _crm_warning_kind = ""
    # XML ids of the actions that list them: for owners, and for superiors
    _crm_lost_soon = ("", "")

    pool_days_left = fields.Integer(
        "Days Left",
        compute="_compute_pool_days_left",
        exportable=False,
        help="Days until the pool takes it back.",
    )

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_lost_soon_texts(self):
        """Hook: return what is said of such records, a dict of texts.

        ``list`` is what the list of them is called, ``keep`` a follow-up that is
        planned to keep one; ``own`` is what a notice tells an owner, and ``team`` a
        superior, both with ``%(count)s`` and ``%(names)s``.
        """
        return {}

    def _crm_lost_soon_chosen(self):
        """Hook: return those of these records that can go back to a pool.

        :raise UserError: none of them can
        """
        chosen = self.filtered(lambda record: not record.pool_id)
        chosen = chosen.filtered_domain(self._crm_counted())
        if not chosen:
            raise UserError(self.env._("Choose what is still open."))
        return chosen

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("pool_deadline", "pool_deadline_rule_id")
    def _compute_pool_days_left(self):
        # sudo: the day it is in a pool that the reader need not see
        pools = self.sudo().pool_deadline_rule_id.pool_id
        today = {pool: pool._crm_today() for pool in pools}
        for record in self:
            deadline = record.pool_deadline
            pool = record.sudo().pool_deadline_rule_id.pool_id
            record.pool_days_left = (deadline - today[pool]).days if deadline else 0

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_plan_followup(self):
        """Plan a follow-up for each of these records on the next working day.

        At nine in the morning of the person's own day; a record that has a plan until
        then keeps it and gets no second one.

        :return: the action (dict) that says how many were planned
        :raise AccessError: a record that you may not follow up
        :raise UserError: nothing was chosen that goes back to pools
        """
        records = self._crm_lost_soon_chosen()
        records.check_access("write")
        user = self.env.user
        link = self._crm_pool_link
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
        keep = self._crm_lost_soon_texts()["keep"]
        Followup = self.env["crm.followup"]
        planned = Followup.search(
            [
                (link, "in", records.ids),
                ("state", "=", "planned"),
                ("planned_at", "<=", at + timedelta(hours=24 - PLAN_HOUR)),
            ]
        )[link]
        plans = Followup.create(
            [
                {
                    "name": keep,
                    link: record.id,
                    "user_id": record.user_id.id or user.id,
                    "planned_at": at,
                }
                for record in records - planned
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
