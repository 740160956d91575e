from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_base.tools import pinyin, search_key

from ..tools import masking
from ..tools.locked import Locked, Lone


class ResPartner(models.Model):
    """A customer in a pool: owned by nobody, out of sight as a partner.

    All pool fields are workflow fields. They change in :meth:`_crm_enter_pool` and, for
    every door by which a customer gets an owner, in :meth:`_crm_change_owner`.
    """

    _inherit = "res.partner"

    _crm_pool_kind = "customer"
    _crm_pool_link = "partner_id"
    _crm_masked_in_ledger = False
    _crm_pool_rows = "crm.pool.customer"
    _crm_pooled_action = "crm_customer_pool.crm_pool_customer_action"
    _crm_level = ("customer_level_id", "customer_level")
    _crm_release = ("crm_customer_pool.crm_pool_release_action", "partner_ids")

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

    def _crm_masked(self):
        self.ensure_one()
        return self._crm_pool_names(
            self.name, self.mnemonic, self.customer_no, self.is_company
        )

    def _crm_masked_depends(self):
        return ["name", "is_company", "mnemonic", "customer_no"]

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
        return super()._crm_workflow_fields() | self._crm_pool_fields()

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
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_released(self):
        return self.crm_customer_id

    def _crm_releasable(self):
        return self._crm_owned_customers()

    def _crm_pool_move(self, user, kind, reason, *, values=None, rows=None, **extra):
        if rows:
            extra["by_partner"] = rows
        return self._crm_change_owner(
            user, kind, reason, with_open=False, log=values, **extra
        )

    def _crm_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("crm_base.res_partner_view_form").id, "form")],
        }

    def _crm_family(self):
        """Return these customers and their contacts, archived ones included."""
        return self.with_context(active_test=False).search(
            [("crm_customer_id", "in", self.ids)]
        )

    def _crm_end_work(self, reason):
        ended = super()._crm_end_work(reason)
        still_open = defaultdict(list)
        for entry in self.env["res.users"]._crm_handover_models():
            if (
                entry.bars_pool
                and entry.partner_field
                and entry.model not in ("crm.followup", "mail.activity")
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
        log = {**(log or {}), **self._crm_pool_left()}
        for pool, customers in pooled.grouped("pool_id").items():
            moves |= super(ResPartner, customers)._crm_change_owner(
                user,
                kind,
                reason,
                with_open=with_open,
                log=log,
                **{**extra, "pool_id": pool.id},
            )
        pooled._crm_follow_new_owner(user)
        return moves

    @api.model
    def _crm_ties_sql(self):
        self.env["crm.share"].flush_model(["partner_id"])
        return [
            *super()._crm_ties_sql(),
            SQL(
                "EXISTS (SELECT FROM res_partner contact"
                " WHERE contact.crm_customer_id = held.id AND contact.id <> held.id)"
            ),
            SQL("EXISTS (SELECT FROM crm_share WHERE partner_id = held.id)"),
        ]

    def _crm_sync_contacts(self):
        return self if Lone.has(self) else super()._crm_sync_contacts()

    def _crm_end_shares(self, user):
        return None if Lone.has(self) else super()._crm_end_shares(user)

    def _crm_lock(self):
        return None if Locked.has(self) else super()._crm_lock()

    def _crm_check_owner_change(self, user, kind):
        result = super()._crm_check_owner_change(user, kind)
        self._crm_check_pool_limits(user, kind)
        return result
