from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.crm_base.tools.arguments import as_text

from .crm_pool_rule import MOST_DAYS


class CrmPoolLock(models.Model):
    """A request to protect a customer from returning to a pool, and what became of it.

    Asked for by one person and granted by another. Nothing of it can be written: it
    changes by its methods, each of which locks the row first, so that two who decide at
    once decide once.
    """

    _name = "crm.pool.lock"
    _description = "Lock of a Customer"
    _inherit = ["crm.sealed.mixin"]
    _order = "id desc"
    _rec_name = "partner_name"

    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index=True, ondelete="set null"
    )
    partner_name = fields.Char("Customer Name", required=True, readonly=True)
    pool_id = fields.Many2one(
        "crm.pool", required=True, readonly=True, index=True, ondelete="cascade"
    )
    owner_id = fields.Many2one("res.users", required=True, readonly=True, index=True)
    requester_id = fields.Many2one(
        "res.users", "Requested By", required=True, readonly=True, index=True
    )
    days = fields.Integer(required=True, readonly=True)
    reason = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("approved", "Locked"),
            ("refused", "Not Granted"),
            ("cancelled", "Withdrawn"),
            ("ended", "Ended"),
        ],
        required=True,
        readonly=True,
        default="requested",
        index=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime("Decided On", readonly=True)
    decision_note = fields.Char("Answer", readonly=True)
    until = fields.Datetime("Locked Until", readonly=True)
    ended_at = fields.Datetime("Ended On", readonly=True)
    end_reason = fields.Char("Why It Ended", readonly=True)
    can_decide = fields.Boolean("I May Decide", compute="_compute_can_decide")
    can_withdraw = fields.Boolean("I May Withdraw", compute="_compute_can_decide")
    can_unlock = fields.Boolean("I May Unlock", compute="_compute_can_decide")

    _requested_uniq = models.UniqueIndex(
        "(partner_id) WHERE state = 'requested'",
        "A lock of this customer has been asked for already.",
    )
    _expiry_idx = models.Index("(until) WHERE state = 'approved'")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends_context("uid")
    @api.depends("state", "owner_id", "requester_id", "pool_id")
    def _compute_can_decide(self):
        user = self.env.user
        administrated = user._crm_pool_ids("admin")
        scope = user._crm_scope_ids("write")
        for lock in self:
            lock.can_unlock = lock.state == "approved" and (
                scope is None
                or lock.owner_id.id in scope
                or lock.pool_id.id in administrated
            )
            waiting = lock.state == "requested"
            lock.can_decide = waiting and lock._crm_may_decide(user)
            lock.can_withdraw = waiting and user in (lock.requester_id, lock.owner_id)

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_sealed_message(self):
        return self.env._("Ask for a lock by the button on the customer.")

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_approve(self, note=""):
        """Grant these requests: the customers are locked from now on.

        :param str note: told to whoever asked
        :return: number of customers locked (int)
        :raise AccessError: you asked for one, own the customer, or have no say
        :raise UserError: decided already, customer moved since, no room for one more
        """
        requests = self._crm_begin_decision()
        now = fields.Datetime.now()
        for request in requests:
            customer = request.partner_id
            if not customer or customer.user_id != request.owner_id:
                raise UserError(
                    self.env._(
                        "%(name)s belongs to somebody else by now.",
                        name=request.partner_name,
                    )
                )
            self._crm_check_limits(customer, request.owner_id, request.days)
            until = now + timedelta(days=request.days)
            # granted anew before it has run out
            customer.pool_lock_ids.filtered(
                lambda lock: lock.state == "approved"
            )._crm_workflow().write(
                {
                    "state": "ended",
                    "ended_at": now,
                    "end_reason": self.env._("Replaced by a new lock"),
                }
            )
            customer.with_env(self.env)._crm_set_lock(
                until, request.reason, request.pool_id
            )
            request._crm_decide("approved", note, until=until)
        requests._crm_tell_decision(self.env._("Lock granted"))
        return len(requests)

    def action_refuse(self, note=""):
        """Refuse these requests.

        :param str note: why, told to whoever asked
        :return: number of requests refused (int)
        :raise AccessError: you asked for one, own the customer, or have no say
        :raise UserError: decided already
        """
        requests = self._crm_begin_decision()
        requests._crm_decide("refused", note)
        requests._crm_tell_decision(self.env._("Lock refused"))
        return len(requests)

    def action_withdraw(self):
        """Withdraw these requests, of yours or for customers of yours.

        :return: number of requests withdrawn (int)
        :raise AccessError: somebody else's request
        :raise UserError: decided already
        """
        requests = self._crm_lock_waiting()
        for request in requests:
            if self.env.user not in (request.requester_id, request.owner_id):
                raise AccessError(
                    self.env._("Only whoever asked may withdraw the request.")
                )
        requests._crm_workflow().write(
            {"state": "cancelled", "ended_at": fields.Datetime.now()}
        )
        return len(requests)

    def action_unlock(self, reason=""):
        """End these locks early.

        Allowed to whoever may decide on them, and to owners and their superiors.

        :param str reason: kept in the ledger
        :return: number of customers unlocked (int)
        :raise AccessError: a lock is none of yours
        """
        self.check_access("read")
        user = self.env.user
        administrated = user._crm_pool_ids("admin")
        # sudo: requests change by their methods only
        locks = self.sudo().filtered(lambda lock: lock.state == "approved")
        others = locks.filtered(lambda lock: lock.pool_id.id not in administrated)
        if others:
            others.partner_id.with_env(self.env)._crm_owned_customers()
        if not locks:
            return 0
        locks.partner_id._crm_lock()
        text = (reason or "").strip() if isinstance(reason, str) else ""
        return locks.partner_id.with_env(self.env)._crm_unlock(
            text or self.env._("Unlocked early")
        )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_request(self, customers, owner, days, reason):
        """Ask for locks of customers of one owner, locked rows; return the requests."""
        user = self.env.user
        if pooled := customers.filtered("pool_id"):
            raise UserError(
                self.env._("%(name)s is in a pool already.", name=pooled[0].name)
            )
        pools = self.env["crm.pool"]
        # sudo: the pools of a colleague
        member_of = pools.sudo().browse(owner._crm_pool_ids("member"))
        if not member_of:
            raise UserError(
                self.env._(
                    "%(user)s is a member of no pool: nothing takes these customers"
                    " back, and they need no lock.",
                    user=owner.name,
                )
            )
        self._crm_check_limits(customers, owner, days)
        # sudo: one request per customer, whoever asked
        waiting = self.sudo().search(
            [("partner_id", "in", customers.ids), ("state", "=", "requested")]
        )
        waiting._crm_end_stale()
        waiting.flush_recordset(["state"])
        if waiting := waiting.filtered(lambda lock: lock.state == "requested")[:1]:
            raise UserError(
                self.env._(
                    "A lock of %(name)s has been asked for already, by %(user)s.",
                    name=waiting.partner_name,
                    user=waiting.requester_id.name,
                )
            )
        # sudo: requests are written by the system
        requests = (
            self.sudo()
            ._crm_workflow()
            .create(
                [
                    {
                        "partner_id": customer.id,
                        "partner_name": customer.name,
                        "pool_id": member_of._crm_pool_for(customer).id,
                        "owner_id": owner.id,
                        "requester_id": user.id,
                        "days": days,
                        "reason": reason,
                    }
                    for customer in customers
                ]
            )
        )
        requests._crm_tell_deciders(owner)
        return requests.sudo(False)

    def _crm_tell_deciders(self, owner):
        """Tell those who decide about new requests for customers of one owner."""
        user = self.env.user
        deciders = self.pool_id.admin_ids | owner._crm_superiors()
        (deciders - user - owner)._crm_tell_pool(
            self.env._("%(count)s locks to decide on", count=len(self)),
            self.env._(
                "%(actor)s asks to lock customers of %(owner)s for %(days)s days."
                " %(reason)s",
                actor=user.name,
                owner=owner.name,
                days=self[0].days,
                reason=self[0].reason,
            ),
            self[:20].mapped("partner_name"),
            len(self),
        )

    @api.model
    def _crm_check_limits(self, customers, owner, days):
        """Refuse locks beyond what the pools of the owner allow, with the numbers."""
        limit, days_max = self.env["crm.pool"]._crm_lock_limits(owner)
        days_max = min(days_max or MOST_DAYS, MOST_DAYS)
        if days > days_max:
            raise UserError(
                self.env._(
                    "A customer can be locked for %(max)s days at most, not for"
                    " %(days)s.",
                    max=days_max,
                    days=days,
                )
            )
        if limit:
            self.env["crm.pool.quota"]._crm_serialize(owner)
            locked = customers._crm_locked_count(owner)
            if locked + len(customers) > limit:
                raise UserError(
                    self.env._(
                        "%(user)s has locked %(count)s customers and may lock"
                        " %(limit)s: there is no room for %(more)s more.",
                        # sudo: the name of a colleague
                        user=owner.sudo().name,
                        count=locked,
                        limit=limit,
                        more=len(customers),
                    )
                )

    def _crm_may_decide(self, user):
        """Return whether ``user`` may decide on this request (bool)."""
        # sudo: whose customer it is and who asked
        request = self.sudo()
        if user in (request.requester_id, request.owner_id):
            return False
        if user._crm_is_boss() or request.pool_id.id in user._crm_pool_ids("admin"):
            return True
        return user._crm_has_group(
            "crm_base.group_manager"
        ) and request.owner_id.id in (user._crm_scope_ids("write") or ())

    def _crm_lock_waiting(self):
        """Return these requests (sudo), locked and still waiting for a decision.

        Whoever comes second gets a serialization error, is replayed by Odoo, and reads
        here what the first one decided.
        """
        self.check_access("read")
        if not self:
            raise UserError(self.env._("Choose at least one request."))
        self.flush_model()
        self.env.execute_query(
            SQL(
                "SELECT id FROM crm_pool_lock WHERE id IN %s ORDER BY id FOR UPDATE",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset()
        # sudo: requests change by their methods only
        requests = self.sudo()
        for request in requests:
            if request.state != "requested":
                raise UserError(
                    self.env._(
                        "The lock of %(name)s was decided already: %(state)s.",
                        name=request.partner_name,
                        state=dict(
                            request._fields["state"]._description_selection(self.env)
                        )[request.state],
                    )
                )
        return requests

    def _crm_begin_decision(self):
        """Return these requests (sudo), locked, after checking who decides."""
        requests = self._crm_lock_waiting()
        for request in requests:
            if not request._crm_may_decide(self.env.user):
                raise AccessError(
                    self.env._(
                        "The lock of %(name)s is decided by an administrator of the"
                        " pool or a superior of the owner, and never by whoever asked"
                        " for it or owns the customer.",
                        name=request.partner_name,
                    )
                )
        if customers := requests.partner_id:
            customers._crm_lock()
        return requests

    def _crm_decide(self, state, note, **values):
        self._crm_workflow().write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "decision_note": as_text(note) if isinstance(note, str) else False,
                **values,
            }
        )

    def _crm_tell_decision(self, subject):
        for (requester, note), requests in self.grouped(
            lambda request: (request.requester_id, request.decision_note)
        ).items():
            (requester | requests.owner_id)._crm_tell_pool(
                subject,
                self.env._(
                    "%(actor)s decided. %(note)s",
                    actor=self.env.user.name,
                    note=note or "",
                ),
                requests[:20].mapped("partner_name"),
                len(requests),
            )

    def _crm_end_stale(self):
        """Withdraw those of these requests (sudo) whose customer went elsewhere."""
        self.filtered(
            lambda lock: (
                lock.state == "requested" and lock.partner_id.user_id != lock.owner_id
            )
        )._crm_workflow().write(
            {
                "state": "cancelled",
                "ended_at": fields.Datetime.now(),
                "end_reason": self.env._("The customer went to another owner"),
            }
        )

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _cron_expire(self):
        """End the locks that have run out, as each pool says, and stale requests."""
        self.search(
            [("state", "=", "requested"), ("partner_id", "!=", False)]
        )._crm_end_stale()
        due = self.search(
            [("state", "=", "approved"), ("until", "<=", fields.Datetime.now())],
            order="until, id",
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for lock in due:
            lock = lock.try_lock_for_update()
            if lock.state == "approved":
                lock._crm_expire()
            if not cron._commit_progress(1):
                break

    def _crm_expire(self):
        """End this lock; put the customer into the pool where the pool says so."""
        customer, pool, owner = self.partner_id, self.pool_id, self.owner_id
        reason = self.env._("The lock has run out")
        if not customer._crm_unlock(reason):
            self._crm_workflow().write(
                {
                    "state": "ended",
                    "ended_at": fields.Datetime.now(),
                    "end_reason": reason,
                }
            )
            return
        names = customer.mapped("name")
        if (
            pool.lock_expiry != "release"
            or not pool.active
            or not customer.active
            or pool._crm_refuse_record(customer)
        ):
            owner._crm_tell_pool(
                self.env._("A lock has run out"),
                self.env._("The customer returns to the pool by the rules again."),
                names,
                1,
            )
            return
        try:
            with self.env.cr.savepoint():
                customer._crm_enter_pool(pool, reason)
        except UserError as error:
            # it stays with its owner: something is open that nobody may call off
            owner._crm_tell_pool(self.env._("A lock has run out"), str(error), names, 1)
