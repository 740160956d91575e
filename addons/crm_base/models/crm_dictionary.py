from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, ormcache


class CrmDictionary(models.Model):
    """A value of one of the choice lists of the suite.

    Every many2one to it carries a fixed ``kind`` domain; addons add their kinds with
    ``selection_add`` and their values as data.
    """

    _name = "crm.dictionary"
    _description = "Data Dictionary"
    _order = "kind, sequence, id"
    _crm_recycle = True
    _rec_names_search = ["name", "code"]

    kind = fields.Selection(
        [
            ("customer_type", "Customer Type"),
            ("customer_stage", "Customer Stage"),
            ("customer_level", "Customer Level"),
            ("heat_level", "Heat Level"),
            ("decision_role", "Decision Role"),
            ("honorific", "Honorific"),
            ("followup_method", "Follow-up Method"),
            ("followup_outcome", "Follow-up Outcome"),
            ("release_reason", "Release Reason"),
            ("request_kind", "Kind of Request"),
        ],
        required=True,
        index=True,
    )
    code = fields.Char(
        required=True, help="Fixed key for rules, figures and the external API."
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer(aggregator=None)
    active = fields.Boolean(default=True)
    is_default = fields.Boolean("Default", help="Proposed on new records.")

    _code_uniq = models.UniqueIndex(
        "(kind, code)", "This code already exists in the same list."
    )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        values = super().create(vals_list)
        values._crm_keep_one_default()
        self.env.registry.clear_cache()
        return values

    def write(self, vals):
        if "kind" in vals and any(value.kind != vals["kind"] for value in self):
            raise UserError(
                self.env._("A value cannot move to another list. Create it there.")
            )
        result = super().write(vals)
        if vals.get("is_default"):
            self._crm_keep_one_default()
        if {"is_default", "active", "sequence"}.intersection(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for value in self:
            if value._crm_is_used():
                raise UserError(
                    self.env._(
                        "“%(name)s” is in use and cannot be deleted. Archive it: it"
                        " stays on old records and disappears from new ones.",
                        name=value.name,
                    )
                )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_get(self, kind, code):
        """Return the value of a list by its code, empty if it was removed."""
        return self.with_context(active_test=False).search(
            [("kind", "=", kind), ("code", "=", code)], limit=1
        )

    @api.model
    def _crm_default(self, kind):
        """Return the value proposed on new records, empty if the list has none."""
        return self.browse(self._crm_default_id(kind) or ())

    @api.model
    @ormcache("kind")
    def _crm_default_id(self, kind):
        # imports ask once per row
        return self.search([("kind", "=", kind), ("is_default", "=", True)], limit=1).id

    def _crm_keep_one_default(self):
        """The last value marked as default takes the mark from the others."""
        last = {value.kind: value for value in self if value.is_default}
        for kind, value in last.items():
            self.with_context(active_test=False).search(
                [
                    ("kind", "=", kind),
                    ("is_default", "=", True),
                    ("id", "!=", value.id),
                ]
            ).is_default = False

    def _crm_is_used(self):
        """Return whether any stored field of any model points to this value (bool).

        The registry is walked, so that lists of every installed addon count.
        """
        self.ensure_one()
        return any(
            self.env.execute_query(
                SQL(
                    "SELECT 1 FROM %s WHERE %s = %s LIMIT 1",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    self.id,
                )
            )
            for table, column in self._crm_columns()
        )

    @api.model
    def _crm_columns(self):
        """Return (table, column) of every stored field that points to a dictionary."""
        columns = []
        for model in self.env.registry.values():
            if model._abstract or not model._auto:
                continue
            for field in model._fields.values():
                if field.comodel_name != self._name or not field.store:
                    continue
                self.env[model._name].flush_model([field.name])
                if field.type == "many2one" and not field.company_dependent:
                    columns.append((model._table, field.name))
                elif field.type == "many2many" and field.relation:
                    columns.append((field.relation, field.column2))
        return columns
