from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ResPartner(models.Model):
    """Customers protected from returning to a pool, for a time and with approval.

    A lock is asked for (:meth:`action_lock`), granted by somebody else
    (``crm.pool.lock``), and ends by itself, by :meth:`action_unlock` or with the
    ownership that it was granted for.
    """

    _inherit = "res.partner"

    pool_locked_until = fields.Datetime(
        "Locked Until",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Until then no rule takes the customer back into a pool.",
    )
    pool_lock_ids = fields.One2many("crm.pool.lock", "partner_id", "Locks")

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {"pool_locked_until"}

    def _crm_change_ignored(self):
        # the ledger and the request tell who, when and why
        return super()._crm_change_ignored() | {"pool_locked_until"}

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_lock(self, days, reason):
        """Ask for customers to be protected from returning to a pool.

        Allowed to the owner and the owner's superiors. The request is decided by an
        administrator of the pool or a superior of the owner, never by whoever asked or
        owns the customer. The protection begins with the approval.

        :param int days: how long, from the approval on
        :param str reason: why, for those who decide
        :return: dict with ``request_ids`` (list of int)
        :raise AccessError: a customer is not yours to lock
        :raise UserError: no reason, too many days, no room for one more, asked already
        """
        customers = self._crm_owned_customers()
        reason = (reason or "").strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(self.env._("Say why the customer is to be locked."))
        if isinstance(days, bool) or not isinstance(days, int) or days < 1:
            raise UserError(self.env._("A lock lasts for at least one day."))
        customers._crm_lock()
        requests = self.env["crm.pool.lock"]
        for owner, theirs in customers.grouped("user_id").items():
            requests |= requests._crm_request(theirs, owner, days, reason)
        return {"request_ids": requests.ids}

    def action_unlock(self, reason=""):
        """End the protection of customers early.

        Allowed to the owner and the owner's superiors; administrators of the pool do it
        by ``crm.pool.lock.action_unlock``.

        :param str reason: kept in the ledger
        :return: number of customers unlocked (int)
        :raise AccessError: a customer is not yours to unlock
        """
        customers = self._crm_owned_customers()
        customers._crm_lock()
        text = (reason or "").strip() if isinstance(reason, str) else ""
        return customers._crm_unlock(text or self.env._("Unlocked early"))

    def action_open_lock(self):
        """Open the dialog that asks for a lock; return the action (dict)."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_pool.crm_pool_lock_new_action"
        )
        action["context"] = {"default_partner_ids": self.crm_customer_id.ids}
        return action

    def action_unlock_here(self):
        """Unlock the customer that is open; return True."""
        self.action_unlock()
        return True

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_locked(self):
        """Return those of these customers that are locked at present."""
        now = fields.Datetime.now()
        # sudo: whether a customer is locked, whoever puts it somewhere
        return self.filtered(
            lambda partner: (
                partner.sudo().pool_locked_until
                and partner.sudo().pool_locked_until > now
            )
        )

    def _crm_spare_locked(self):
        """Leave out the locked customers of others, for a batch that releases them.

        :return: tuple of the other customers (res.partner) and the refusals, a list of
            dicts ``id``, ``name``, ``reason``
        :raise UserError: nothing is left
        """
        locked = self._crm_locked().filtered(
            lambda customer: customer.user_id != self.env.user
        )
        if locked and locked == self:
            raise UserError(locked[0]._crm_locked_message())
        return self - locked, [
            {
                "id": customer.id,
                "name": customer.name,
                "reason": customer._crm_locked_message(),
            }
            for customer in locked
        ]

    def _crm_locked_message(self):
        """Return the text (str) that refuses to put this customer into a pool."""
        # sudo: the customer is the actor's to see
        customer = self.sudo()
        return self.env._(
            "%(name)s is locked until %(until)s. Unlock it before it goes into a pool.",
            name=customer.name,
            until=self._crm_local_time(customer.pool_locked_until),
        )

    def _crm_set_lock(self, until, reason, pool):
        """Lock customers; rights and limits are checked by the caller.

        :param datetime until: when the lock ends (UTC)
        :param str reason: reason of the ledger rows
        :param pool: crm.pool that the lock was granted for
        """
        # sudo: workflow fields are kept by the system
        customers = self.sudo()._crm_workflow().with_context(tracking_disable=True)
        customers.write({"pool_locked_until": until})
        self._crm_log_lock("lock", reason, pool)

    def _crm_unlock(self, reason):
        """End the locks of customers; return how many were locked (int)."""
        # sudo: workflow fields are kept by the system
        customers = self.sudo().filtered("pool_locked_until")
        if not customers:
            return 0
        customers._crm_workflow().with_context(tracking_disable=True).write(
            {"pool_locked_until": False}
        )
        locks = self.env["crm.pool.lock"].sudo()
        locks = locks.search(
            [("partner_id", "in", customers.ids), ("state", "=", "approved")]
        )
        locks._crm_workflow().write(
            {"state": "ended", "ended_at": fields.Datetime.now(), "end_reason": reason}
        )
        pools = {lock.partner_id.id: lock.pool_id for lock in locks}
        for pool, group in customers.grouped(
            lambda partner: pools.get(partner.id, self.env["crm.pool"])
        ).items():
            group.with_env(self.env)._crm_log_lock("unlock", reason, pool)
        return len(customers)

    def _crm_log_lock(self, kind, reason, pool):
        """Write into the ledger that customers were locked or unlocked.

        Their owner stays who it was, and did not give them up: no row says "from".
        """
        # sudo: the owner, also of a customer that the actor sees as a request only
        for owner, group in self.sudo().grouped("user_id").items():
            self.env["crm.owner.move"]._crm_log(
                group, kind, owner, reason=reason, pool_id=pool.id
            )

    def _crm_change_owner(
        self, user, kind, reason="", *, with_open=True, log=None, **extra
    ):
        # a lock was granted to the owner; requests end when they are looked at next
        # sudo: whoever may move a customer ends what was granted for it
        if locked := self.sudo().filtered("pool_locked_until"):
            locked.with_env(self.env)._crm_unlock(
                self.env._("The customer went to another owner")
            )
        return super()._crm_change_owner(
            user, kind, reason, with_open=with_open, log=log, **extra
        )

    def _crm_locked_count(self, owner):
        """Return how many customers ``owner`` has locked, besides these (int)."""
        self.flush_model(["user_id", "pool_locked_until"])
        ((count,),) = self.env.execute_query(
            SQL(
                """
                SELECT count(*)
                  FROM res_partner
                 WHERE pool_locked_until > %s AND user_id = %s AND active
                   AND id NOT IN %s
                """,
                fields.Datetime.now(),
                owner.id,
                tuple(self.ids) or (0,),
            )
        )
        return count
