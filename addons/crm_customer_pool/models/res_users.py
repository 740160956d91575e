from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, ormcache


class ResUsers(models.Model):
    _inherit = "res.users"

    # ------------------------------------------------------------
    # WHO SEES WHICH POOL
    # ------------------------------------------------------------

    @ormcache("self.id", "kind")
    def _crm_pool_ids(self, kind):
        """Return ids (tuple of int) of active pools that this user has to do with.

        The cache is dropped with the scope's, by changes of pools, teams and groups.

        :param str kind: ``member`` may claim, ``admin`` administrates, ``read`` sees
            the pooled customers: members, administrators, and superiors of members
        """
        self.ensure_one()
        Pool = self.env["crm.pool"]
        Pool._crm_flush_members()
        admin = SQL(
            "SELECT rel.pool_id FROM crm_pool_admin_rel rel WHERE rel.user_id = %s",
            self.id,
        )
        if kind == "admin":
            found = admin
        else:
            ids = (self.id,)
            if kind == "read":
                scope = self._crm_scope_ids("read")
                ids = scope if scope is not None else ids
            found = SQL(
                "SELECT member.pool_id FROM (%s) AS member WHERE member.user_id IN %s",
                Pool._crm_member_sql(),
                ids,
            )
            if kind == "read":
                found = SQL("%s UNION %s", found, admin)
        # sudo: companies of a colleague
        companies = tuple(self.sudo().company_ids.ids) or (0,)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT pool.id
                  FROM crm_pool pool
                 WHERE pool.active
                   AND (pool.company_id IS NULL OR pool.company_id IN %s)
                   AND pool.id IN (%s)
                 ORDER BY pool.id
                """,
                companies,
                found,
            )
        )
        return tuple(pool_id for (pool_id,) in rows)

    def _crm_pool_rule(self, mode):
        """Return the record rule of crm.pool for ``read`` or ``write``."""
        if self._crm_is_boss():
            return Domain.TRUE
        administrated = Domain("admin_ids", "in", [self.id])
        if mode != "read":
            return administrated
        return administrated | Domain("id", "in", self._crm_pool_ids("read"))

    def _crm_pool_customer_rule(self):
        """Return the record rule of crm.pool.customer."""
        if self._crm_is_boss():
            return Domain.TRUE
        return Domain("pool_id", "in", self._crm_pool_ids("read"))

    def _crm_ledger_rule(self):
        rule = super()._crm_ledger_rule()
        if rule.is_true():
            return rule
        return rule | Domain("pool_id", "in", self._crm_pool_ids("admin"))

    # ------------------------------------------------------------
    # LIMITS
    # ------------------------------------------------------------

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

    def _crm_held_count(self, partner_ids=()):
        """Return how many customers this user owns, besides some (int).

        :param partner_ids: ids of customers to leave out
        """
        self.env["res.partner"].flush_model(["user_id", "active", "is_crm_customer"])
        ((count,),) = self.env.execute_query(
            SQL(
                """
                SELECT count(*)
                  FROM res_partner
                 WHERE user_id = %s AND is_crm_customer AND active AND id NOT IN %s
                """,
                self.id,
                tuple(partner_ids) or (0,),
            )
        )
        return count

    def _crm_check_holding(self, customers):
        """Refuse customers beyond what this user may own.

        :param customers: res.partner records that the user gets or has just got
        :raise UserError: with the numbers
        """
        limit, pool_id = self._crm_holding_limit()
        # sudo: the customers may be out of reach of whoever gives them away
        coming = customers.sudo().filtered("active")
        if not limit or not coming:
            return
        self.env["crm.pool.quota"]._crm_serialize(self)
        held = self._crm_held_count(coming.ids)
        if held + len(coming) > limit:
            raise UserError(
                self._crm_holding_message(held, limit, pool_id, len(coming))
            )

    def _crm_holding_message(self, held, limit, pool_id, coming=1):
        """Return the text (str) that refuses customers beyond the limit."""
        return self.env._(
            "%(user)s owns %(held)s customers, and a member of the pool %(pool)s may"
            " own %(limit)s: there is no room for %(count)s more.",
            # sudo: names of a colleague and of a pool that the reader need not see
            user=self.sudo().name,
            held=held,
            limit=limit,
            pool=self.env["crm.pool"].sudo().browse(pool_id).name,
            count=coming,
        )

    def _crm_can_own(self):
        """Return whether this user can be in charge of customers (bool)."""
        try:
            self._crm_check_can_own()
        except UserError:
            return False
        return True

    def _crm_tell_pool(self, subject, body, names, count):
        """Tell people what somebody else did with their customers, in one message.

        :param str subject: subject of the message
        :param str body: what happened
        :param list[str] names: names of the customers, the first ones if there are many
        :param int count: how many customers there are
        """
        told = self.filtered("active") - self.env.user
        if not told:
            return
        lines = [*names, *(["…"] if count > len(names) else [])]
        self.env["mail.thread"].message_notify(
            # sudo: the address of a colleague
            partner_ids=told.sudo().partner_id.ids,
            subject=subject,
            body=Markup("<p>%s</p><ul>%s</ul>")
            % (body, Markup("").join(Markup("<li>%s</li>") % line for line in lines)),
        )
