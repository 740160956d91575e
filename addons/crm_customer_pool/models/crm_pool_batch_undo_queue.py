from odoo import models

from .crm_pool_batch_queue import QUEUE_FROM


class CrmPoolBatch(models.Model):
    """Undoing a large batch: in the background, chunk by chunk.

    The undo is a batch from its beginning on, which shows how far it is; what was
    refused in one chunk holds up none of the others.
    """

    _inherit = "crm.pool.batch"

    def action_undo(self):
        self.ensure_one()
        if self.done_count <= QUEUE_FROM:
            return super().action_undo()
        return self._crm_queue_undo()

    def _crm_undo(self):
        if self.done_count <= QUEUE_FROM:
            return super()._crm_undo()
        undo = self.browse(self._crm_queue_undo()["res_id"])
        return {
            "batch_id": undo.batch_id,
            "running": True,
            "undone": [],
            "refused": [],
        }

    def _crm_queue_undo(self):
        """Begin to take this batch back; return the action (dict) that shows it."""
        return self._crm_start(
            "undo",
            self._crm_begin_undo(),
            holds=self.holds,
            undo_of_id=self.id,
            pool_id=self.pool_id.id,
            reason=self._crm_undo_reason(),
        )

    def _crm_work_chunk(self, ids, todo):
        if self.kind != "undo":
            return super()._crm_work_chunk(ids, todo)
        # sudo: who began the undo need not see the batch any more; whether it is still
        # that person's to undo is asked below
        batch = self.sudo().undo_of_id.with_env(self.env)
        moves = self.env["crm.owner.move"].sudo().browse(ids).exists()
        moves -= self._crm_undone(moves)
        why = batch._crm_why_no_undo(self.done_at)
        if why:
            undone = []
            refused = [
                {"id": id_, "name": name, "reason": why}
                for id_, name in batch._crm_names(moves).items()
            ]
        else:
            undone, refused = batch._crm_undo_moves(moves, self.batch_id)
        self._crm_record(
            "undo", self.batch_id, len(undone), refused, holds=batch.sudo().holds
        )
        return None

    def _crm_job_work(self):
        result = super()._crm_job_work()
        # sudo: batches are written by the system
        batch = self.sudo().exists()
        if batch.kind == "undo" and batch.state == "done":
            batch._crm_workflow()._crm_end_undo()
        return result
