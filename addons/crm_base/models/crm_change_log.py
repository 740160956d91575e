import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime, html2plaintext

from ..tools.visit import current_visit

API_PATHS = ("/json/", "/xmlrpc/", "/jsonrpc", "/RPC2")
# characters of a value that a list shows
TEXT_LENGTH = 300


class CrmChangeLog(models.Model):
    """Who changed which field of a customer from what to what, when, by which door.

    One row for each changed field, and one for each record that was created, deleted
    or restored. Customers are referred to by their number alone, so that the story
    goes on when they are deleted and come back.
    """

    _name = "crm.change.log"
    _description = "Change Log"
    _inherit = ["crm.log.mixin"]
    _rec_name = "record_name"

    door = fields.Selection(
        [
            ("web", "Web Client"),
            ("api", "API"),
            ("import", "Import"),
            ("job", "Background Job"),
            ("system", "System"),
        ],
        readonly=True,
        required=True,
    )
    kind = fields.Selection(
        [
            ("create", "Created"),
            ("write", "Changed"),
            ("delete", "Deleted"),
            ("restore", "Restored"),
        ],
        "Action",
        readonly=True,
        required=True,
    )
    model = fields.Selection("_selection_model", "Kind", readonly=True, required=True)
    res_id = fields.Integer("Record ID", readonly=True, required=True)
    record_name = fields.Char("Record", readonly=True)
    customer_res_id = fields.Integer("Customer ID", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="set null")
    field_name = fields.Char("Technical Field Name", readonly=True)
    field_label = fields.Char(
        "Field", compute="_compute_texts", search="_search_field_label"
    )
    old_value = fields.Json("Raw Old Value", readonly=True)
    new_value = fields.Json("Raw New Value", readonly=True)
    old_text = fields.Char("Old Value", compute="_compute_texts")
    new_text = fields.Char("New Value", compute="_compute_texts")

    _logged_at_idx = models.Index("(logged_at DESC, id DESC)")
    _customer_idx = models.Index("(customer_res_id, logged_at DESC, id DESC)")
    _record_idx = models.Index("(model, res_id)")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.model
    def _selection_model(self):
        return [
            (name, self.env["crm.recycle.entry"]._crm_kind_name(name))
            for name, model in self.env.registry.items()
            if model._crm_change_log and not model._abstract
        ]

    @api.depends_context("lang", "tz")
    @api.depends("model", "field_name", "old_value", "new_value")
    def _compute_texts(self):
        for model, logs in self.grouped("model").items():
            names = set(logs.mapped("field_name"))
            for log in logs.filtered(lambda log: log.kind == "create"):
                names.update(log.new_value or ())
            described = self._crm_describe(model, names - {False})
            current = logs._crm_current_names(described)
            for log in logs:
                info = described.get(log.field_name)
                log.field_label = info["string"] if info else log.field_name
                if log.kind == "create":
                    log.old_text = False
                    log.new_text = log._crm_all_text(described, current)
                    continue
                log.old_text = self._crm_text(info, log.old_value, current)
                log.new_text = self._crm_text(info, log.new_value, current)

    @api.model
    def _crm_describe(self, model, names):
        """Return what fields are called and hold, in the reader's language (dict)."""
        if model not in self.env or not names:
            return {}
        # sudo: what a field is called is no secret, and the reader has its values
        return (
            self.env[model]
            .sudo()
            .fields_get(names, ["string", "type", "selection", "relation"])
        )

    def _crm_current_names(self, described):
        """Return names in the reader's language of what is referred to, a dict."""
        wanted = {}
        for log in self:
            pairs = [(log.field_name, log.old_value), (log.field_name, log.new_value)]
            if log.kind == "create":
                pairs = (log.new_value or {}).items()
            for name, value in pairs:
                info = described.get(name) or {}
                if info.get("type") == "many2one" and value:
                    wanted.setdefault(info["relation"], set()).add(value[0])
                elif info.get("type") == "many2many" and value:
                    wanted.setdefault(info["relation"], set()).update(
                        one[0] for one in value
                    )
        return {
            (model, record.id): record.display_name
            for model, ids in wanted.items()
            if model in self.env
            # sudo: whoever may read the row reads the name that is in it
            for record in self.env[model].sudo().browse(ids).exists()
        }

    @api.model
    def _crm_text(self, info, value, current):
        """Return a value as somebody reads it (str), False for none."""
        kind = info["type"] if info else "char"
        if kind == "boolean" and value is not None:
            return self.env._("Yes") if value else self.env._("No")
        if value is None or value is False or value == []:
            return False
        if kind == "many2one":
            return current.get((info["relation"], value[0])) or value[1]
        if kind == "many2many":
            return ", ".join(
                current.get((info["relation"], id_)) or name for id_, name in value
            )
        if kind == "selection":
            return dict(info["selection"]).get(value, value)
        if kind == "date":
            return format_date(self.env, value)
        if kind == "datetime":
            return format_datetime(self.env, value)
        text = html2plaintext(value) if kind == "html" else str(value)
        return text if len(text) <= TEXT_LENGTH else text[:TEXT_LENGTH] + "…"

    def _crm_all_text(self, described, current):
        """Return what a record was created with (str)."""
        texts = []
        for name, value in (self.new_value or {}).items():
            info = described.get(name)
            if text := self._crm_text(info, value, current):
                texts.append(f"{info['string'] if info else name}: {text}")
        return "; ".join(texts)

    def _search_field_label(self, operator, value):
        if operator not in ("ilike", "=", "in"):
            return NotImplemented
        values = [value] if isinstance(value, str) else list(value)
        found = Domain.FALSE
        for model, _label in self._selection_model():
            names = self.env[model]._crm_change_fields()
            described = self._crm_describe(model, names)
            hits = [
                name
                for name, info in described.items()
                for text in values
                if (
                    text.lower() in info["string"].lower()
                    if operator == "ilike"
                    else text == info["string"]
                )
            ]
            found |= Domain("model", "=", model) & Domain("field_name", "in", hits)
        return found

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_record(self):
        """Open the record that a row tells about; return the action (dict).

        :raise UserError: it was deleted or is out of reach
        """
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.model].browse(self.res_id).exists()
        if not record or not record.has_access("read"):
            raise UserError(
                self.env._(
                    "%(name)s was deleted or now belongs to somebody out of your"
                    " reach.",
                    name=self.record_name,
                )
            )
        return record.get_formview_action()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_insert(self, rows):
        """Append rows (list of dict) with one statement."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_change_log
                       (create_uid, create_date, write_uid, write_date, logged_at,
                        user_id, user_name, role, ip_address, door, model, res_id,
                        kind, field_name, old_value, new_value, record_name,
                        customer_res_id, company_id)
                SELECT user_id, logged_at, user_id, logged_at, logged_at,
                       user_id, user_name, role, ip_address, door, model, res_id,
                       kind, field_name, old_value, new_value, record_name,
                       customer_res_id, company_id
                  FROM jsonb_to_recordset(%s::jsonb) AS new(
                       logged_at timestamp, user_id int, user_name varchar,
                       role varchar, ip_address varchar, door varchar, model varchar,
                       res_id int, kind varchar, field_name varchar, old_value jsonb,
                       new_value jsonb, record_name varchar, customer_res_id int,
                       company_id int)
                """,
                json.dumps(rows),
            )
        )

    @api.model
    def _crm_door(self):
        """Return by which door the present change comes (str)."""
        context = self.env.context
        if context.get("import_file"):
            return "import"
        if context.get("job_uuid"):
            return "job"
        visit = current_visit()
        if not visit:
            return "system"
        return "api" if visit.path.startswith(API_PATHS) else "web"
