from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytz

from odoo import api, fields, models
from odoo.tools import SQL, ormcache

from .crm_owner_move import POOL_IN


class PoolLimits(NamedTuple):
    """The limits of one pool, as claims need them; 0 is no limit."""

    claim_per_day: int
    cooldown_days: int
    exclude_days: int
    tz: str
    claim_per_week: int
    newcomer_days: int
    newcomer_per_day: int
    holds: str

    def per_day(self, user):
        """Return how many customers ``user`` may claim in a day (int), 0 for no limit.

        :param user: res.users record; new staff may have a limit of their own
        """
        if self.newcomer_days:
            # sudo: since when somebody is with us
            joined = user.sudo().create_date
            age = fields.Datetime.now() - joined
            if age < timedelta(days=self.newcomer_days):
                return self.newcomer_per_day
        return self.claim_per_day

    def week_start(self, now):
        """Return when the pool's week began (datetime, UTC) that holds ``now``."""
        today = self._today(now)
        return self._midnight(today - timedelta(days=today.weekday()))

    def day_start(self, now):
        """Return when the pool's day began (datetime, UTC) that holds ``now`` (UTC)."""
        return self._midnight(self._today(now))

    def _today(self, now):
        return pytz.utc.localize(now).astimezone(pytz.timezone(self.tz)).date()

    def _midnight(self, day):
        midnight = pytz.timezone(self.tz).localize(datetime.combine(day, time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)


class CrmPool(models.Model):
    """What the limits of pools mean for a claim or an assignment."""

    _inherit = "crm.pool"

    @api.model
    @ormcache()
    def _crm_limits(self):
        """Return the limits of all pools, a dict of pool id to PoolLimits."""
        self.flush_model()
        return {
            row[0]: PoolLimits(*row[1:])
            for row in self.env.execute_query(
                SQL(
                    """
                    SELECT id, COALESCE(claim_per_day, 0), COALESCE(cooldown_days, 0),
                           COALESCE(exclude_previous_owner_days, 0), tz,
                           COALESCE(claim_per_week, 0), COALESCE(newcomer_days, 0),
                           COALESCE(newcomer_claim_per_day, 0), holds
                      FROM crm_pool
                    """
                )
            )
        }

    @api.model
    def _crm_lost_by(self, users, ids, link):
        """Return which records one of these people once gave up, a list of ids.

        :param tuple users: ids of res.users
        :param list[int] ids: the records
        :param str link: the many2one of the ledger to their model
        """
        link = SQL.identifier(link)
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT %s FROM crm_owner_move"
                " WHERE %s IN %s AND from_user_id IN %s",
                link,
                link,
                tuple(ids) or (0,),
                users,
            )
        )
        return [id_ for (id_,) in rows]

    @api.model
    def _crm_excluded(self, user, ids, link="partner_id"):
        """Return records that a former owner must not get back yet.

        A former owner is whoever gave the record up before it came into a pool, at
        any depth: A transfers to B and B releases it, both are former owners. Where a
        pool says so, whoever is in a team with one counts as one.

        :param user: res.users record, who would get the records
        :param list[int] ids: the records
        :param str link: the many2one of the ledger to their model
        :return: dict of id to (pool id, end of the exclusion as datetime, id of the
            former owner)
        """
        if not any(pool.exclude_days for pool in self._crm_limits().values()):
            return {}
        Move = self.env["crm.owner.move"]
        Move.flush_model()
        users = (user.id, *user._crm_teammate_ids())
        # a small question first: few of what is claimed was ever theirs
        ids = self._crm_lost_by(users, ids, link)
        if not ids:
            return {}
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                WITH lost AS (
                    SELECT %(link)s AS res_id, from_user_id, max(id) AS id,
                           max(moved_at) AS moved_at
                      FROM crm_owner_move
                     WHERE %(link)s IN %(ids)s AND from_user_id IN %(users)s
                       AND kind <> 'undo' AND %(standing)s
                     GROUP BY %(link)s, from_user_id
                )
                SELECT DISTINCT ON (lost.res_id)
                       lost.res_id, pool.id,
                       lost.moved_at
                       + pool.exclude_previous_owner_days * interval '1 day' AS until,
                       lost.from_user_id
                  FROM lost
                  JOIN crm_owner_move pooled
                    ON pooled.%(link)s = lost.res_id
                   AND pooled.kind IN %(kinds)s
                   AND pooled.id >= lost.id
                   AND %(pooled_standing)s
                  JOIN crm_pool pool ON pool.id = pooled.pool_id
                 WHERE pool.exclude_previous_owner_days > 0
                   AND (lost.from_user_id = %(user)s
                        OR pool.exclude_previous_owner_team)
                 ORDER BY lost.res_id, until DESC
                """,
                link=SQL.identifier(link),
                ids=tuple(ids),
                user=user.id,
                users=users,
                kinds=(*POOL_IN, "repool"),
                standing=Move._crm_not_undone("crm_owner_move"),
                pooled_standing=Move._crm_not_undone("pooled"),
            )
        )
        return {
            res_id: (pool_id, until, former_id)
            for res_id, pool_id, until, former_id in rows
            if until > now
        }
