from odoo import models
from odoo.exceptions import UserError

from ..tools.import_line import IMPORTED, KEPT, UNDONE, Line

UNDO_ROWS = 400


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
        kept = self.env["crm.import.row"].sudo()
        kept.search(
            [("batch_id", "=", self.id), ("state", "=", KEPT)]
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
            .search_fetch(
                [("batch_id", "=", self.id), ("state", "in", IMPORTED)],
                ["number", "key", "matches", "res_id", "links", "done_at"],
                order="number desc",
                limit=UNDO_ROWS,
            )
        )
        if rows:
            self._crm_undo_safely(
                self.profile_id._crm_handler(), [_line(row) for row in rows]
            )
            self._crm_queue("_crm_job_undo")
        else:
            self._crm_workflow().state = "undone"
            self._crm_log_operation("import_undo", self.undone_count)
        self._crm_tell()

    def _crm_undo_safely(self, handler, lines):
        """Take rows back; when one cannot be, all the others are."""
        try:
            with self.env.cr.savepoint():
                handler._crm_undo(self, lines)
                self.env.flush_all()
        except Exception as error:
            reason = self._crm_error_message(error)
            if reason is None:
                raise
            for line in lines:
                line.note = ""
            if len(lines) > 1:
                half = len(lines) // 2
                self._crm_undo_safely(handler, lines[:half])
                self._crm_undo_safely(handler, lines[half:])
                return
            lines[0].note = reason
        self._crm_record_undone(lines)

    def _crm_record_undone(self, lines):
        """Write which rows are undone, and why the others are not."""
        kept = [line for line in lines if line.note]
        gone = [line for line in lines if not line.note]
        for line in kept:
            line.state = KEPT
        for line in gone:
            line.finish(UNDONE, self.env._("Taken back"))
            line.created, line.updated, line.res_id = [], [], 0
        Row = self.env["crm.import.row"]
        Row._crm_record(kept, import_key=self._crm_import_key)
        Row._crm_record(gone)


def _line(row):
    """Return a stored row as the handler takes it back."""
    links = row.links or {}
    return Line(
        row.id,
        row.number,
        [],
        key=row.key or "",
        matches=row.matches or [],
        res_id=row.res_id,
        created=links.get("created", []),
        updated=links.get("updated", []),
        done_at=row.done_at,
    )
