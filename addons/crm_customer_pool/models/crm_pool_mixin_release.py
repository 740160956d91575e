from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_base.tools.arguments import as_id, as_text

from ..tools.batch_id import BatchId

# Names told in a notification about many records
NAMES_LIMIT = 20


class CrmPoolMixin(models.AbstractModel):
    """The way into a pool, by a person."""

    _inherit = "crm.pool.mixin"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_release_to_pool(self, pool_id, reason, note=""):
        """Give up customers, or what else pools hold: members of a pool can claim them.

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
        :raise AccessError: a record or the pool is not yours to use
        :raise UserError: no reason, already in a pool, another company, all are locked
        """
        records = self._crm_releasable()
        pool = self.env["crm.pool"].browse(as_id(pool_id)).exists()
        if not pool:
            raise UserError(self.env._("Choose the pool that takes them in."))
        reason_value, text = self._crm_release_reason(reason, note)
        pool._crm_check_may_release(records)
        records, refused = records._crm_spare_locked()
        batch_id = self._crm_new_batch_id()
        cancelled = records._crm_enter_pool(
            pool, text, reason_id=reason_value.id, batch_id=batch_id
        )
        self.env["crm.pool.batch"]._crm_record(
            "release",
            batch_id,
            len(records),
            refused,
            holds=self._crm_pool_kind,
            pool=pool,
            reason=text,
        )
        return {
            "batch_id": batch_id,
            "released": len(records),
            "cancelled": cancelled,
            "refused": refused,
        }

    def action_open_release(self):
        """Open the dialog that asks for the pool; return the action (dict)."""
        xml_id, field = self._crm_release
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["context"] = {
            f"default_{field}": self._crm_released().ids,
            "crm_leave_form": self.env.context.get("crm_leave_form", False),
        }
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_new_batch_id(self):
        """Return the id (str) of the batch that this call is part of, or a new one."""
        return BatchId.of(self.env)

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
            raise UserError(self.env._("Say why it goes into the pool."))
        return value, text

    def _crm_enter_pool(self, pool, reason, *, reason_id=False, batch_id=False):
        """Put records into a pool; rights are checked by the caller.

        :param pool: crm.pool record
        :param str reason: reason of the ledger rows
        :param int reason_id: the release reason, if it is of the list
        :param str batch_id: batch of the ledger rows
        :return: number of open follow-ups and activities called off (int)
        :raise UserError: names the first one that is in a pool already
        """
        known = self._crm_remembering() if batch_id else self
        # sudo: nobody sees a record as what it is once it is in the pool; and the
        # ledger, not the chatter of each, tells the story
        records = known.sudo().with_context(tracking_disable=True)
        # whoever comes second sees the record in its pool, and says so
        records._crm_lock()
        for record in records:
            if record.pool_id:
                raise UserError(
                    self.env._(
                        "%(name)s is already in the pool %(pool)s.",
                        name=record.name,
                        pool=record.pool_id.name,
                    )
                )
        family = records._crm_family()
        # sudo: the name of the pool is told to whoever has to do with the record
        pool_name = pool.sudo().name
        family._crm_end_following()
        cancelled = family._crm_end_work(
            self.env._(
                "It went into the pool %(pool)s. %(reason)s",
                pool=pool_name,
                reason=reason,
            )
        )
        now = fields.Datetime.now()
        for owner, group in records.grouped("user_id").items():
            names = group[:NAMES_LIMIT].mapped("name")
            group._crm_pool_move(
                self.env["res.users"],
                "release" if owner else "enter",
                reason,
                values={
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
                self.env._("%(count)s of yours went into a pool", count=len(group)),
                self.env._(
                    "%(actor)s put these into the pool %(pool)s. %(reason)s",
                    actor=self.env.user.name,
                    pool=pool_name,
                    reason=reason,
                ),
                names,
                len(group),
            )
        return cancelled

    def _crm_end_work(self, reason):
        """Hook: end what is open on records (and contacts) that go into a pool.

        Nobody can reach them there, so nothing open may stay behind. This
        implementation calls off follow-ups and activities; for customers, whatever else
        of the hand-over registry is open keeps them out. An addon that knows better
        ends its own records first and calls ``super()``.

        :param str reason: reason of the cancellation
        :return: number of records ended (int)
        :raise UserError: something is open that the addon in charge does not end
        """
        plans, activities = self._crm_open_plans()
        if plans:
            plans.action_cancel(reason)
        if activities:
            # put aside, for whoever takes the release back
            activities.with_context(mail_activity_quick_update=True).active = False
        return len(plans) + len(activities)

    def _crm_open_plans(self):
        """Return what is planned with these records: follow-ups, and activities.

        What was done stays for audit, also when archived records are looked at.
        """
        return (
            self.env["crm.followup"].search(
                [(self._crm_pool_link, "in", self.ids), ("state", "=", "planned")]
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

    def _crm_follow_new_owner(self, user):
        """Let the new owner of records that leave their pool follow them."""
        # sudo: the new owner need not be allowed to read the follower list yet
        self.env["mail.followers"].sudo()._insert_followers(
            self._name, self.ids, user.sudo().partner_id.ids, customer_ids=[]
        )

    def _crm_check_pool_limits(self, user, kind):
        """Refuse a change of owner that the limits of pools forbid.

        Claims are counted row by row by whoever makes them, under the same lock.

        :param user: res.users record, empty when they go to nobody
        :param str kind: kind of the ledger rows to come
        """
        if not user or kind == "claim":
            return
        user._crm_check_held(self)
        if kind not in ("create", "restore", "undo"):
            self._crm_check_former_owner(user, kind)

    def _crm_check_restored(self):
        """Refuse what comes back to owners who have no room for it."""
        for owner, records in self.grouped("user_id").items():
            records._crm_check_pool_limits(owner, "restore")

    def _crm_check_former_owner(self, user, kind):
        """Refuse what a former owner would get back through the back door."""
        actor = self.env.user
        if actor._crm_is_boss():
            return
        excluded = self.env["crm.pool"]._crm_excluded(
            user, self.ids, self._crm_pool_link
        )
        administrated = actor._crm_pool_ids("admin") if kind == "assign" else ()
        for record_id, why in excluded.items():
            if why[0] in administrated:
                continue
            # sudo: the name in the refusal; the record is the actor's own
            text = self._crm_excluded_message(
                self.sudo().browse(record_id).name, user, *why
            )
            self.env["crm.operation.log"]._crm_log_refusal(
                "pool_refusal", text, self._name, [record_id]
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
