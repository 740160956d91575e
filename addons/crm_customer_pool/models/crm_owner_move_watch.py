from odoo import api, models

from ..tools.locked import Lone
from .crm_owner_move import LOCKING

# what a run of the rules took back is told when the run ends, in one message
TOLD_ELSEWHERE = (*LOCKING, "recycle")


class CrmOwnerMove(models.Model):
    """Whoever watches what a pool holds is told of rows of the ledger about it."""

    _inherit = "crm.owner.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        if any(vals.get("pool_id") for vals in vals_list):
            moves._crm_tell_watchers()
        return moves

    def _crm_tell_watchers(self):
        """Tell watchers of what came into a pool, or went out of it."""
        told = self.filtered(
            lambda move: move.pool_id and move.kind not in TOLD_ELSEWHERE
        )
        groups = told.grouped(lambda move: (move.kind, move.to_user_id, move.pool_id))
        links = [
            self.env[name]._crm_pool_link
            for name in self.env["crm.pool"]._crm_held_models().values()
        ]
        # sudo: masked names alone are told
        for (kind, to_user, pool), moves in groups.items():
            for records in (moves.sudo()[link] for link in links):
                if records and not Lone.has(records):
                    self.env["crm.pool.watch"]._crm_tell(records, kind, to_user, pool)
