from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.import_line import (
    CREATED,
    DUPLICATE,
    ERROR,
    IMPORTED,
    KEPT,
    LINKED,
    READY,
    SKIPPED,
    UNDONE,
    UPDATED,
)

BUSY = ("checking", "running", "undoing")


class CrmImportBatch(models.Model):
    """One file on its way in: read, matched, checked, imported, and taken back.

    Rows are imported as the user who imports, through the same ``create`` and ``write``
    as the form, so that rights, caps and workflow fields hold. This file holds what an
    import is; ``_open`` how a file is opened, ``_steps`` the buttons, ``_work`` the
    work on rows in the background, ``_undo`` taking back, ``_files`` the workbook of
    rejected rows.
    """

    _name = "crm.import.batch"
    _description = "Import"
    _inherit = ["crm.workflow.mixin"]
    _order = "id desc"

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    user_id = fields.Many2one(
        "res.users",
        "Imported By",
        required=True,
        default=lambda self: self.env.uid,
        readonly=True,
        index=True,
        copy=False,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    profile_id = fields.Many2one(
        "crm.import.profile",
        "What to Import",
        required=True,
        compute="_compute_profile_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        domain=lambda self: self.env["crm.import.profile"]._crm_allowed_domain(),
    )
    model = fields.Char(
        compute="_compute_model",
        inverse="_inverse_model",
        store=True,
        readonly=False,
        precompute=True,
        help="Technical name of what the rows become.",
    )
    state = fields.Selection(
        [
            ("draft", "Upload"),
            ("mapping", "Match Columns"),
            ("checking", "Checking"),
            ("ready", "Preview"),
            ("running", "Importing"),
            ("stopped", "Stopped"),
            ("done", "Done"),
            ("undoing", "Undoing"),
            ("undone", "Undone"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )

    # The file
    file = fields.Binary(attachment=True, copy=False)
    filename = fields.Char(copy=False)
    file_hash = fields.Char(readonly=True, copy=False, index="btree_not_null")
    encoding = fields.Selection(
        [
            ("utf-8", "UTF-8"),
            ("gb18030", "GBK / GB18030"),
            ("big5", "Big5"),
            ("utf-16", "UTF-16"),
        ],
        help="Empty: recognised by itself.",
    )
    delimiter = fields.Char(size=1, help="Empty: recognised by itself.")
    sheet = fields.Char(help="Name of the sheet. Empty: the first one with rows.")
    header_row = fields.Integer(help="Row of the headings. 0: recognised by itself.")
    detected = fields.Json(readonly=True)
    header_number = fields.Integer(readonly=True)
    column_ids = fields.One2many("crm.import.column", "batch_id", "Columns", copy=False)
    mapping = fields.Json(
        compute="_compute_mapping",
        inverse="_inverse_mapping",
        help="Dict of the heading in the file to the field it fills, or false.",
    )
    duplicate_policy = fields.Selection(
        [
            ("skip", "Skip"),
            ("update", "Update the existing one"),
            ("contact", "Add as contact"),
            ("create", "Create anyway"),
        ],
        "Duplicates",
        default="skip",
        required=True,
        help="What to do with rows that exist already; each row can be decided on its"
        " own.",
    )

    likely_policy = fields.Selection(
        [
            ("skip", "Skip"),
            ("update", "Update the existing one"),
            ("contact", "Add as contact"),
            ("create", "Create anyway"),
        ],
        "Possible Duplicates",
        default="skip",
        required=True,
        help="What to do with rows that only look like one that exists.",
    )

    # What came of it
    row_ids = fields.One2many("crm.import.row", "batch_id", "Rows", copy=False)
    row_count = fields.Integer("Rows in the File", readonly=True, copy=False)
    ready_count = fields.Integer("Ready", compute="_compute_counts")
    duplicate_count = fields.Integer("Duplicates Found", compute="_compute_counts")
    error_count = fields.Integer("Rejected", compute="_compute_counts")
    created_count = fields.Integer("Created", compute="_compute_counts")
    updated_count = fields.Integer("Updated", compute="_compute_counts")
    linked_count = fields.Integer("Added as Contacts", compute="_compute_counts")
    skipped_count = fields.Integer("Skipped", compute="_compute_counts")
    undone_count = fields.Integer("Undone Rows", compute="_compute_counts")
    kept_count = fields.Integer("Kept at Undo", compute="_compute_counts")
    imported_count = fields.Integer("Imported", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts")
    preview = fields.Json(readonly=True, copy=False)
    problems = fields.Json(readonly=True, copy=False)
    message = fields.Text(readonly=True, copy=False)
    error_file = fields.Binary(
        "Rejected Rows", attachment=True, readonly=True, copy=False
    )
    error_filename = fields.Char(compute="_compute_error_filename")
    finished_at = fields.Datetime(readonly=True, copy=False)

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("filename", "profile_id")
    def _compute_name(self):
        for batch in self:
            batch.name = batch.filename or batch.profile_id.name or "?"

    @api.depends("model")
    def _compute_profile_id(self):
        Profile = self.env["crm.import.profile"]
        for batch in self:
            if batch.profile_id:
                continue
            if batch.model:
                batch.profile_id = Profile._crm_for_model(batch.model)
            else:
                # the list from whose gear menu somebody came
                code = self.env.context.get("crm_import_profile") or "customer"
                batch.profile_id = Profile.search([("code", "=", code)], limit=1)

    @api.depends("profile_id")
    def _compute_model(self):
        for batch in self:
            batch.model = batch.profile_id.model or batch.model

    def _inverse_model(self):
        """A model alone chooses the first profile for it."""
        for batch in self:
            if batch.model and batch.profile_id.model != batch.model:
                batch.profile_id = self.env["crm.import.profile"]._crm_for_model(
                    batch.model
                )

    @api.depends("column_ids.target_id", "column_ids.header")
    def _compute_mapping(self):
        for batch in self:
            batch.mapping = {
                column.header: column.target_id.field or False
                for column in batch.column_ids
            }

    def _inverse_mapping(self):
        for batch in self:
            if not isinstance(batch.mapping, dict):
                raise UserError(
                    self.env._("A mapping is a dict of headings to fields.")
                )
            targets = {c.field: c for c in batch.profile_id.column_ids}
            columns = {column.header: column for column in batch.column_ids}
            for header, field in batch.mapping.items():
                if header not in columns:
                    raise UserError(
                        self.env._("The file has no column “%(name)s”.", name=header)
                    )
                if field and field not in targets:
                    raise UserError(
                        self.env._(
                            "“%(field)s” is no column of the profile “%(profile)s”.",
                            field=field,
                            profile=batch.profile_id.name,
                        )
                    )
                columns[header].target_id = targets.get(field) or False

    @api.depends("row_ids.state")
    def _compute_counts(self):
        counts = {}
        for batch, state, count in self.env["crm.import.row"]._read_group(
            [("batch_id", "in", self.ids)], ["batch_id", "state"], ["__count"]
        ):
            counts[batch.id, state] = count
        for batch in self:

            def of(*states, batch=batch):
                return sum(counts.get((batch.id, state), 0) for state in states)

            batch.ready_count = of(READY)
            batch.duplicate_count = of(DUPLICATE)
            batch.error_count = of(ERROR)
            batch.created_count = of(CREATED)
            batch.updated_count = of(UPDATED)
            batch.linked_count = of(LINKED)
            batch.skipped_count = of(SKIPPED)
            batch.undone_count = of(UNDONE)
            batch.kept_count = of(KEPT)
            batch.imported_count = of(*IMPORTED)
            batch.progress = batch._crm_progress(of)

    def _crm_progress(self, of):
        """Return how much (percent) of the present step is done.

        :param of: function of states, the number of rows in them
        """
        total = of(*dict(self.env["crm.import.row"]._fields["state"].selection))
        if not total:
            return 0
        if self.state == "checking":
            left = of("pending")
        elif self.state == "undoing":
            left = of(*IMPORTED)
        else:
            left = of("pending", READY, DUPLICATE)
        return 100 * (total - left) / total

    @api.depends("filename")
    def _compute_error_filename(self):
        for batch in self:
            stem = (batch.filename or batch.name or "").rpartition(".")[0]
            batch.error_filename = self.env._("%(file)s - rejected.xlsx", file=stem)

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() - {"name", "model"} | {
            "user_id",
            "state",
            "file_hash",
            "detected",
            "header_number",
            "row_count",
            "preview",
            "problems",
            "message",
            "error_file",
            "finished_at",
        }

    @api.model_create_multi
    def create(self, vals_list):
        self._crm_check_allowed()
        batches = super().create(vals_list)
        for batch in batches:
            self.env["crm.import.profile"]._crm_check_create(batch.model)
            if batch.file:
                batch._crm_open_file()
        return batches

    def write(self, vals):
        if self._crm_in_workflow():
            return super().write(vals)
        file_names = {"file", "profile_id", "model", "encoding", "delimiter", "sheet"}
        again = vals.keys() & (file_names | {"header_row"})
        if again or "company_id" in vals:
            for batch in self:
                if batch.state not in ("draft", "mapping", "ready"):
                    raise UserError(
                        self.env._(
                            "This import has begun. Start another one for another file."
                        )
                    )
        result = super().write(vals)
        for batch in self if again else ():
            self.env["crm.import.profile"]._crm_check_create(batch.model)
            if batch.file:
                batch._crm_open_file()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_imported(self):
        if any(batch.state in BUSY or batch.imported_count for batch in self):
            raise UserError(
                self.env._(
                    "An import that has stored records stays, so that it can be undone."
                )
            )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_check_allowed(self):
        """Refuse whoever may not import.

        :raise AccessError: says whom to ask
        """
        if not self.env.su and not self.env.user._crm_has_group(
            "crm_base.group_import"
        ):
            raise AccessError(
                self.env._("You may not import files. Ask your superior for the right.")
            )

    def _crm_mapping_changed(self):
        """Ask for a new check after a column got another meaning."""
        for batch in self:
            if batch.state == "ready":
                # sudo: rows are the import's own
                batch.sudo().row_ids.unlink()
                batch._crm_workflow().write({"state": "mapping", "problems": False})
            elif batch.state not in ("draft", "mapping"):
                raise UserError(
                    self.env._("This import has begun; its columns stay as they are.")
                )

    @api.autovacuum
    def _gc_imports(self):
        """Remove what was uploaded and given up; return (removed, whether more)."""
        old = self.search(
            [
                ("state", "in", ("draft", "mapping", "ready")),
                ("write_date", "<", "today -14d"),
            ],
            limit=100,
        )
        count = len(old)
        old.unlink()
        return count, count == 100
