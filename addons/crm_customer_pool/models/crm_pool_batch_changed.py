from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_owner_move import POOL_OUT
from .crm_owner_move_batch import OVERWRITTEN

# what the engine of moves writes itself: the ledger tells about these
ENGINE_FIELDS = ("user_id", *OVERWRITTEN)
# and what it does to planned follow-ups, which are looked at one by one
PLAN_FIELDS = ("state", "cancel_reason", "user_id")


class CrmPoolBatch(models.Model):
    """Has a customer changed since a batch moved it? Then the batch lets it be."""

    _inherit = "crm.pool.batch"

    def _crm_changed_since(self, moves):
        """Return which customers changed since these rows of the ledger, and how.

        :return: dict of customer id to reason (str)
        """
        if not moves:
            return {}
        self.env.flush_all()
        return {
            **self._crm_changed_work(moves),
            **self._crm_changed_fields(moves),
            **self._crm_changed_owners(moves),
        }

    def _crm_changed_owners(self, moves):
        """Return customers that have moved on, by later rows of the ledger.

        Rows that were taken back meanwhile, and those that took them back, count for
        nothing.
        """
        # sudo: who moved a customer on is told to whoever undoes the batch
        Move = self.env["crm.owner.move"].sudo()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (later.partner_id) later.partner_id, later.id
                  FROM crm_owner_move move
                  JOIN crm_owner_move later
                    ON later.partner_id = move.partner_id AND later.id > move.id
                  LEFT JOIN crm_owner_move undone ON undone.id = later.undo_of_id
                 WHERE move.id IN %s
                   AND (undone.id IS NULL OR undone.id < move.id)
                   AND %s
                 ORDER BY later.partner_id, later.id DESC
                """,
                tuple(moves.ids),
                Move._crm_not_undone("later"),
            )
        )
        kinds = dict(Move._fields["kind"]._description_selection(self.env))
        changed = {}
        for partner_id, later_id in rows:
            later = Move.browse(later_id)
            changed[partner_id] = self.env._(
                "%(name)s has moved since: %(kind)s by %(user)s on %(time)s.",
                name=later.partner_name,
                kind=kinds[later.kind],
                user=later.actor_id.name,
                time=later.partner_id._crm_local_time(later.moved_at),
            )
        return changed

    def _crm_changed_fields(self, moves):
        """Return customers of which somebody changed something, by the change log."""
        # sudo: where the log stood, and what it says, for a yes or no
        mark = self.sudo().log_mark
        plans = []
        for move in moves:
            before = move.before or {}
            plans += before.get("plans", ())
            plans += before.get("open", {}).get("crm.followup", ())
        logs = (
            self.env["crm.change.log"]
            .sudo()
            .search(
                Domain("customer_res_id", "in", moves.partner_id.ids)
                & Domain("id", ">", mark)
                & ~(
                    Domain("model", "=", "res.partner")
                    & Domain("field_name", "in", ENGINE_FIELDS)
                )
                & ~(
                    Domain("model", "=", "crm.followup")
                    & Domain("field_name", "in", PLAN_FIELDS)
                    & Domain("res_id", "in", plans)
                ),
                order="id",
            )
        )
        return {
            log.customer_res_id: self.env._(
                "%(name)s has been changed since, by %(user)s.",
                name=log.record_name or "",
                user=log.user_name or "",
            )
            for log in logs
        }

    def _crm_changed_work(self, moves):
        """Return customers whose open work is not what the batch left."""
        families = {}
        customers = moves.partner_id
        for partner in customers._crm_family():
            families.setdefault(partner.crm_customer_id.id, []).append(partner.id)
        everybody = [id_ for ids in families.values() for id_ in ids]
        customer_of = {id_: key for key, ids in families.items() for id_ in ids}
        # sudo: what is open on a customer, whoever made it
        activities = (
            self.env["mail.activity"]
            .sudo()
            .with_context(active_test=False)
            .search([("res_model", "=", "res.partner"), ("res_id", "in", everybody)])
        )
        active = {}
        for activity in activities.filtered("active"):
            active.setdefault(customer_of[activity.res_id], set()).add(activity.id)
        there = set(activities.ids)
        changed = {}
        for move in moves:
            before = move.before or {}
            known = set(before.get("activities", ()))
            key = move.partner_id.id
            left = known if move.kind == "transfer" else set()
            if (
                active.get(key, set()) != left
                or not known <= there
                or not self._crm_plans_as_left(move, before)
                or (move.kind in POOL_OUT and self._crm_has_open(families[key]))
            ):
                changed[key] = self.env._(
                    "Somebody has been working on %(name)s since.",
                    name=move.partner_name,
                )
        return changed

    def _crm_plans_as_left(self, move, before):
        """Return whether follow-ups and other work are as the move left them (bool)."""
        if move.kind == "transfer":
            for entry in self.env["res.users"]._crm_handover_models():
                ids = before.get("open", {}).get(entry.model, ())
                # sudo: whether it is still open, whoever's it is
                left = (
                    self.env[entry.model]
                    .sudo()
                    .search_count(
                        Domain(entry.open_domain)
                        & Domain("id", "in", ids)
                        & Domain(entry.user_field, "=", move.to_user_id.id)
                    )
                )
                if left != len(ids):
                    return False
            return True
        ids = before.get("plans", ())
        # sudo: whether it is still called off, whoever's it is
        called_off = (
            self.env["crm.followup"]
            .sudo()
            .search_count([("id", "in", ids), ("state", "=", "cancelled")])
        )
        return called_off == len(ids)

    def _crm_has_open(self, family_ids):
        """Return whether anything of the hand-over registry is open (bool)."""
        for entry in self.env["res.users"]._crm_handover_models():
            if not entry.partner_field:
                continue
            # sudo: nothing may stay open in a pool, whoever's it is
            if (
                self.env[entry.model]
                .sudo()
                .search_count(
                    Domain(entry.open_domain)
                    & Domain(entry.partner_field, "in", family_ids),
                    limit=1,
                )
            ):
                return True
        return False
