from collections import defaultdict
from datetime import date, datetime

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.import_line import CREATED, DUPLICATE, SKIPPED, UPDATED
from ..tools.sheets import CellError

# the original author and time, for those who may import history
HISTORY = {"create_uid", "create_date"}


class CrmImportHandler(models.AbstractModel):
    """Turns rows of a file into records: of any model, one row one record.

    Profiles name the handler they use. To import something that is more than one record
    a row, inherit this model under a name of your own, override the hooks and name it
    in your profile. Everything runs as the user who imports.
    """

    _name = "crm.import.handler"
    _description = "Import Handler"

    # ------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------

    @api.model
    def _crm_read(self, batch, lines, targets):
        """Fill the values of lines from their cells, or say what is wrong with them."""
        for target in targets:
            if target.prefetch:
                target.prefetch(
                    [
                        line.cells[target.index]
                        for line in lines
                        if target.index < len(line.cells)
                        and line.cells[target.index] is not None
                    ]
                )
        for line in lines:
            for target in targets:
                self._crm_read_cell(batch, line, target)

    @api.model
    def _crm_read_cell(self, batch, line, target):
        cell = line.cells[target.index] if target.index < len(line.cells) else None
        try:
            value = target.convert(cell) if _filled(cell) else False
        except CellError as error:
            message = batch._crm_cell_message(error, target.label)
            line.refuse(target.index, error.kind, message)
            return
        if value is False and target.required and not _filled(cell):
            message = batch._crm_cell_message(CellError("required"), target.label)
            line.refuse(target.index, "required", message)
        elif value is not False or (_filled(cell) and not target.prefetch):
            part = line.parts.setdefault(target.part, {}) if target.part else line.vals
            part[target.name] = value

    @api.model
    def _crm_check(self, batch, lines, targets):
        """Hook: find what is wrong with lines beyond single cells, and duplicates.

        Call ``super()``; say problems with ``line.refuse``, duplicates in
        ``line.matches``: dicts with ``res_id`` (0 when out of sight) and ``reason``.
        """
        self._crm_check_history(batch, lines, targets)
        self._crm_check_people(batch, lines, targets)
        self._crm_match(batch, [line for line in lines if not line.issues])

    @api.model
    def _crm_foresee(self, batch):
        """Hook: return what to say (list of str) of a file whose rows are all checked.

        Of what no row shows by itself, and what would stop many of them.
        """
        return []

    @api.model
    def _crm_check_history(self, batch, lines, targets):
        """Refuse the original author and time from those who may not set them."""
        if self.env.user._crm_has_group("crm_base.group_import_history"):
            return
        for target in targets:
            if target.name not in self._crm_history_fields():
                continue
            message = self.env._(
                "%(column)s: you may not import the original author and time.",
                column=target.label,
            )
            for line in lines:
                part = line.parts.get(target.part, {}) if target.part else line.vals
                if part.get(target.name):
                    line.refuse(target.index, "history", message)

    @api.model
    def _crm_history_fields(self):
        """Hook: return the fields (set of str) that tell of the past."""
        return HISTORY

    @api.model
    def _crm_check_people(self, batch, lines, targets):
        """Refuse people in charge whom the importer could not choose in the form."""
        ids = self.env.user._crm_scope_ids("write")
        for target in targets:
            if target.path != "user_id" or ids is None:
                continue
            for line in lines:
                user_id = line.vals.get("user_id")
                if user_id and user_id not in ids:
                    message = self.env._(
                        "%(column)s: you may only enter yourself and your own people.",
                        column=target.label,
                    )
                    line.refuse(target.index, "people", message)

    @api.model
    def _crm_match(self, batch, lines):
        """Hook: find what lines are duplicates of, in the database and in the file.

        By the columns of the profile that identify a record.
        """
        keys = batch.profile_id.column_ids.filtered("is_key").mapped("field")
        model = self.env[batch.model].with_context(active_test=False)
        for name in keys:
            values = {line.vals[name] for line in lines if line.vals.get(name)}
            if not values:
                continue
            found = defaultdict(list)
            for record in model.search([(name, "in", list(values))]):
                found[self._crm_key_value(record, name)].append(record.id)
            label = model._fields[name]._description_string(self.env)
            first = {}
            for line in lines:
                value = line.vals.get(name)
                for res_id in found.get(value, ()) if value else ():
                    reason = self.env._("The same %(field)s", field=label)
                    line.matches.append({"res_id": res_id, "reason": reason})
                if value and first.setdefault(value, line) is not line:
                    same = {"res_id": 0, "row": first[value].number}
                    same["reason"] = self.env._("Same as row %(n)s", n=same["row"])
                    line.matches.append(same)

    @api.model
    def _crm_key_value(self, record, name):
        value = record[name]
        return value.id if isinstance(value, models.BaseModel) else value

    @api.model
    def _crm_context(self, batch):
        """Hook: return the context (dict) that records are stored with."""
        return {
            "import_file": True,
            "tracking_disable": True,
            "mail_create_nosubscribe": True,
            "mail_auto_subscribe_no_notify": True,
        }

    @api.model
    def _crm_store(self, batch, lines):
        """Hook: store lines that have no problems, and say what became of each.

        Runs within a savepoint: raise, and the lines are tried in halves until the one
        that cannot be stored stands alone.
        """
        model = self.env[batch.model].with_context(**self._crm_context(batch))
        new = []
        for line in lines:
            choice = self._crm_choice(batch, line)
            if choice == "skip":
                line.finish(SKIPPED, self._crm_match_text(line))
            elif choice == "update":
                self._crm_update(model, line)
            else:
                new.append(line)
        if new:
            records = self._crm_create(batch, model, new)
            for line, record in zip(new, records, strict=True):
                line.created.append([batch.model, record.id])
                line.finish(CREATED, res_id=record.id)
            self._crm_write_history(new)

    @api.model
    def _crm_create(self, batch, model, lines):
        """Hook: create the records of new lines; return them in that order.

        :param model: empty recordset, with the context that records are stored with
        """
        return model.create(
            [self._crm_plain_values(model, line.vals) for line in lines]
        )

    @api.model
    def _crm_choice(self, batch, line):
        """Return ``create``, ``update``, ``contact`` or ``skip`` (str) for a line."""
        if not line.matches:
            return "create"
        choice = line.decision or batch.duplicate_policy
        in_file = any(match.get("row") for match in line.matches)
        if choice == "update" and (in_file or not line.matches[0]["res_id"]):
            return "skip"
        return choice if choice != "contact" else "skip"

    @api.model
    def _crm_match_text(self, line):
        return "; ".join(dict.fromkeys(match["reason"] for match in line.matches))

    @api.model
    def _crm_update(self, model, line, res_id=0, vals=None):
        """Write the filled cells of a line to a record that exists."""
        record = model.browse(res_id or line.matches[0]["res_id"])
        vals = self._crm_plain_values(model, line.vals if vals is None else vals)
        vals = {
            name: value
            for name, value in vals.items()
            if (
                # a zero is a value, an empty cell is none
                (value is not False and value not in (None, ""))
                or record._fields[name].type == "boolean"
            )
            and not self._crm_equals(record, name, value)
        }
        if not vals:
            line.finish(SKIPPED, self.env._("Nothing to change"), record.id)
            return
        before = {name: self._crm_snapshot(record, name) for name in vals}
        record.check_access("write")
        record.write(vals)
        after = {name: self._crm_snapshot(record, name) for name in vals}
        line.updated.append([model._name, record.id, before, after])
        line.finish(UPDATED, res_id=record.id)

    @api.model
    def _crm_equals(self, record, name, value):
        if isinstance(value, list):
            return set(record[name].ids) == set(value[0][2])
        return self._crm_snapshot(record, name) == _jsonable(value)

    @api.model
    def _crm_snapshot(self, record, name):
        """Return the value of a field as JSON holds it."""
        value = record[name]
        if isinstance(value, models.BaseModel):
            ids = value.ids
            return (
                ids if record._fields[name].type == "many2many" else (ids or [False])[0]
            )
        return _jsonable(value)

    @api.model
    def _crm_plain_values(self, model, vals):
        """Hook: return those of a row's values (dict) that are written as they are.

        Without author and time of creation, which are stamped afterwards.

        :param model: empty recordset of what the values are of
        """
        return {name: value for name, value in vals.items() if name not in HISTORY}

    @api.model
    def _crm_write_history(self, lines):
        """Give created records the author and the time of their rows."""
        for line in lines:
            past = {name: line.vals[name] for name in HISTORY if line.vals.get(name)}
            if past and line.created:
                model, res_id = line.created[0]
                self._crm_stamp(self.env[model].browse(res_id), past)

    @api.model
    def _crm_stamp(self, record, past):
        """Write author and time of creation, which the ORM keeps to itself."""
        # sudo: what was created just now may be out of sight, such as in a pool
        record = record.sudo()
        record.flush_recordset()
        author = past.get("create_uid") or record.create_uid.id
        moment = past.get("create_date") or record.create_date
        self.env.execute_query(
            SQL(
                "UPDATE %s SET create_uid = %s, create_date = %s WHERE id = %s"
                " RETURNING 1",
                SQL.identifier(record._table),
                author,
                moment,
                record.id,
            )
        )
        record.invalidate_recordset(list(HISTORY))

    @api.model
    def _crm_state_of(self, line):
        """Return the state (str) of a line that was checked and not yet stored."""
        if line.issues:
            return "error"
        return DUPLICATE if line.matches else "ready"

    @api.model
    def _crm_show(self, line, targets):
        """Return what a line will be stored as, a list of str for the targets."""
        shown = []
        for target in targets:
            part = line.parts.get(target.part, {}) if target.part else line.vals
            value = part.get(target.name)
            is_empty = value is None or (value is False and target.show is str)
            shown.append("" if is_empty else target.show(value))
        return shown


def _filled(cell):
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


def _jsonable(value):
    if isinstance(value, datetime):
        return fields.Datetime.to_string(value)
    if isinstance(value, date):
        return fields.Date.to_string(value)
    return str(value) if isinstance(value, bytes) else value
