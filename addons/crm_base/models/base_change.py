from odoo import api, fields, models, tools

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ..tools.change_rows import Reference

# what the log can tell in words
LOGGED_TYPES = frozenset(
    {
        "boolean",
        "char",
        "date",
        "datetime",
        "float",
        "html",
        "integer",
        "many2many",
        "many2one",
        "monetary",
        "reference",
        "selection",
        "text",
    }
)
# characters of a value that are kept
VALUE_LENGTH = 10_000


class Base(models.AbstractModel):
    """What changes is written down, for models that say so.

    This is the last ``write()`` before Odoo's own: it sees each change once, as it is
    really made, whatever door and whatever override it came through.
    """

    _inherit = "base"

    # whether every change of a record goes into the change log
    _crm_change_log = False

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._crm_change_log and records:
            # sudo: which customers they belong to, whoever makes them
            concerned = self.browse(records.sudo()._crm_change_customers())
            given = {key for vals in vals_list for key in vals}
            values = concerned._crm_change_values(self._crm_change_names(given))
            rows = [
                (id_, "create", None, None, {k: v for k, v in found.items() if v})
                for id_, found in values.items()
            ]
            self.env["crm.change.log"]._crm_log(concerned, rows)
        return records

    def write(self, vals):
        if not self._crm_change_log or not self.ids:
            return super().write(vals)
        names = self._crm_change_names(vals)
        if not names:
            return super().write(vals)
        before = self._crm_change_values(names)
        result = super().write(vals)
        after = self._crm_change_values(names)
        rows = [
            (record_id, "write", name, old[name], after[record_id][name])
            for record_id, old in before.items()
            for name in names
            if old[name] != after[record_id][name]
        ]
        if rows:
            self.env["crm.change.log"]._crm_log(self, rows)
        return result

    def unlink(self):
        if not self.ids or self.env.context.get(MODULE_UNINSTALL_FLAG):
            return super().unlink()
        log = self.env["crm.change.log"]
        log._crm_flush_before(self._name)
        if not self._crm_change_log:
            return super().unlink()
        rows = [(record_id, "delete", None, None, None) for record_id in self.ids]
        prepared = log._crm_prepare(self, rows)
        result = super().unlink()
        log._crm_wait(prepared)
        return result

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    def _crm_change_ignored(self):
        """Hook: return the names (set of str) of fields that are not worth a row.

        Facts that the system keeps, personal marks. Call ``super()`` and add yours.
        """
        return {"message_main_attachment_id"}

    def _crm_change_customers(self):
        """Hook: return the customer's id (int) of each record's id, a dict.

        Records without one are not logged when they hang on no customer; None for
        models that have nothing to do with customers.
        """
        return dict.fromkeys(self.ids)

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _crm_change_fields(self):
        """Return the names (frozenset of str) of the fields whose changes are kept."""
        ignored = self._crm_change_ignored() | set(models.MAGIC_COLUMNS)
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.store
            and field.type in LOGGED_TYPES
            and name not in ignored
            and not (field.compute and field.readonly)
            and not field.related
        )

    def _crm_change_names(self, given):
        """Return the names (list of str) of what may change when these are written."""
        logged = self._crm_change_fields()
        names = logged.intersection(given)
        if names:
            # what is computed from them, and may also be typed in
            names |= {
                name
                for name in logged
                if self._fields[name].compute and not self._fields[name].inverse
            }
        return sorted(names)

    def _crm_change_values(self, names):
        """Return a dict of id to dict of name to value, as the log collects it."""
        # sudo: the log is complete, whoever writes
        records = self.sudo()
        return {
            record.id: {name: record._crm_change_value(name) for name in names}
            for record in records
        }

    def _crm_change_value(self, name):
        """Return a value that JSON can carry, or the records that it refers to."""
        field, value = self._fields[name], self[name]
        if field.type == "many2one":
            return Reference(value._name, value._ids, True) if value else None
        if field.type == "many2many":
            return Reference(value._name, value._ids, False) if value else []
        if field.type == "reference":
            return f"{value._name},{value.id}" if value else None
        if field.type == "datetime":
            return fields.Datetime.to_string(value) or None
        if field.type == "date":
            return fields.Date.to_string(value) or None
        if field.type in ("boolean", "integer", "float", "monetary"):
            return value
        return str(value)[:VALUE_LENGTH] if value else None
