from collections import Counter

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, ormcache

from ..tools.holding import Holding


class ResUsers(models.Model):
    """How many customers a person may own: in all, and of each level.

    Of several pools the smallest limit holds. One check for every door by which a
    customer gets an owner, or an owned one another level. What else pools hold is
    counted apart, by the limits of the pools of its kind.
    """

    _inherit = "res.users"

    @ormcache("self.id", "holds")
    def _crm_holding_limit(self, holds="customer"):
        """Return the limit of what this user may own, (limit, pool id).

        The smallest limit of the pools that the user is a member of; (0, 0) for none.

        :param str holds: customers, or another kind that pools hold
        """
        pool_ids = self._crm_pool_ids("member")
        rows = pool_ids and self.env.execute_query(
            SQL(
                """
                SELECT holding_limit, id
                  FROM crm_pool
                 WHERE id IN %s AND holding_limit > 0 AND holds = %s
                 ORDER BY holding_limit, id
                 LIMIT 1
                """,
                pool_ids,
                holds,
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
                    SELECT DISTINCT ON (setting.level_id)
                           setting.level_id, setting."limit", setting.pool_id
                      FROM crm_pool_level_limit setting
                      JOIN crm_pool pool ON pool.id = setting.pool_id
                     WHERE pool.id IN %s AND pool.holds = 'customer'
                     ORDER BY setting.level_id, setting."limit", setting.pool_id
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

    def _crm_holding(self, ids=(), holds="customer", *, serialized=False):
        """Return the room (Holding) of this user; nobody else fills it meanwhile.

        :param ids: ids of records to leave out
        :param str holds: customers, or another kind that pools hold
        :param bool serialized: the caller has seen to that already
        """
        limit = self._crm_holding_limit(holds)
        levels = self._crm_level_limits() if holds == "customer" else {}
        held = Counter()
        if limit[0] or levels:
            if not serialized:
                self.env["crm.pool.quota"]._crm_serialize(self)
            held = (
                self._crm_held_by_level(ids)
                if holds == "customer"
                else Counter({None: self._crm_held_of_kind(holds, ids)})
            )
        return Holding(self, limit, levels, sum(held.values()), held)

    def _crm_held_of_kind(self, holds, ids=()):
        """Return how many records of another kind this user holds (int).

        :param str holds: what pools hold
        :param ids: ids to leave out
        """
        model = self.env["crm.pool"]._crm_held_of(holds)
        # sudo: how many, whoever counts
        return model.sudo().search_count(
            [
                *model._crm_counted(),
                ("user_id", "=", self.id),
                ("id", "not in", list(ids)),
            ]
        )

    def _crm_check_held(self, records):
        """Refuse records beyond what this user may own.

        :param records: records of a model with ``crm.pool.mixin``
        :raise UserError: with the numbers
        """
        holds = records._crm_pool_kind
        if holds == "customer":
            self._crm_check_holding(records)
            return
        if not self._crm_holding_limit(holds)[0]:
            return
        # sudo: they may be out of reach of whoever gives them away
        alike = records.sudo().filtered_domain(records._crm_counted())
        refused = alike and self._crm_holding(alike.ids, holds).refuse(count=len(alike))
        if refused:
            raise UserError(refused)

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
        # sudo: as above
        pool = self.env["crm.pool"].sudo().browse(pool_id)
        if pool.holds != "customer":
            kinds = dict(pool._fields["holds"]._description_selection(self.env))
            return self.env._(
                "%(user)s owns %(held)s (%(kind)s), and a member of the pool %(pool)s"
                " may own %(limit)s: there is no room for %(count)s more.",
                kind=kinds[pool.holds],
                **told,
            )
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
