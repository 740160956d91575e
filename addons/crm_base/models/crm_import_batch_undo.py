from odoo import models
from odoo.exceptions import UserError

from ..tools.import_line import IMPORTED, KEPT, UNDONE, Line

UNDO_ROWS = 200


class CrmImportBatch(models.Model):
    """Taking a whole import back: what it created goes, what it updated returns.

    What somebody has worked on since stays, and is listed with the reason.
    """

    _inherit = "crm.import.batch"

    def action_undo(self):
        """Take back what was imported, in the background.

        :return: dict as of :meth:`action_preview`, with ``undone`` and ``kept``
        :raise UserError: when nothing was imported
        """
        self.ensure_one()
        self._crm_check_mine()
        self._crm_check_step("done", "stopped", "undone")
        if not self.imported_count and not self.kept_count:
            raise UserError(self.env._("Nothing of this import is left to undo."))
        # what was kept may have become free
        # sudo: rows of the own import
        self.sudo().row_ids.filtered(
            lambda row: row.state == KEPT
        )._crm_workflow().write({"state": "created"})
        self._crm_workflow().write({"state": "undoing", "message": False})
        self._crm_queue("_crm_job_undo")
        return self._crm_summary()

    def _crm_job_undo(self):
        """Job: take back a chunk of rows, the last ones first; queue the next one."""
        if not self._crm_begin_job("undoing"):
            return
        # sudo: the rows of the own import
        rows = (
            self.env["crm.import.row"]
            .sudo()
            .search(
                [("batch_id", "=", self.id), ("state", "in", IMPORTED)],
                order="number desc",
                limit=UNDO_ROWS,
            )
        )
        if rows:
            self._crm_undo_rows(rows)
            self._crm_queue("_crm_job_undo")
        else:
            self._crm_workflow().state = "undone"
            self._crm_log_operation("import_undo", self.undone_count)
        self._crm_tell()

    def _crm_undo_rows(self, rows):
        """Take rows back, each on its own; say what could not be."""
        handler = self.profile_id._crm_handler()
        lines = []
        for row in rows:
            links = row.links or {}
            line = Line(row.id, row.number, row.data, key=row.key or "")
            line.matches = row.matches or []
            line.res_id = row.res_id
            line.created = links.get("created", [])
            line.updated = links.get("updated", [])
            try:
                with self.env.cr.savepoint():
                    reason = handler._crm_undo(self, line, row.done_at)
                    self.env.flush_all()
            except Exception as error:
                reason = self._crm_error_message(error)
                if reason is None:
                    raise
            line.state = KEPT if reason else UNDONE
            line.note = reason or self.env._("Taken back")
            lines.append(line)
        kept = [line for line in lines if line.state == KEPT]
        gone = [line for line in lines if line.state == UNDONE]
        for line in gone:
            line.created, line.updated, line.res_id = [], [], 0
        Row = self.env["crm.import.row"]
        done_at = rows[0].done_at
        Row._crm_record(kept, import_key=self._crm_import_key, done_at=done_at)
        Row._crm_record(gone, done_at=done_at)
