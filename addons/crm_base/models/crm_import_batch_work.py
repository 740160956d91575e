from datetime import date, datetime, time

import psycopg2

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError

from ..tools.import_line import (
    ERROR,
    IMPORTED,
    PENDING,
    WAITING,
    Line,
)
from ..tools.sheets import SheetError
from ..tools.sheets.workbook import FORMULA

STAGE_ROWS, CHECK_ROWS, RUN_ROWS = 2_000, 2_000, 1_000
PREVIEW_ROWS = 20
# rows that were told to be there already, not those that repeat another row
HIT = SQL("jsonb_path_exists(matches, '$[*] ? (!exists(@.row))')")
# of so many of them the log keeps what was asked
LOGGED_HITS = 200
# cells that are no text, as the staged rows hold them
KINDS = {"date": date, "datetime": datetime, "time": time}


class CrmImportBatch(models.Model):
    """The work on rows: jobs in the background, a chunk of rows and a transaction each.

    A job stores its chunk, what became of each row, and the next job, in one
    transaction. Killed within it, nothing of the chunk is there and the job runs again;
    killed between two, the next job is in the queue.
    """

    _inherit = "crm.import.batch"

    def _crm_queue(self, method):
        job = self.with_user(self.user_id).with_context(
            lang=self.user_id.lang or self.env.lang,
            tz=self.user_id.tz or "UTC",
            allowed_company_ids=self.company_id.ids,
        )
        getattr(
            job.with_delay(
                channel="root.crm_import",
                max_retries=20,
                description=self.env._("Import: %(name)s", name=self.name),
            ),
            method,
        )()

    def _crm_job_check(self):
        """Job: stage the file or check a chunk of its rows, then queue the next one."""
        if not self._crm_begin_job("checking"):
            return
        if not self.row_count:
            if not self._crm_stage():
                return
        elif not self._crm_check_rows():
            self._crm_end_check()
            self._crm_tell()
            return
        self._crm_queue("_crm_job_check")
        self._crm_tell()

    def _crm_job_run(self):
        """Job: store a chunk of rows, then queue the next one."""
        if not self._crm_begin_job("running"):
            return
        if self._crm_run_rows():
            self._crm_queue("_crm_job_run")
        else:
            self._crm_end_run()
        self._crm_tell()

    def _crm_begin_job(self, state):
        """Return whether there is work (bool); keep a second worker off it.

        A job that was taken for dead and started again must not meet the first one.
        """
        # sudo: the state of an import whose author may have lost the right to it
        known = self.sudo().exists()
        if not known or known.state != state:
            return False
        user = self.env.user
        if not user.active or not user._crm_has_group("crm_base.group_import"):
            known._crm_workflow().write(
                {
                    "state": "mapping" if state == "checking" else "stopped",
                    "message": self.env._("The right to import was withdrawn."),
                }
            )
            return False
        ((is_free,),) = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext('crm_import'), %s)", self.id)
        )
        if not is_free:
            raise RetryableJobError("another worker is on it", seconds=5)
        return True

    def _crm_job_failed(self, **values):
        """Say that an import came to a halt; called by the queue when a job gave up."""
        batch = self.exists()
        if batch:
            if batch.state == "checking":
                batch._crm_log_check()
            batch._crm_workflow().write(
                {
                    "state": "mapping" if batch.state == "checking" else "stopped",
                    "message": self.env._(
                        "The import came to a halt: %(error)s. Nothing of what is"
                        " counted is lost; continue it.",
                        error=values.get("exc_message")
                        or values.get("exc_name")
                        or "?",
                    ),
                }
            )
            batch._crm_tell()

    def _crm_tell(self):
        """Let the open forms of this import show how far it is."""
        self.user_id._bus_send("crm_import/progress", {"id": self.id})

    def _crm_log_operation(self, operation, count):
        """Put what was done to how many records into the operation log."""
        self.env["crm.operation.log"]._crm_log(
            operation,
            f"{self.profile_id.name}: {self.name}",
            self.model,
            count=count,
            details={"batch": self.id, "file": self.filename, "rows": self.row_count},
        )

    def _crm_log_check(self):
        """Put into the operation log what a check of rows has told about customers.

        A file is a way to ask for thousands of customers, and may be thrown away after.
        """
        self.env.flush_all()
        [(rows, hits)] = self.env.execute_query(
            SQL(
                "SELECT count(*), count(*) FILTER (WHERE %s) FROM crm_import_row"
                " WHERE batch_id = %s AND state != %s",
                HIT,
                self.id,
                PENDING,
            )
        )
        if not rows:
            return
        found = self.env.execute_query(
            SQL(
                "SELECT label FROM crm_import_row WHERE batch_id = %s AND %s"
                " ORDER BY number LIMIT %s",
                self.id,
                HIT,
                LOGGED_HITS,
            )
        )
        self.env["crm.operation.log"]._crm_log(
            "import_check",
            self.env._(
                "%(file)s: checked %(rows)s rows, %(hits)s are there already",
                file=self.name,
                rows=rows,
                hits=hits,
            ),
            self.model,
            count=rows,
            details={
                "batch": self.id,
                "file": self.filename,
                "sha256": self.file_hash,
                "hits": hits,
                "asked": [label for (label,) in found],
            },
        )

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def _crm_stage(self):
        """Keep every row of the file; return whether that could be done (bool)."""
        Row = self.env["crm.import.row"]
        waiting, count = [], 0
        try:
            for number, cells in self._crm_sheet().rows():
                if number <= self.header_number:
                    continue
                waiting.append((number, [_packed(cell) for cell in cells]))
                count += 1
                if len(waiting) == STAGE_ROWS:
                    Row._crm_stage(self, waiting)
                    waiting = []
        except SheetError as error:
            return self._crm_stage_failed(self._crm_sheet_message(error))
        except UserError as error:
            return self._crm_stage_failed(str(error))
        if waiting:
            Row._crm_stage(self, waiting)
        self._crm_workflow().write({"row_count": count})
        return True

    def _crm_stage_failed(self, message):
        # sudo: rows are the import's own
        self.sudo().row_ids.unlink()
        self._crm_workflow().write({"state": "mapping", "message": message})
        return False

    def _crm_next_lines(self, states, limit):
        """Return the next rows (list of Line) in one of these states."""
        # sudo: the rows of the own import, read in bulk
        rows = (
            self.env["crm.import.row"]
            .sudo()
            .search_fetch(
                [("batch_id", "=", self.id), ("state", "in", states)],
                ["number", "data", "decision"],
                order="number",
                limit=limit,
            )
        )
        return [
            Line(
                row.id,
                row.number,
                [_unpacked(cell) for cell in row.data],
                row.decision or "",
            )
            for row in rows
        ]

    # ------------------------------------------------------------
    # CHECKING
    # ------------------------------------------------------------

    def _crm_check_rows(self):
        """Check the next rows; return how many (int)."""
        lines = self._crm_next_lines((PENDING,), CHECK_ROWS)
        if not lines:
            return 0
        handler = self.profile_id._crm_handler()
        targets = handler._crm_targets(self)
        handler._crm_read(self, lines, targets)
        handler._crm_check(self, lines, targets)
        done = self._crm_imported_elsewhere(lines)
        for line in lines:
            line.state = handler._crm_state_of(line)
            if line.number in done and line.state != ERROR:
                line.finish("skipped", self._crm_elsewhere_text(done[line.number]))
            elif line.matches and not line.issues:
                line.note = handler._crm_match_text(line)
        if not self.preview:
            good = [line for line in lines if line.state in WAITING] or lines
            self._crm_workflow().preview = {
                "columns": [target.label for target in targets],
                "rows": [
                    {
                        "number": line.number,
                        "state": line.state,
                        "cells": handler._crm_show(line, targets),
                    }
                    for line in good[:PREVIEW_ROWS]
                ],
            }
        self.env["crm.import.row"]._crm_record(lines)
        return len(lines)

    def _crm_end_check(self):
        self._crm_log_check()
        told = [self.message] if self.message else []
        told += self.profile_id._crm_handler()._crm_foresee(self)
        self._crm_workflow().write(
            {
                "state": "ready",
                "problems": self._crm_count_problems(),
                "message": "\n".join(told) or False,
            }
        )
        self._crm_write_errors()

    def _crm_imported_elsewhere(self, lines):
        """Return the import (id) that has stored these rows of the same file before."""
        keys = {self._crm_import_key(line): line.number for line in lines}
        rows = self.env.execute_query(
            SQL(
                "SELECT import_key, batch_id FROM crm_import_row"
                " WHERE import_key = ANY(%s) AND batch_id != %s",
                list(keys),
                self.id,
            )
        )
        return {keys[key]: batch_id for key, batch_id in rows}

    def _crm_elsewhere_text(self, batch_id):
        # sudo: when this very file was imported may be told to whoever has it
        other = self.sudo().browse(batch_id)
        return self.env._(
            "Imported already on %(date)s by %(user)s",
            date=fields.Date.to_string(other.finished_at or other.write_date),
            user=other.user_id.name,
        )

    def _crm_import_key(self, line):
        file = f"{self.file_hash[:32]}:{self.profile_id.id}:{self.company_id.id}"
        return f"{file}:{line.number}"

    # ------------------------------------------------------------
    # STORING
    # ------------------------------------------------------------

    def _crm_run_rows(self):
        """Store the next rows; return how many (int)."""
        lines = self._crm_next_lines(WAITING, RUN_ROWS)
        if not lines:
            return 0
        handler = self.profile_id._crm_handler()
        targets = handler._crm_targets(self)
        handler._crm_read(self, lines, targets)
        handler._crm_check(self, lines, targets)
        done = self._crm_imported_elsewhere(lines)
        storing = []
        for line in lines:
            if line.issues:
                line.state = ERROR
            elif line.number in done:
                line.finish("skipped", self._crm_elsewhere_text(done[line.number]))
            else:
                line.state = PENDING
                storing.append(line)
        self._crm_store_safely(handler, storing)
        self.env["crm.import.row"]._crm_record(
            lines,
            import_key=lambda line: (
                self._crm_import_key(line) if line.state in IMPORTED else None
            ),
            done_at=self.env.cr.now(),
        )
        return len(lines)

    def _crm_store_safely(self, handler, lines):
        """Store lines; when one cannot be stored, all the others are."""
        if not lines:
            return
        try:
            with self.env.cr.savepoint():
                handler._crm_store(self, lines)
                self.env.flush_all()
        except Exception as error:
            message = self._crm_error_message(error)
            if message is None:
                raise
            for line in lines:
                line.reset()
            if len(lines) == 1:
                kind = "access" if isinstance(error, AccessError) else "refused"
                lines[0].refuse(None, kind, message)
                return
            half = len(lines) // 2
            self._crm_store_safely(handler, lines[:half])
            self._crm_store_safely(handler, lines[half:])

    def _crm_error_message(self, error):
        """Return what to tell about a row (str), None for errors of the server."""
        if isinstance(error, UserError):
            return str(error)
        if isinstance(error, psycopg2.IntegrityError):
            model = self.env["base"]
            for one in self.env.registry.values():
                if error.diag.table_name == one._table:
                    model = self.env[one._name]
            return model._sql_error_to_message(error)
        if isinstance(error, psycopg2.DataError | ValueError | TypeError):
            return str(error).splitlines()[0]
        return None

    def _crm_end_run(self):
        self._crm_log_operation("import", self.imported_count)
        self._crm_workflow().write(
            {
                "state": "done",
                "finished_at": fields.Datetime.now(),
                "problems": self._crm_count_problems(),
            }
        )
        self._crm_write_errors()


def _packed(cell):
    """Return a cell as JSON holds it: what is no text or number, with its kind."""
    if cell is FORMULA:
        return {"formula": True}
    for kind in ("datetime", "date", "time"):
        if isinstance(cell, KINDS[kind]):
            return {kind: cell.isoformat()}
    if cell is None or isinstance(cell, str | bool | int):
        return cell.replace("\x00", "") if isinstance(cell, str) else cell
    if isinstance(cell, float):
        return cell if cell - cell == 0 else str(cell)
    return str(cell)


def _unpacked(cell):
    if not isinstance(cell, dict):
        return cell
    if "formula" in cell:
        return FORMULA
    ((kind, text),) = cell.items()
    return KINDS[kind].fromisoformat(text)
