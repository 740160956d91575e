from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .crm_pool_batch_queue import QUEUE_FROM


class CrmPoolRowMixin(models.AbstractModel):
    """Claims: members take records out of a pool for themselves."""

    _inherit = "crm.pool.row.mixin"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_claim(self):
        """Take customers, or what else they are, out of their pools, for yourself.

        Each is decided on its own, by the limits of the pool that it is in:
        exactly one claimant gets it, the others are told who. Claimed ones are yours at
        once; refused ones stay as they are.

        :return: dict with ``batch_id`` (str), ``claimed`` (list of int) and ``refused``
            (list of dicts ``id``, ``name``, ``reason``)
        :raise UserError: a single one is refused
        """
        self._crm_check_chosen()
        user = self.env.user
        user._crm_check_can_own()
        pool_ids = None if user._crm_is_boss() else user._crm_pool_ids("member")
        rows = self._crm_lock_pooled(pool_ids)
        refused = self._crm_refuse_gone(rows, pool_ids)
        refused |= self._crm_refuse_claims(
            [rows[id_] for id_ in self.ids if id_ in rows], user
        )
        return self._crm_leave_pool(rows, refused, user, "claim", "claimed")

    def action_claim_and_show(self):
        """Claim these and say what became of each; return the action (dict)."""
        if len(self) > QUEUE_FROM:
            return self.env["crm.pool.batch"]._crm_start(
                "claim",
                self,
                holds=self._crm_held()._crm_pool_kind,
                to_user_id=self.env.uid,
            )
        claimed = self.action_claim()
        return self.env["crm.pool.outcome"]._crm_show(
            self.env._("%(count)s are yours now.", count=len(claimed["claimed"])),
            claimed["refused"],
            home=self._crm_home,
        )

    def action_claim_and_open(self):
        """Claim this one and open it; return the action (dict)."""
        self.ensure_one()
        self.action_claim()
        # the row of the pool that was open here is gone
        return {**self._crm_held().browse(self.id)._crm_open(), "target": "main"}

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_refuse_claims(self, rows, user):
        """Return which locked records may not be claimed, {id: (name, reason)}."""
        if not rows:
            return {}
        limits = self.env["crm.pool"]._crm_limits()
        pool_ids = {row.pool_id for row in rows}
        claimed = {}
        counts = any(
            limits[id_].per_day(user) or limits[id_].claim_per_week for id_ in pool_ids
        )
        if counts:
            self.env["crm.pool.quota"]._crm_serialize(user)
            claimed = self._crm_claimed(user, pool_ids, limits)
        holding = user._crm_holding(
            holds=self._crm_held()._crm_pool_kind, serialized=counts
        )
        excluded = {}
        if any(limits[id_].exclude_days for id_ in limits):
            excluded = self.env["crm.pool"]._crm_excluded(
                user, [row.id for row in rows], self._crm_held()._crm_pool_link
            )
        refused = {}
        for row in rows:
            pool = limits[row.pool_id]
            today, week = claimed.get(row.pool_id, (0, 0))
            reason = (
                self._crm_refuse_former(row, user, pool, excluded)
                or self._crm_refuse_often(pool, pool.per_day(user), today, week)
                or holding.refuse(row.level_id)
            )
            if reason:
                refused[row.id] = (row.name, reason)
            else:
                claimed[row.pool_id] = (today + 1, week + 1)
                holding.take(row.level_id)
        return refused

    def _crm_refuse_often(self, pool, per_day, today, week):
        """Return why nothing more may be claimed from a pool (str), "" if so.

        :param pool: PoolLimits
        :param int per_day: the limit of this person, 0 for none
        :param int today: claimed from this pool today
        :param int week: claimed from this pool this week
        """
        if per_day and today >= per_day:
            return self.env._(
                "You have claimed %(count)s from this pool today; the limit is"
                " %(limit)s.",
                count=today,
                limit=per_day,
            )
        if pool.claim_per_week and week >= pool.claim_per_week:
            return self.env._(
                "You have claimed %(count)s from this pool this week; the limit is"
                " %(limit)s.",
                count=week,
                limit=pool.claim_per_week,
            )
        return ""

    def _crm_refuse_former(self, row, user, limits, excluded):
        """Return why a former owner may not claim a record (str), "" if nothing."""
        if limits.cooldown_days and row.former_owner_id == user.id:
            until = row.pooled_at + timedelta(days=limits.cooldown_days)
            if until > fields.Datetime.now():
                return self.env._(
                    "You gave up %(name)s yourself and may claim it again from"
                    " %(until)s on.",
                    name=row.name,
                    until=self._crm_held()._crm_local_time(until),
                )
        if row.id in excluded:
            return self._crm_held()._crm_excluded_message(
                row.name, user, *excluded[row.id]
            )
        return ""

    @api.model
    def _crm_claimed(self, user, pool_ids, limits):
        """Return what ``user`` has claimed, {pool id: (today, this week)}.

        Counted in the ledger: what was given back since counts as well, unless the
        claim was undone.
        """
        Move = self.env["crm.owner.move"]
        Move.flush_model()
        now = fields.Datetime.now()
        days = {id_: limits[id_].day_start(now) for id_ in sorted(pool_ids)}
        weeks = {
            id_: limits[id_].week_start(now) if limits[id_].claim_per_week else day
            for id_, day in days.items()
        }
        today, since = (
            SQL(" OR ").join(
                SQL("(pool_id = %s AND moved_at >= %s)", id_, start)
                for id_, start in starts.items()
            )
            for starts in (days, weeks)
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT pool_id, count(*) FILTER (WHERE %s), count(*)
                  FROM crm_owner_move
                 WHERE to_user_id = %s AND kind = 'claim' AND (%s) AND %s
                 GROUP BY pool_id
                """,
                today,
                user.id,
                since,
                Move._crm_not_undone("crm_owner_move"),
            )
        )
        return {pool_id: (day, week) for pool_id, day, week in rows}
