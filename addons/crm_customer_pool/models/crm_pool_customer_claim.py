from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class CrmPoolCustomer(models.Model):
    """Claims: members take customers out of a pool for themselves."""

    _inherit = "crm.pool.customer"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_claim(self):
        """Take customers out of their pools, for yourself.

        Each customer is decided on its own, by the limits of the pool that it is in:
        exactly one claimant gets it, the others are told who. Claimed ones are yours at
        once; refused ones stay as they are.

        :return: dict with ``batch_id`` (str), ``claimed`` (list of int) and ``refused``
            (list of dicts ``id``, ``name``, ``reason``)
        :raise UserError: a single customer is refused
        """
        self._crm_check_chosen()
        user = self.env.user
        user._crm_check_can_own()
        pool_ids = None if user._crm_is_boss() else user._crm_pool_ids("member")
        rows = self._crm_lock_pooled(pool_ids)
        refused = self._crm_refuse_gone(rows, pool_ids)
        refused |= self._crm_refuse_claims(
            [rows[id_] for id_ in self.ids if id_ in rows], user
        )
        return self._crm_leave_pool(rows, refused, user, "claim", "claimed")

    def action_claim_and_show(self):
        """Claim customers and say what became of each; return the action (dict)."""
        claimed = self.action_claim()
        return self.env["crm.pool.outcome"]._crm_show(
            self.env._(
                "%(count)s customers are yours now.", count=len(claimed["claimed"])
            ),
            claimed["refused"],
        )

    def action_claim_and_open(self):
        """Claim this customer and open it; return the action (dict)."""
        self.ensure_one()
        self.action_claim()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.id,
            "views": [(self.env.ref("crm_base.res_partner_view_form").id, "form")],
            # the row of the pool that was open here is gone
            "target": "main",
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_refuse_claims(self, rows, user):
        """Return which locked customers may not be claimed, {id: (name, reason)}."""
        if not rows:
            return {}
        limits = self.env["crm.pool"]._crm_limits()
        pool_ids = {row.pool_id for row in rows}
        holding_limit, holding_pool_id = user._crm_holding_limit()
        held = 0
        claimed = {}
        if holding_limit or any(limits[id_].claim_per_day for id_ in pool_ids):
            self.env["crm.pool.quota"]._crm_serialize(user)
            claimed = self._crm_claimed_today(user, pool_ids, limits)
        if holding_limit:
            held = user._crm_held_count()
        excluded = {}
        if any(limits[id_].exclude_days for id_ in limits):
            excluded = self.env["crm.pool"]._crm_excluded(
                user, [row.id for row in rows]
            )
        refused = {}
        for row in rows:
            reason = self._crm_refuse_former(row, user, limits[row.pool_id], excluded)
            if not reason:
                per_day = limits[row.pool_id].claim_per_day
                today = claimed.get(row.pool_id, 0)
                if per_day and today >= per_day:
                    reason = self.env._(
                        "You have claimed %(count)s customers of this pool today; the"
                        " limit is %(limit)s.",
                        count=today,
                        limit=per_day,
                    )
                elif holding_limit and held >= holding_limit:
                    reason = user._crm_holding_message(
                        held, holding_limit, holding_pool_id
                    )
            if reason:
                refused[row.id] = (row.name, reason)
            else:
                claimed[row.pool_id] = claimed.get(row.pool_id, 0) + 1
                held += 1
        return refused

    def _crm_refuse_former(self, row, user, limits, excluded):
        """Return why a former owner may not claim a customer (str), "" if nothing."""
        if limits.cooldown_days and row.former_owner_id == user.id:
            until = row.pooled_at + timedelta(days=limits.cooldown_days)
            if until > fields.Datetime.now():
                return self.env._(
                    "You gave up %(name)s yourself and may claim it again from"
                    " %(until)s on.",
                    name=row.name,
                    until=self.env["res.partner"]._crm_local_time(until),
                )
        if row.id in excluded:
            return self.env["res.partner"]._crm_excluded_message(
                row.name, user, *excluded[row.id]
            )
        return ""

    @api.model
    def _crm_claimed_today(self, user, pool_ids, limits):
        """Return how many customers ``user`` has claimed today, a dict by pool id.

        Counted in the ledger: what was given back since counts as well, unless the
        claim was undone.
        """
        Move = self.env["crm.owner.move"]
        Move.flush_model()
        now = fields.Datetime.now()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT pool_id, count(*)
                      FROM crm_owner_move
                     WHERE to_user_id = %s AND kind = 'claim' AND (%s) AND %s
                     GROUP BY pool_id
                    """,
                    user.id,
                    SQL(" OR ").join(
                        SQL(
                            "(pool_id = %s AND moved_at >= %s)",
                            pool_id,
                            limits[pool_id].day_start(now),
                        )
                        for pool_id in sorted(pool_ids)
                    ),
                    Move._crm_not_undone("crm_owner_move"),
                )
            )
        )
