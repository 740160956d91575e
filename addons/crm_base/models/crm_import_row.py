import json

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools.import_line import ERROR


class CrmImportRow(models.Model):
    """A row of a file: what stood there, and what became of it.

    Written by the import itself, in bulk; people decide about duplicates.
    """

    _name = "crm.import.row"
    _description = "Row of an Import"
    _inherit = ["crm.workflow.mixin"]
    _order = "batch_id, number"
    _log_access = False
    _rec_name = "label"

    batch_id = fields.Many2one(
        "crm.import.batch", required=True, ondelete="cascade", index=True
    )
    number = fields.Integer("Row", required=True, aggregator=None)
    label = fields.Char("Content", help="The beginning of the row.")
    data = fields.Json()
    state = fields.Selection(
        [
            ("pending", "Unchecked"),
            ("ready", "Ready"),
            ("duplicate", "Duplicate"),
            ("error", "Rejected"),
            ("created", "Created"),
            ("updated", "Updated"),
            ("linked", "Added as Contact"),
            ("skipped", "Skipped"),
            ("undone", "Undone"),
            ("kept", "Kept at Undo"),
        ],
        required=True,
        default="pending",
        group_expand=False,
    )
    decision = fields.Selection(
        [
            ("skip", "Skip"),
            ("update", "Update the existing one"),
            ("contact", "Add as contact"),
            ("create", "Create anyway"),
        ],
        help="What to do about a duplicate. Empty: what the import says for all rows.",
    )
    issues = fields.Json()
    matches = fields.Json()
    note = fields.Char("Reason")
    key = fields.Char()
    import_key = fields.Char(copy=False)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model")
    res_model = fields.Char(related="batch_id.model", string="Model")
    links = fields.Json()
    done_at = fields.Datetime()

    _number_uniq = models.UniqueIndex("(batch_id, number)")
    _state_idx = models.Index("(batch_id, state, number)")
    # rows of one record, for those who take them back
    _res_idx = models.Index("(batch_id, res_id) WHERE res_id IS NOT NULL")
    _key_idx = models.Index("(batch_id, key, number) WHERE key IS NOT NULL")
    # the last word on what is imported once: a row of a file, in a company
    _import_key_uniq = models.UniqueIndex(
        "(import_key) WHERE import_key IS NOT NULL",
        "This row of the file was imported already.",
    )

    def _crm_workflow_fields(self):
        # what is decided about a row and noted on it is its author's
        return frozenset(self._fields) - {"decision", "note", "id", "display_name"}

    @api.model_create_multi
    def create(self, vals_list):
        if not self._crm_in_workflow():
            raise AccessError(self.env._("Rows come from the file of an import."))
        return super().create(vals_list)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_record(self):
        """Open the record that came of this row; return the action (dict)."""
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.batch_id.model].browse(self.res_id or ()).exists()
        record.check_access("read")
        if not record:
            return {"type": "ir.actions.act_window_close"}
        return record.get_formview_action()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_stage(self, batch, rows):
        """Insert rows as they stand in the file.

        :param batch: crm.import.batch record
        :param list rows: of (number, cells that JSON can hold)
        """
        payload = [
            {
                "number": number,
                "data": cells,
                "label": " · ".join(str(cell) for cell in cells if cell)[:120],
            }
            for number, cells in rows
        ]
        self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_import_row (batch_id, number, label, data, state)
                SELECT %s, number, label, data, 'pending'
                  FROM jsonb_to_recordset(%s::jsonb)
                    AS row(number int, label text, data jsonb)
             RETURNING 1
                """,
                batch.id,
                json.dumps(payload),
            )
        )

    @api.model
    def _crm_uncheck(self, batch):
        """Forget what the check of an import has found; decisions stay."""
        self.flush_model()
        self.env.execute_query(
            SQL(
                "UPDATE crm_import_row SET state = 'pending', issues = NULL,"
                " matches = NULL, note = NULL, key = NULL WHERE batch_id = %s"
                " RETURNING 1",
                batch.id,
            )
        )
        self.invalidate_model()

    @api.model
    def _crm_record(self, lines, *, import_key=None, done_at=None):
        """Write what became of rows, in one statement.

        :param list lines: of :class:`~..tools.import_line.Line`
        :param import_key: function of a line, the key under which it is imported once
        :param datetime done_at: when, for rows that were stored just now
        """
        if not lines:
            return
        self.flush_model()
        payload = [
            {
                "id": line.id,
                "state": line.state,
                "issues": line.issues or None,
                "matches": line.matches or None,
                "note": (line.note or _reasons(line))[:1000] or None,
                "key": line.key or None,
                "import_key": import_key(line) if import_key else None,
                "res_id": line.res_id or None,
                "links": (
                    {"created": line.created, "updated": line.updated}
                    if line.created or line.updated
                    else None
                ),
            }
            for line in lines
        ]
        self.env.execute_query(
            SQL(
                """
                UPDATE crm_import_row
                   SET state = new.state, issues = new.issues, matches = new.matches,
                       note = new.note, key = new.key, import_key = new.import_key,
                       res_id = new.res_id, links = new.links,
                       done_at = coalesce(%s, done_at)
                  FROM jsonb_to_recordset(%s::jsonb)
                    AS new(id int, state text, issues jsonb, matches jsonb, note text,
                           key text, import_key text, res_id int, links jsonb)
                 WHERE crm_import_row.id = new.id
             RETURNING 1
                """,
                done_at,
                json.dumps(payload),
            )
        )
        self.invalidate_model()


def _reasons(line):
    if line.state != ERROR:
        return ""
    return "; ".join(dict.fromkeys(issue["message"] for issue in line.issues))
