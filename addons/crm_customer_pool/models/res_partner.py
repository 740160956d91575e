from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

from odoo.addons.crm_base.tools import pinyin, search_key
from odoo.addons.crm_base.tools.arguments import as_id, as_text
from odoo.addons.crm_base.tools.search_key_field import SearchKey

from ..tools import masking

# Names told in a notification about many customers
NAMES_LIMIT = 20


class ResPartner(models.Model):
    """A customer in a pool: owned by nobody, out of sight as a partner.

    All pool fields are workflow fields. They change in :meth:`_crm_enter_pool` and, for
    every door by which a customer gets an owner, in :meth:`_crm_change_owner`.
    """

    _inherit = "res.partner"

    pool_id = fields.Many2one(
        "crm.pool",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    pooled_at = fields.Datetime("In Pool Since", readonly=True, copy=False)
    pool_former_owner_id = fields.Many2one(
        "res.users",
        "Former Owner",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Who owned the customer when it came into the pool.",
    )
    pool_reason_id = fields.Many2one(
        "crm.dictionary",
        "Release Reason",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    pool_name = fields.Char(
        "Name in Pool",
        compute="_compute_pool_name",
        store=True,
        help="What pool members see of the name.",
    )
    pool_search_key = SearchKey(
        compute="_compute_pool_name",
        store=True,
        help="What pool members find the customer by: never phones or e-mail.",
    )

    _pool_owner_check = models.Constraint(
        "CHECK (pool_id IS NULL OR (user_id IS NULL AND is_crm_customer))",
        "A customer in a pool has no owner.",
    )
    _pool_idx = models.Index(
        "(pool_id, pooled_at DESC, id DESC) WHERE pool_id IS NOT NULL"
    )
    _pooled_at_idx = models.Index("(pooled_at DESC, id DESC) WHERE pool_id IS NOT NULL")
    _pool_search_key_idx = models.Index(
        "USING gin (pool_search_key gin_trgm_ops) WHERE pool_id IS NOT NULL"
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("pool_id", "name", "is_company", "mnemonic", "customer_no")
    def _compute_pool_name(self):
        for partner in self:
            if not partner.pool_id:
                partner.pool_name = partner.pool_search_key = False
                continue
            partner.pool_name, partner.pool_search_key = self._crm_pool_names(
                partner.name, partner.mnemonic, partner.customer_no, partner.is_company
            )

    @api.model
    def _crm_pool_names(self, name, mnemonic, customer_no, is_company):
        """Return what members see of a name, and what they find it by (two str)."""
        if is_company:
            masked = masking.mask_text(name)
            texts = [masked, masking.mask_text(mnemonic)]
        else:
            masked = masking.mask_person(name)
            texts = [pinyin.surname_of(name)]
        keys = [*texts, customer_no]
        for text in texts:
            keys += pinyin.pinyin_of(text, person=not is_company)
        return masked, search_key.build(keys)

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "pool_id",
            "pooled_at",
            "pool_former_owner_id",
            "pool_reason_id",
            "pool_name",
            "pool_search_key",
        }

    def write(self, vals):
        restored = self.browse()
        if vals.get("active") and not self._crm_in_workflow():
            restored = self.filtered(
                lambda partner: partner.is_crm_customer and not partner.active
            )
        result = super().write(vals)
        # an archived customer takes no room; coming back, it does
        for owner, customers in restored.grouped("user_id").items():
            if owner:
                customers._crm_check_owner_change(owner, "restore")
        return result

    def _crm_check_customer_mark(self, is_customer):
        result = super()._crm_check_customer_mark(is_customer)
        if not is_customer:
            for partner in self.filtered("pool_id"):
                raise UserError(
                    self.env._(
                        "%(name)s is in the pool %(pool)s. Assign it to somebody before"
                        " it becomes an ordinary contact.",
                        name=partner.name,
                        pool=partner.pool_id.name,
                    )
                )
        return result

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_release_to_pool(self, pool_id, reason, note=""):
        """Give customers up: put them into a pool, for members to claim.

        Allowed to the owner and the owner's superiors, into pools that they are members
        or administrators of; to the boss into any pool. Contacts go along, shares end,
        planned follow-ups and activities are called off. Locked customers of others
        stay where they are; releasing one's own ends the lock.

        :param int pool_id: the pool
        :param reason: id (int) or code (str) of a release reason, or a text (str)
        :param str note: added to the reason in the ledger
        :return: dict with ``batch_id`` (str), ``released`` (int), ``cancelled`` (int:
            open follow-ups and activities called off) and ``refused`` (list of dicts
            ``id``, ``name``, ``reason``)
        :raise AccessError: a customer or the pool is not yours to use
        :raise UserError: no reason, already in a pool, another company, all are locked
        """
        customers = self._crm_owned_customers()
        pool = self.env["crm.pool"].browse(as_id(pool_id)).exists()
        if not pool:
            raise UserError(self.env._("Choose the pool that takes the customers in."))
        reason_value, text = self._crm_release_reason(reason, note)
        pool._crm_check_may_release(customers)
        customers, refused = customers._crm_spare_locked()
        batch_id = self._crm_new_batch_id()
        cancelled = customers._crm_enter_pool(
            pool, text, reason_id=reason_value.id, batch_id=batch_id
        )
        self.env["crm.pool.batch"]._crm_record(
            "release", batch_id, len(customers), refused, pool=pool, reason=text
        )
        return {
            "batch_id": batch_id,
            "released": len(customers),
            "cancelled": cancelled,
            "refused": refused,
        }

    def action_open_release(self):
        """Open the release wizard for these customers; return the action (dict)."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_pool.crm_pool_release_action"
        )
        action["context"] = {
            "default_partner_ids": self.crm_customer_id.ids,
            "crm_leave_form": self.env.context.get("crm_leave_form", False),
        }
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_release_reason(self, reason, note=""):
        """Return the release reason (crm.dictionary, or empty) and the ledger's text.

        :raise UserError: neither a reason of the list nor a text
        """
        Dictionary = self.env["crm.dictionary"]
        value = Dictionary
        text = ""
        if isinstance(reason, str):
            text = as_text(reason)
            value = Dictionary._crm_get("release_reason", text)
        elif reason:
            value = Dictionary.browse(as_id(reason)).exists()
            if value.kind != "release_reason":
                raise UserError(self.env._("Choose a release reason of the list."))
        text = ": ".join(filter(None, (value.name or text, as_text(note))))
        if not text:
            raise UserError(self.env._("Say why the customer goes into the pool."))
        return value, text

    def _crm_enter_pool(self, pool, reason, *, reason_id=False, batch_id=False):
        """Put customers into a pool; rights are checked by the caller.

        :param pool: crm.pool record
        :param str reason: reason of the ledger rows
        :param int reason_id: the release reason, if it is of the list
        :param str batch_id: batch of the ledger rows
        :return: number of open follow-ups and activities called off (int)
        :raise UserError: names the first customer that is in a pool already
        """
        # sudo: nobody sees a customer as a partner once it is in the pool; and the
        # ledger, not each customer's chatter, tells the story
        customers = self.sudo().with_context(tracking_disable=True)
        # whoever comes second sees the customer in its pool, and says so
        customers._crm_lock()
        for customer in customers:
            if customer.pool_id:
                raise UserError(
                    self.env._(
                        "%(name)s is already in the pool %(pool)s.",
                        name=customer.name,
                        pool=customer.pool_id.name,
                    )
                )
        family = customers._crm_family()
        # sudo: the name of the pool is told to whoever has to do with the customer
        pool_name = pool.sudo().name
        family._crm_end_following()
        cancelled = family._crm_end_work(
            self.env._(
                "The customer went into the pool %(pool)s. %(reason)s",
                pool=pool_name,
                reason=reason,
            )
        )
        now = fields.Datetime.now()
        for owner, group in customers.grouped("user_id").items():
            names = group[:NAMES_LIMIT].mapped("name")
            group._crm_change_owner(
                self.env["res.users"],
                "release" if owner else "enter",
                reason,
                with_open=False,
                log={
                    "pool_id": pool.id,
                    "pooled_at": now,
                    "pool_former_owner_id": owner.id,
                    "pool_reason_id": reason_id,
                },
                pool_id=pool.id,
                reason_id=reason_id,
                batch_id=batch_id,
            )
            owner._crm_tell_pool(
                self.env._("%(count)s customers went into a pool", count=len(group)),
                self.env._(
                    "%(actor)s put customers of yours into the pool %(pool)s."
                    " %(reason)s",
                    actor=self.env.user.name,
                    pool=pool_name,
                    reason=reason,
                ),
                names,
                len(group),
            )
        return cancelled

    def _crm_family(self):
        """Return these customers and their contacts, archived ones included."""
        return self.with_context(active_test=False).search(
            [("crm_customer_id", "in", self.ids)]
        )

    def _crm_end_work(self, reason):
        """Hook: end what is open on customers (and contacts) that go into a pool.

        Nobody can reach them there, so nothing open may stay behind. This
        implementation calls off follow-ups and activities, and refuses as long as
        anything else of the hand-over registry is open; an addon that knows better ends
        its own records first and calls ``super()``.

        :param str reason: reason of the cancellation
        :return: number of records ended (int)
        :raise UserError: something is open that the addon in charge does not end
        """
        plans, activities = self._crm_open_plans()
        if plans:
            plans.action_cancel(reason)
        ended = len(plans) + len(activities)
        if activities:
            # put aside, for whoever takes the release back
            activities.with_context(mail_activity_quick_update=True).active = False
        still_open = defaultdict(list)
        for entry in self.env["res.users"]._crm_handover_models():
            if entry.partner_field and entry.model not in (
                "crm.followup",
                "mail.activity",
            ):
                still_open[entry.model, entry.partner_field].append(entry.open_domain)
        for (model, partner_field), domains in still_open.items():
            # sudo: nothing may stay open, whoever's it is
            left = (
                self.env[model]
                .sudo()
                .search(
                    Domain.OR(domains) & Domain(partner_field, "in", self.ids),
                    limit=1,
                )
            )
            if left:
                raise UserError(
                    self.env._(
                        "%(record)s is still open. Close it before the customer goes"
                        " into a pool.",
                        record=left.display_name,
                    )
                )
        return ended

    def _crm_open_plans(self):
        """Return what is planned with these partners: follow-ups, and activities.

        What was done stays for audit, also when archived customers are looked at.
        """
        return (
            self.env["crm.followup"].search(
                [("partner_id", "in", self.ids), ("state", "=", "planned")]
            ),
            self.env["mail.activity"].search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("active", "=", True),
                ]
            ),
        )

    def _crm_end_following(self):
        """End the following of colleagues: followers write what they cannot read."""
        self.env["mail.followers"].search_fetch(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("partner_id.partner_share", "=", False),
            ],
            ["res_model", "res_id", "partner_id"],
        ).unlink()

    def _crm_change_owner(
        self, user, kind, reason="", *, with_open=True, log=None, **extra
    ):
        pooled = self.filtered("pool_id")
        if not pooled or not user:
            return super()._crm_change_owner(
                user, kind, reason, with_open=with_open, log=log, **extra
            )
        if kind == "transfer":
            # by the boss: nobody else sees a pooled customer as a partner
            self._crm_owned_customers()
            kind = "assign"
        moves = self.env["crm.owner.move"]
        if others := self - pooled:
            moves |= others._crm_change_owner(
                user, "transfer", reason, with_open=with_open, log=log, **extra
            )
        # whatever door it is taken out by, an owned customer is in no pool
        log = {
            **(log or {}),
            "pool_id": False,
            "pooled_at": False,
            "pool_former_owner_id": False,
            "pool_reason_id": False,
        }
        for pool, customers in pooled.grouped("pool_id").items():
            moves |= super(ResPartner, customers)._crm_change_owner(
                user,
                kind,
                reason,
                with_open=with_open,
                log=log,
                **{**extra, "pool_id": pool.id},
            )
        # sudo: the new owner need not be allowed to read the follower list yet
        self.env["mail.followers"].sudo()._insert_followers(
            self._name, pooled.ids, user.sudo().partner_id.ids, customer_ids=[]
        )
        return moves

    def _crm_check_owner_change(self, user, kind):
        super()._crm_check_owner_change(user, kind)
        if not user or kind == "claim":
            # claims are counted row by row by whoever makes them, under the same lock
            return
        user._crm_check_holding(self)
        if kind not in ("create", "restore", "undo"):
            self._crm_check_former_owner(user, kind)

    def _crm_check_former_owner(self, user, kind):
        """Refuse customers that a former owner would get back through the back door."""
        actor = self.env.user
        if actor._crm_is_boss():
            return
        excluded = self.env["crm.pool"]._crm_excluded(user, self.ids)
        administrated = actor._crm_pool_ids("admin") if kind == "assign" else ()
        for partner_id, why in excluded.items():
            if why[0] in administrated:
                continue
            # sudo: the name in the refusal; the customer is the actor's own
            text = self._crm_excluded_message(
                self.sudo().browse(partner_id).name, user, *why
            )
            self.env["crm.operation.log"]._crm_log_refusal(
                "pool_refusal", text, self._name, [partner_id]
            )
            raise UserError(text)

    @api.model
    def _crm_excluded_message(self, name, user, pool_id, until, former_id):
        """Return the text (str) that refuses a former owner, or a mate of one."""
        # sudo: names of colleagues and of a pool that the reader need not see
        told = {
            "user": user.sudo().name,
            "name": name,
            "pool": self.env["crm.pool"].sudo().browse(pool_id).name,
            "until": self._crm_local_time(until),
        }
        if former_id != user.id:
            return self.env._(
                "%(former)s, who is in a team with %(user)s, owned %(name)s before it"
                " went into the pool %(pool)s, and the team cannot get it back before"
                " %(until)s.",
                former=user.sudo().browse(former_id).name,
                **told,
            )
        return self.env._(
            "%(user)s owned %(name)s before it went into the pool %(pool)s, and cannot"
            " get it back before %(until)s.",
            **told,
        )

    @api.model
    def _crm_local_time(self, when):
        """Return a time (datetime, UTC) as the user reads it (str)."""
        return format_datetime(self.env, when, dt_format="yyyy-MM-dd HH:mm")
