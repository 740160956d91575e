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
        return {
            later.partner_id.id: self.env._(
                "%(name)s has moved since: %(kind)s by %(user)s on %(time)s.",
                name=later.partner_name,
                kind=kinds[later.kind],
                user=later.actor_id.name,
                time=later.partner_id._crm_local_time(later.moved_at),
            )
            for later in Move.browse(later_id for _partner_id, later_id in rows)
        }

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
        worked_on = self._crm_worked_on(moves, customer_of)
        changed = {}
        for move in moves:
            before = move.before or {}
            known = set(before.get("activities", ()))
            key = move.partner_id.id
            left = known if move.kind == "transfer" else set()
            if active.get(key, set()) != left or not known <= there or key in worked_on:
                changed[key] = self.env._(
                    "Somebody has been working on %(name)s since.",
                    name=move.partner_name,
                )
        return changed

    def _crm_worked_on(self, moves, customer_of):
        """Return customers (set of int) with follow-ups or other work not as left.

        :param dict customer_of: id of the customer by id of each of its partners
        """
        given = moves.filtered(lambda move: move.kind == "transfer")
        taken = moves.filtered(lambda move: move.kind in POOL_OUT)
        return {
            *self._crm_plans_begun(moves - given),
            *self._crm_work_gone(given),
            *self._crm_work_begun(taken.partner_id.ids, customer_of),
        }

    def _crm_plans_begun(self, moves):
        """Return customers (set of int) with plans that are called off no longer."""
        plans = {
            id_: move.partner_id.id
            for move in moves
            for id_ in (move.before or {}).get("plans", ())
        }
        # sudo: whether they are still called off, whoever's they are
        called_off = (
            self.env["crm.followup"]
            .sudo()
            .search([("id", "in", list(plans)), ("state", "=", "cancelled")])
        )
        return {plans[id_] for id_ in plans.keys() - set(called_off.ids)}

    def _crm_work_gone(self, moves):
        """Return customers (set of int) with work that is no longer the new owner's."""
        gone = set()
        for entry in self.env["res.users"]._crm_handover_models() if moves else ():
            owners = {
                id_: move
                for move in moves
                for id_ in (move.before or {}).get("open", {}).get(entry.model, ())
            }
            # sudo: whether it is still open, whoever's it is
            left = (
                self.env[entry.model]
                .sudo()
                .search(Domain(entry.open_domain) & Domain("id", "in", list(owners)))
            )
            theirs = {
                record.id
                for record in left
                if record[entry.user_field] == owners[record.id].to_user_id
            }
            gone.update(owners[id_].partner_id.id for id_ in owners.keys() - theirs)
        return gone

    def _crm_work_begun(self, customer_ids, customer_of):
        """Return those of customers (set of int) on which anything is open."""
        family = [id_ for id_, key in customer_of.items() if key in set(customer_ids)]
        begun = set()
        for entry in self.env["res.users"]._crm_handover_models() if family else ():
            if not entry.partner_field:
                continue
            # sudo: nothing may stay open in a pool, whoever's it is
            records = (
                self.env[entry.model]
                .sudo()
                .search(
                    Domain(entry.open_domain)
                    & Domain(entry.partner_field, "in", family)
                )
            )
            for record in records:
                partner = record[entry.partner_field]
                begun.add(
                    customer_of[partner if isinstance(partner, int) else partner.id]
                )
        return begun
