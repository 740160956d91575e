from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.batch_id import BatchId
from .crm_owner_move import POOL_OUT
from .crm_owner_move_batch import UNDOABLE

# what somebody did may be put right by the same person for so long
OWN_HOURS = 24


class CrmPoolBatch(models.Model):
    """Taking a batch back, record by record."""

    _inherit = "crm.pool.batch"

    def _crm_why_no_undo(self, now=None):
        """Return why the current user may not undo this batch (str), "" if so.

        :param datetime now: when the undo was begun (UTC), unless just now
        """
        user = self.env.user
        # sudo: what batch it is, whoever sees it by now
        batch = self.sudo()
        if batch.kind == "undo":
            return self.env._("An undo cannot be undone.")
        if not self._crm_held()._crm_pool_link:
            return self.env._("Pools hold nothing of this kind any more.")
        if user._crm_is_boss() or (
            batch.pool_id
            and batch.pool_id.id in user._crm_pool_ids("admin")
            # nobody lets one's own claims go uncounted
            and not (batch.kind == "claim" and batch.user_id == user)
        ):
            return ""
        if batch.user_id == user:
            if batch.kind == "claim":
                return self.env._(
                    "Claims count, also when they were a mistake. Ask a superior or an"
                    " administrator of the pool to undo them."
                )
            now = now or fields.Datetime.now()
            if batch.done_at < now - timedelta(hours=OWN_HOURS):
                return self.env._(
                    "A batch of yours can be undone by you for %(hours)s hours. Ask a"
                    " superior or an administrator of the pool.",
                    hours=OWN_HOURS,
                )
            return ""
        if user._crm_has_group("crm_base.group_manager") and batch.user_id.id in (
            user._crm_scope_ids("write") or ()
        ):
            return ""
        return self.env._(
            "Batches are undone by administrators of the pool and by superiors of"
            " whoever made them."
        )

    def _crm_undo(self):
        """Take this batch back; return what :meth:`crm.pool.action_undo` returns."""
        waiting = self._crm_begin_undo()
        undo_id = BatchId.new()
        undone, refused = self._crm_undo_moves(waiting, undo_id)
        record = self._crm_record(
            "undo",
            undo_id,
            len(undone),
            refused,
            holds=self.holds,
            pool=self.pool_id,
            reason=self._crm_undo_reason(),
        )
        # sudo: batches are written by the system
        record = record.sudo()._crm_workflow()
        record.write({"undo_of_id": self.id})
        record._crm_end_undo()
        return {
            "batch_id": undo_id,
            "running": False,
            "undone": undone,
            "refused": refused,
        }

    def _crm_begin_undo(self):
        """Check who undoes what; return the rows of the ledger to take back (sudo)."""
        self.ensure_one()
        if why := self._crm_why_no_undo():
            raise AccessError(why)
        # sudo: batches are written by the system; whoever comes second is replayed
        batch = self.sudo()
        night = [("batch_id", "=", batch.batch_id), ("state", "=", "running")]
        if batch.state == "running" or (
            batch.kind == "recycle"
            and self.env["crm.pool.run"].sudo().search_count(night, limit=1)
        ):
            raise UserError(self.env._("This batch is still running."))
        batch._crm_workflow().write({"state": "done"})
        batch.flush_recordset()
        if "running" in batch.undo_ids.mapped("state"):
            raise UserError(self.env._("This batch is being undone already."))
        # sudo: the rows of a batch that the user may undo
        moves = (
            self.env["crm.owner.move"]
            .sudo()
            .search([("batch_id", "=", self.batch_id), ("kind", "in", UNDOABLE)])
        )
        waiting = moves - self._crm_undone(moves)
        if not waiting:
            raise UserError(self.env._("This batch has been undone already."))
        return waiting

    def _crm_end_undo(self):
        """Mark what this undo (sudo, in the workflow) has taken back altogether."""
        if not self.refused_count:
            self.undo_of_id.write({"state": "undone"})

    def _crm_undo_reason(self):
        """Return the reason (str) of the batch that takes this one back."""
        return self.env._("Undo: %(reason)s", reason=self.reason or self.batch_id)

    @api.model
    def _crm_undone(self, moves):
        """Return those of these rows of the ledger that were taken back already."""
        return moves.search([("undo_of_id", "in", moves.ids)]).undo_of_id

    def _crm_undo_moves(self, moves, undo_id):
        """Take rows of the ledger back; return (ids of records, refusals)."""
        link = self._crm_held()._crm_pool_link
        records = moves[link].with_context(active_test=False).exists()
        if records:
            records._crm_lock()
        gone = moves.filtered(lambda move: move[link] not in records)
        names = self._crm_names(gone)
        why = {
            id_: self.env._("%(name)s was deleted.", name=name)
            for id_, name in names.items()
        }
        present = moves - gone
        why |= self._crm_undo_obstacles(present)
        moves = present.filtered(lambda move: move[link].id not in why)
        why |= self._crm_changed_since(moves)
        done = []
        groups = moves.filtered(lambda move: move[link].id not in why).grouped(
            lambda move: (move.from_user_id, move.kind, str(move.before))
        )
        for group in groups.values():
            done += self._crm_undo_group(group, undo_id, why)
        names |= self._crm_names(present, why)
        return done, [
            {"id": id_, "name": names.get(id_, ""), "reason": reason}
            for id_, reason in why.items()
        ]

    def _crm_undo_obstacles(self, moves):
        """Hook: return what cannot be taken back at all, id to reason (str).

        :param moves: rows of the ledger (sudo) with records that are there, locked
        """
        link = self._crm_held()._crm_pool_link
        names = self._crm_names(moves)
        return {
            move[link].id: why
            for move in moves
            if (why := move[link]._crm_why_not_back(move, names[move[link].id]))
        }

    def _crm_undo_group(self, moves, undo_id, why):
        """Take rows back that are alike; split them where one is refused.

        :param dict why: gets the reasons of those that are refused, by id
        :return: list of ids of the records that are as they were
        """
        link = self._crm_held()._crm_pool_link
        try:
            with self.env.cr.savepoint():
                self._crm_put_back(moves, undo_id)
                self.env.flush_all()
            return moves[link].ids
        except (AccessError, UserError, ValidationError) as error:
            self.env.invalidate_all()
            if len(moves) == 1:
                why[moves[link].id] = str(error)
                return []
        middle = len(moves) // 2
        return self._crm_undo_group(
            moves[:middle], undo_id, why
        ) + self._crm_undo_group(moves[middle:], undo_id, why)

    def _crm_put_back(self, moves, undo_id):
        """Let records be as they were before these rows, which are alike."""
        move = moves[0]
        link = self._crm_held()._crm_pool_link
        records = moves[link].with_context(tracking_disable=True)
        # sudo: the user that the engine looks at is no superuser
        owner = move.from_user_id.with_env(self.env).sudo(False)
        records._crm_pool_move(
            owner,
            "undo",
            self.env._("Undo: %(reason)s", reason=move.reason or ""),
            values=self._crm_values_before(move),
            rows={one[link].id: {"undo_of_id": one.id} for one in moves},
            batch_id=undo_id,
            **({"pool_id": move.pool_id.id} if move.pool_id else {}),
        )
        family = records._crm_family()
        if move.kind in POOL_OUT:
            family._crm_end_following()
        if records.filtered("pool_id"):
            return
        self._crm_put_back_followers(moves, family)
        records._crm_put_back_more(moves)
        self._crm_put_back_work(moves)

    def _crm_values_before(self, move):
        """Return the values (dict) that a record had before a row of the ledger."""
        names = self._crm_held()._crm_overwritten_fields()
        known = (move.before or {}).get("values")
        if known:
            return {name: known.get(name, False) for name in names}
        return {
            name: move.pool_id.id
            if name == "pool_id" and move.kind in POOL_OUT
            else False
            for name in names
            if name != "owner_since"
        }

    def _crm_put_back_followers(self, moves, family):
        # sudo: followers, of whoever, as they were
        Follower = self.env["mail.followers"].sudo()
        known = {
            (res_id, partner_id): subtypes
            for move in moves
            for res_id, partner_id, subtypes in (move.before or {}).get("followers", ())
        }
        present = Follower.search(
            [
                ("res_model", "=", family._name),
                ("res_id", "in", family.ids),
                ("partner_id.partner_share", "=", False),
            ]
        )
        extra = present.filtered(
            lambda one: (one.res_id, one.partner_id.id) not in known
        )
        there = {(one.res_id, one.partner_id.id) for one in present - extra}
        extra.unlink()
        # sudo: whether they still exist
        people = self.env["res.partner"].sudo().browse({key[1] for key in known})
        alive = set(people.exists().ids)
        Follower.create(
            [
                {
                    "res_model": family._name,
                    "res_id": res_id,
                    "partner_id": partner_id,
                    "subtype_ids": [(6, 0, subtypes)],
                }
                for (res_id, partner_id), subtypes in known.items()
                if (res_id, partner_id) not in there and partner_id in alive
            ]
        )

    def _crm_put_back_work(self, moves):
        """Plan again what was called off, and give back what changed hands."""
        before = [move.before or {} for move in moves]
        if moves[0].kind != "transfer":
            # sudo: plans and activities, whoever's they are
            plans = self.env["crm.followup"].sudo()
            plans = plans.browse(id_ for one in before for id_ in one.get("plans", ()))
            plans._crm_workflow().write({"state": "planned", "cancel_reason": False})
            plans._crm_update_partner()
            activities = self.env["mail.activity"].sudo()
            activities.browse(
                id_ for one in before for id_ in one.get("activities", ())
            ).with_context(mail_activity_quick_update=True).write({"active": True})
            return
        for entry in self.env["res.users"]._crm_handover_models():
            ids = [
                id_
                for one in before
                for id_ in one.get("open", {}).get(entry.model, ())
            ]
            # sudo: what was given away goes back
            records = self.env[entry.model].sudo().browse(ids)
            if isinstance(records, self.env.registry["crm.workflow.mixin"]):
                records = records._crm_workflow()
            records.with_context(
                mail_auto_subscribe_no_notify=True, mail_activity_quick_update=True
            ).write({entry.user_field: moves[0].from_user_id.id})
