from odoo import models
from odoo.exceptions import UserError

from ..tools.import_line import DUPLICATE, ERROR, READY

# a file of up to this size and number of rows is checked while one waits
SMALL_BYTES, SMALL_ROWS = 1024 * 1024, 1_000
# so many kinds of problems are listed; all of them are in the file of rejected rows
PROBLEMS = 30


class CrmImportBatch(models.Model):
    """The steps of an import, as buttons and for the API."""

    _inherit = "crm.import.batch"

    def action_preview(self):
        """Read the whole file and check every row, without storing any.

        A small file is checked at once, a larger one in the background: ``state`` says
        ``checking`` until it is done.

        :return: dict with ``state``, ``rows``, ``ready``, ``duplicates``, ``errors``,
            ``problems`` (list of dicts with ``kind``, ``label``, ``count``, ``rows``)
            and ``preview`` (dict with ``columns`` and ``rows``)
        :raise UserError: when the file cannot be read, or a required column is missing
        """
        self.ensure_one()
        self.action_next()
        self._crm_check_step("mapping", "ready")
        self._crm_check_columns()
        self.env["crm.import.memory"]._crm_remember(self.column_ids)
        self._crm_restart()
        is_small = len(self._crm_file_content()) <= SMALL_BYTES
        self._crm_check_all(is_staged=is_small and self._crm_stage())
        return self._crm_summary()

    def action_run(self):
        """Import the rows that have no problems, in the background.

        :return: dict as of :meth:`action_preview`, with ``created``, ``updated``,
            ``linked``, ``skipped`` besides
        :raise UserError: when the file was not checked, or has nothing to import
        """
        self.ensure_one()
        self._crm_check_mine()
        self._crm_check_step("ready", "stopped")
        if self.state == "stopped" and self.imported_count and not self._crm_waiting():
            self._crm_end_run()
            return self._crm_summary()
        if not self._crm_waiting():
            raise UserError(self._crm_nothing_message())
        self._crm_workflow().write({"state": "running", "message": False})
        self._crm_queue("_crm_job_run")
        return self._crm_summary()

    def action_stop(self):
        """Stop importing after the rows that are being stored; return True.

        What is stored stays, and the rest can be continued.
        """
        self.ensure_one()
        self._crm_check_mine()
        self._crm_check_step("running", "checking")
        if self.state == "checking":
            self._crm_log_check()
        self._crm_workflow().write(
            {"state": "mapping" if self.state == "checking" else "stopped"}
        )
        return True

    def action_back(self):
        """Go back to the columns; return True."""
        self.ensure_one()
        self._crm_check_mine()
        self._crm_check_step("ready")
        self._crm_workflow().write({"state": "mapping"})
        return True

    def action_next(self):
        """Read the headings of the file; return True.

        :raise UserError: when no file was chosen
        """
        self.ensure_one()
        self._crm_check_mine()
        if not self.file:
            raise UserError(self.env._("Choose the file to import."))
        if self.state == "draft":
            self._crm_open_file()
        return True

    def action_template(self):
        """Download the template of the profile; return the action (dict)."""
        self.ensure_one()
        return self.profile_id.action_template()

    def action_errors(self):
        """Download the rows that were rejected, each with its reason.

        :return: the action (dict)
        :raise UserError: when no row was rejected
        """
        self.ensure_one()
        self.check_access("read")
        if not self.error_file:
            raise UserError(self.env._("No row was rejected."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/error_file?download=true"
            f"&filename={self.error_filename}",
            "target": "download",
        }

    def action_open_rows(self):
        """Open the rows; return the action (dict)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_import_row_action"
        )
        state = self.env.context.get("crm_row_state")
        known = dict(self.env["crm.import.row"]._fields["state"].selection)
        return {
            **action,
            "domain": [("batch_id", "=", self.id)],
            "context": {f"search_default_{state}": True} if state in known else {},
        }

    def action_open_records(self):
        """Open what was created and updated; return the action (dict)."""
        self.ensure_one()
        self.check_access("read")
        ids = self.env["crm.import.row"].search(
            [
                ("batch_id", "=", self.id),
                ("state", "in", ("created", "updated", "linked")),
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.model,
            "view_mode": "list,form",
            "domain": [("id", "in", list(set(ids.mapped("res_id"))))],
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_nothing_message(self):
        """Return why there is nothing to import (str)."""
        if not self.error_count:
            return self.env._(
                "There is nothing to import: all of it is there already, see the notes"
                " of the rows."
            )
        return self.env._(
            "There is nothing to import: every row was rejected. Correct the"
            " rejected rows and import them again."
        )

    def _crm_check_mine(self):
        """Let imports be driven by whoever began them.

        Rows are stored with the rights of whoever imports; the boss may look on, stop
        and undo.
        """
        self.check_access("write")
        self._crm_check_allowed()
        if self.user_id != self.env.user and not self.env.user._crm_is_boss():
            raise UserError(
                self.env._(
                    "This is an import of %(user)s. Start one of your own.",
                    user=self.user_id.name,
                )
            )

    def _crm_check_step(self, *states):
        if self.state not in states:
            names = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "That is not possible while the import is at “%(state)s”.",
                    state=names[self.state],
                )
            )

    def _crm_check_columns(self):
        """Refuse to check rows before the required columns are matched."""
        chosen = self.column_ids.target_id
        if not chosen:
            raise UserError(
                self.env._(
                    "No column of the file is matched. Choose what each one is, or"
                    " begin with the template."
                )
            )
        twice = [
            column.display_name
            for column in chosen
            if len(self.column_ids.filtered(lambda c, t=column: c.target_id == t)) > 1
        ]
        if twice:
            raise UserError(
                self.env._(
                    "Two columns of the file are matched to the same one: %(names)s",
                    names=", ".join(twice),
                )
            )
        missing = self.profile_id.column_ids.filtered("required") - chosen
        if missing:
            raise UserError(
                self.env._(
                    "A required column is missing: %(names)s. Match one of the columns"
                    " of the file to it.",
                    names=", ".join(missing.mapped("display_name")),
                )
            )

    def _crm_waiting(self):
        return self.env["crm.import.row"].search_count(
            [("batch_id", "=", self.id), ("state", "in", (READY, DUPLICATE))], limit=1
        )

    def _crm_check_all(self, *, is_staged=True):
        """Check the rows: at once when they are few, else in the background.

        :param bool is_staged: whether they have been read from the file
        """
        if is_staged and self.row_count <= SMALL_ROWS:
            while self._crm_check_rows():
                pass
            self._crm_end_check()
        else:
            self._crm_queue("_crm_job_check")

    def _crm_check_again(self):
        """Check rows once more, since something else decides on them now.

        What people have decided about rows stays.
        """
        for batch in self.filtered(lambda batch: batch.state == "ready"):
            self.env["crm.import.row"]._crm_uncheck(batch)
            batch._crm_begin_check()
            batch._crm_check_all()

    def _crm_restart(self):
        # sudo: rows are the import's own
        self.sudo().row_ids.unlink()
        self._crm_begin_check(row_count=0)

    def _crm_begin_check(self, **values):
        self._crm_workflow().write(
            {
                "state": "checking",
                "preview": False,
                "problems": False,
                "error_file": False,
                "message": self._crm_other_sheets(
                    (self.detected or {}).get("sheets") or []
                ),
                **values,
            }
        )

    def _crm_summary(self):
        """Return how far the import is, a dict that JSON can hold."""
        self.ensure_one()
        self.env.flush_all()
        self.invalidate_recordset()
        return {
            # the buttons of the form answer with this, and it is no action
            "type": "",
            "state": self.state,
            "rows": self.row_count,
            "ready": self.ready_count,
            "duplicates": self.duplicate_count,
            "errors": self.error_count,
            "created": self.created_count,
            "updated": self.updated_count,
            "linked": self.linked_count,
            "skipped": self.skipped_count,
            "undone": self.undone_count,
            "kept": self.kept_count,
            "problems": self.problems or [],
            "preview": self.preview or {},
            "message": self.message or "",
        }

    def _crm_count_problems(self):
        """Return the problems of all rows by kind, most frequent first."""
        labels = self._crm_kind_labels()
        counts, rows = {}, {}
        # sudo: rows of the own import
        for row in self.sudo().row_ids.search_fetch(
            [("batch_id", "=", self.id), ("state", "=", ERROR)], ["issues", "number"]
        ):
            headers = {column.index: column.header for column in self.column_ids}
            for issue in row.issues or []:
                kind = issue["kind"]
                # a rule says why it refused; a problem of a cell has a name
                label = (
                    issue["message"] if kind == "refused" else labels.get(kind, kind)
                )
                mark = kind, headers.get(issue["column"], ""), label
                counts[mark] = counts.get(mark, 0) + 1
                rows.setdefault(mark, []).append(row.number)
        return [
            {
                "kind": kind,
                "label": label,
                "column": column,
                "count": count,
                "rows": rows[kind, column, label][:5],
            }
            for (kind, column, label), count in sorted(
                counts.items(), key=lambda item: -item[1]
            )[:PROBLEMS]
        ]
