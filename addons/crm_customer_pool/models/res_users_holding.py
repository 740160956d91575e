from collections import Counter

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, ormcache

from ..tools.holding import Holding


class ResUsers(models.Model):
    """How many customers a person may own: in all, and of each level.

    Of several pools the smallest limit holds. One check for every door by which a
    customer gets an owner, or an owned one another level.
    """

    _inherit = "res.users"

    @ormcache("self.id")
    def _crm_holding_limit(self):
        """Return the limit of customers this user may own, (limit, pool id).

        The smallest limit of the pools that the user is a member of; (0, 0) for none.
        """
        pool_ids = self._crm_pool_ids("member")
        rows = pool_ids and self.env.execute_query(
            SQL(
                """
                SELECT holding_limit, id
                  FROM crm_pool
                 WHERE id IN %s AND holding_limit > 0
                 ORDER BY holding_limit, id
                 LIMIT 1
                """,
                pool_ids,
            )
        )
        return tuple(rows[0]) if rows else (0, 0)

    @ormcache("self.id")
    def _crm_level_limits(self):
        """Return the limits by level, a dict of level id to (limit, pool id)."""
        pool_ids = self._crm_pool_ids("member")
        if not pool_ids:
            return {}
        self.env["crm.pool.level.limit"].flush_model()
        return {
            level_id: (limit, pool_id)
            for level_id, limit, pool_id in self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (level_id) level_id, "limit", pool_id
                      FROM crm_pool_level_limit
                     WHERE pool_id IN %s
                     ORDER BY level_id, "limit", pool_id
                    """,
                    pool_ids,
                )
            )
        }

    def _crm_held_count(self, partner_ids=()):
        """Return how many customers this user owns, besides some (int).

        :param partner_ids: ids of customers to leave out
        """
        return sum(self._crm_held_by_level(partner_ids).values())

    def _crm_held_by_level(self, partner_ids=()):
        """Return how many customers this user owns, by level id (Counter).

        :param partner_ids: ids of customers to leave out
        """
        self.env["res.partner"].flush_model(
            ["user_id", "active", "is_crm_customer", "customer_level_id"]
        )
        return Counter(
            dict(
                self.env.execute_query(
                    SQL(
                        """
                        SELECT customer_level_id, count(*)
                          FROM res_partner
                         WHERE user_id = %s AND is_crm_customer AND active
                           AND id NOT IN %s
                         GROUP BY customer_level_id
                        """,
                        self.id,
                        tuple(partner_ids) or (0,),
                    )
                )
            )
        )

    def _crm_holding(self, partner_ids=()):
        """Return the room (Holding) of this user; nobody else fills it meanwhile.

        :param partner_ids: ids of customers to leave out
        """
        limit, levels = self._crm_holding_limit(), self._crm_level_limits()
        held = Counter()
        if limit[0] or levels:
            self.env["crm.pool.quota"]._crm_serialize(self)
            held = self._crm_held_by_level(partner_ids)
        return Holding(self, limit, levels, sum(held.values()), held)

    def _crm_check_holding(self, customers):
        """Refuse customers beyond what this user may own.

        :param customers: res.partner records that the user gets or has just got
        :raise UserError: with the numbers
        """
        # sudo: the customers may be out of reach of whoever gives them away
        coming = customers.sudo().filtered("active")
        if not coming or not (self._crm_holding_limit()[0] or self._crm_level_limits()):
            return
        holding = self._crm_holding(coming.ids)
        levels = Counter(customer.customer_level_id.id for customer in coming)
        refused = holding.refuse(count=len(coming))
        for level_id, count in levels.items():
            refused = refused or (
                level_id in holding.levels
                and holding.by_level[level_id] + count > holding.levels[level_id][0]
                and holding.refuse(level_id, count)
            )
        if refused:
            raise UserError(refused)

    def _crm_check_level(self, customers):
        """Refuse customers of this user that have just come to a full level.

        :param customers: res.partner records of one level, owned by the user
        :raise UserError: with the numbers
        """
        level_id = customers.customer_level_id.id
        limit, pool_id = self._crm_level_limits().get(level_id, (0, 0))
        if not limit:
            return
        held = self._crm_holding(customers.ids).by_level[level_id]
        if held + len(customers) > limit:
            raise UserError(
                self._crm_holding_message(
                    held, limit, pool_id, len(customers), level_id
                )
            )

    def _crm_holding_message(self, held, limit, pool_id, coming=1, level_id=False):
        """Return the text (str) that refuses customers beyond the limit."""
        # sudo: names of a colleague and of a pool that the reader need not see
        told = {
            "user": self.sudo().name,
            "held": held,
            "limit": limit,
            "pool": self.env["crm.pool"].sudo().browse(pool_id).name,
            "count": coming,
        }
        if level_id:
            return self.env._(
                "%(user)s owns %(held)s customers of the level %(level)s, and a member"
                " of the pool %(pool)s may own %(limit)s: there is no room for"
                " %(count)s more.",
                # sudo: what a level is called is no secret
                level=self.env["crm.dictionary"].sudo().browse(level_id).name,
                **told,
            )
        return self.env._(
            "%(user)s owns %(held)s customers, and a member of the pool %(pool)s may"
            " own %(limit)s: there is no room for %(count)s more.",
            **told,
        )
