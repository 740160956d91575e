from odoo import models


class CrmPoolBatch(models.Model):
    """Moves from pool to pool, taken back: each customer into the pool it came from."""

    _inherit = "crm.pool.batch"

    def _crm_why_no_undo(self, now=None):
        user = self.env.user
        if (
            self.kind == "move"
            and not user._crm_is_boss()
            and self.pool_id.id not in user._crm_pool_ids("admin")
        ):
            return self.env._(
                "Moves between pools are undone by administrators of both pools."
            )
        return super()._crm_why_no_undo(now)

    def _crm_undo_obstacles(self, moves):
        return {
            **super()._crm_undo_obstacles(moves),
            **{
                move.partner_id.id: why
                for move in moves
                if move.kind == "repool" and (why := self._crm_why_not_back(move))
            },
        }

    def _crm_why_not_back(self, move):
        """Return why a customer cannot return to the pool it came from (str), or ""."""
        user = self.env.user
        pool = move.from_pool_id
        if not pool.active:
            return self.env._("The pool %(name)s is archived.", name=pool.name)
        if not user._crm_is_boss() and pool.id not in user._crm_pool_ids("admin"):
            return self.env._(
                "You do not administrate the pool %(pool)s, where %(name)s was before.",
                pool=pool.name,
                name=move.partner_name,
            )
        return pool._crm_refuse_record(move.partner_id)

    def _crm_put_back(self, moves, undo_id):
        if moves[0].kind != "repool":
            return super()._crm_put_back(moves, undo_id)
        for (source, target), group in moves.grouped(
            lambda move: (move.from_pool_id, move.pool_id)
        ).items():
            customers = group.partner_id
            customers._crm_workflow().with_context(tracking_disable=True).write(
                {"pool_id": source.id}
            )
            self.env["crm.owner.move"]._crm_log(
                customers,
                "undo",
                self.env["res.users"],
                reason=self.env._("Undo: %(reason)s", reason=group[0].reason or ""),
                by_partner={
                    move.partner_id.id: {"undo_of_id": move.id} for move in group
                },
                pool_id=source.id,
                from_pool_id=target.id,
                batch_id=undo_id,
            )
        return None
