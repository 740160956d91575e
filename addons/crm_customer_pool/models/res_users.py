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

    def _crm_pool_part_rule(self, mode):
        """Return the record rule of what is set up on a pool, as on ``pool_id``."""
        return self._crm_pool_child_rule("read" if mode == "read" else "admin")

    def _crm_pool_customer_rule(self):
        """Return the record rule of crm.pool.customer."""
        return self._crm_pool_child_rule("read")

    def _crm_ledger_rule(self):
        rule = super()._crm_ledger_rule()
        if rule.is_true():
            return rule
        return rule | Domain("pool_id", "in", self._crm_pool_ids("admin"))

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

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
