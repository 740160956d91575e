from odoo import models


class CrmPoolBatch(models.Model):
    """Moves from pool to pool, taken back: each record into the pool it came from."""

    _inherit = "crm.pool.batch"

    def _crm_why_no_undo(self, now=None):
        user = self.env.user
        # sudo: what batch it is, whoever sees it by now
        batch = self.sudo()
        if (
            batch.kind == "move"
            and not user._crm_is_boss()
            and batch.pool_id.id not in user._crm_pool_ids("admin")
        ):
            return self.env._(
                "Moves between pools are undone by administrators of both pools."
            )
        return super()._crm_why_no_undo(now)

    def _crm_undo_obstacles(self, moves):
        link = self._crm_held()._crm_pool_link
        why = super()._crm_undo_obstacles(moves)
        moved = moves.filtered(lambda move: move.kind == "repool")
        names = self._crm_names(moved)
        return why | {
            move[link].id: text
            for move in moved
            if (text := self._crm_why_not_there(move, names[move[link].id]))
        }

    def _crm_why_not_there(self, move, name):
        """Return why a record cannot return to the pool it came from (str), or "".

        :param str name: what the user may know of the record's name
        """
        user = self.env.user
        pool = move.from_pool_id
        if not pool.active:
            return self.env._("The pool %(name)s is archived.", name=pool.name)
        if not user._crm_is_boss() and pool.id not in user._crm_pool_ids("admin"):
            return self.env._(
                "You do not administrate the pool %(pool)s, where %(name)s was before.",
                pool=pool.name,
                name=name,
            )
        return pool._crm_refuse_record(move[self._crm_held()._crm_pool_link])

    def _crm_put_back(self, moves, undo_id):
        if moves[0].kind != "repool":
            return super()._crm_put_back(moves, undo_id)
        link = self._crm_held()._crm_pool_link
        for (source, target), group in moves.grouped(
            lambda move: (move.from_pool_id, move.pool_id)
        ).items():
            records = group[link]
            records._crm_workflow().with_context(tracking_disable=True).write(
                {"pool_id": source.id}
            )
            records._crm_pool_log(
                "undo",
                self.env._("Undo: %(reason)s", reason=group[0].reason or ""),
                rows={move[link].id: {"undo_of_id": move.id} for move in group},
                pool_id=source.id,
                from_pool_id=target.id,
                batch_id=undo_id,
            )
        return None
