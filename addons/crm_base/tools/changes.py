"""What differs between two states of a document, in the words of whoever reads it.

A state is a dict, such as ``_crm_approval_snapshot`` of a document: ``values`` of field
name to value, and ``lines`` of one2many to a dict of row to its values. Rows of both
states have the same key when they are the same row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from odoo import fields
from odoo.api import Environment
from odoo.tools import (
    format_amount,
    format_date,
    format_datetime,
    formatLang,
    html2plaintext,
)

from .approval import DIGITS
from .text_diff import differing

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
NOTHING = "–"
# of a row that came or went so much is told
TOLD = 8


class Change(NamedTuple):
    """One difference.

    :ivar str kind: ``added`` or ``removed`` for rows, ``changed`` for values
    :ivar str part: the one2many, "" for the document itself
    :ivar str field: what has changed, "" for a whole row
    :ivar before: its value, or the values (dict) of a row that went
    :ivar after: its value, or the values (dict) of a row that came
    :ivar dict values: of the document or the row, as they are or were last
    """

    kind: str
    part: str
    field: str
    before: object
    after: object
    values: dict


def compared(before: dict, after: dict, ignored: Iterable[str] = ()) -> list[Change]:
    """Return what has changed from one state to another.

    Fields and parts that only one of them knows came or went with an upgrade and do not
    count.

    :param dict before: state
    :param dict after: state
    :param ignored: names of fields of the document that do not count
    """
    found = list(_values("", before["values"], after["values"], ignored))
    for part, rows in after["lines"].items():
        former = before["lines"].get(part, rows)
        for key in [*former, *(key for key in rows if key not in former)]:
            old, new = former.get(key), rows.get(key)
            if old is not None and new is not None:
                found += _values(part, old, new, ())
            elif old is not None:
                found.append(Change(REMOVED, part, "", old, {}, old))
            else:
                found.append(Change(ADDED, part, "", {}, new, new))
    return found


def _values(part: str, old: dict, new: dict, ignored: Iterable[str]) -> Iterator:
    for name, value in new.items():
        if name not in ignored and old.get(name, value) != value:
            yield Change(CHANGED, part, name, old[name], value, new)


class Wording:
    """Says changes in words. Names of records are read once for all of them.

    What the reader may not see of a document is left out.

    :param env: environment of the reader
    """

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.ids: dict[str, set] = defaultdict(set)
        self.names: dict[str, dict] = {}

    def note(self, model: str, changes: Iterable[Change]) -> None:
        """Take note of the records that changes of a document name.

        :param str model: of the document
        """
        for change in changes:
            there = self._model(model, change.part)
            for values in (change.values, change.before, change.after):
                if not isinstance(values, dict):
                    values = {change.field: values}
                for name, value in values.items():
                    field = there._fields.get(name)
                    if field is not None and field.relational and value:
                        ids = value if isinstance(value, list) else [value]
                        self.ids[field.comodel_name].update(ids)

    def rows(self, model: str, changes: Iterable[Change], currency=None) -> list[dict]:
        """Return changes as dicts with ``what``, ``before`` and ``after``, all texts.

        :param str model: of the document; its changes were noted
        :param currency: res.currency of amounts that name none
        """
        return [
            row
            for change in changes
            if (row := self._row(self.env[model], change, currency))
        ]

    def _row(self, document, change, currency):
        there = self._model(document._name, change.part)
        labels = []
        if change.part:
            labels.append(document._fields[change.part]._description_string(self.env))
            labels.append(self._title(there, change.values))
        if change.kind != CHANGED:
            added, removed = self.env._("added"), self.env._("removed")
            labels.append(added if change.kind == ADDED else removed)
            before = self._told(document, there, change.before, currency)
            after = self._told(document, there, change.after, currency)
        elif not self._is_seen(there, change.field):
            return None
        else:
            field = there._fields[change.field]
            labels.append(field._description_string(self.env))
            before, after = (
                self._text(there, field, value, change.values, currency)
                for value in (change.before, change.after)
            )
            if "\n" in before or "\n" in after:
                before, after = differing(before, after)
        return {
            "what": " · ".join(filter(None, labels)),
            "before": before or NOTHING,
            "after": after or NOTHING,
        }

    def _model(self, model, part):
        document = self.env[model]
        return self.env[document._fields[part].comodel_name] if part else document

    def _is_seen(self, model, name):
        field = model._fields.get(name)
        return field is not None and model._has_field_access(field, "read")

    def _title(self, model, values):
        """Return what a row is called (str): its product, its name, or nothing."""
        for name in ("product_id", "partner_id", "name", "phase"):
            if values.get(name) and self._is_seen(model, name):
                text = self._text(model, model._fields[name], values[name], values)
                return text.split("\n")[0]
        return ""

    def _told(self, document, model, values, currency):
        """Return in one text (str) what a row holds."""
        told = []
        for name, value in values.items():
            if not value or not self._is_seen(model, name):
                continue
            field = model._fields[name]
            if name != "sequence" and field.comodel_name != document._name:
                text = self._text(model, field, value, values, currency)
                told.append(f"{field._description_string(self.env)}: {text}")
        return "; ".join(told[:TOLD])

    def _text(self, model, field, value, values, currency=None):
        """Return a value as people read it (str)."""
        env = self.env
        if field.type == "boolean":
            return env._("Yes") if value else env._("No")
        if field.relational:
            return self._names(field.comodel_name, value)
        if field.type == "monetary":
            name = field.get_currency_field(model)
            # sudo: how amounts of it are written
            money = env["res.currency"].sudo().browse(values.get(name) or ())
            money = money or currency or env.company.currency_id
            return format_amount(env, value or 0.0, money)
        if field.type in ("float", "integer"):
            decimals = f"{value or 0:.{DIGITS}f}".rstrip("0").partition(".")[2]
            return formatLang(env, value or 0, digits=len(decimals))
        if not value:
            return ""
        if field.type == "selection":
            return dict(field._description_selection(env)).get(value, value)
        if field.type == "date":
            return format_date(env, value)
        if field.type == "datetime":
            return format_datetime(env, fields.Datetime.to_datetime(value))
        return html2plaintext(value) if field.type == "html" else str(value)

    def _names(self, comodel, value):
        if comodel not in self.names:
            # sudo: what a document names is told to whoever decides on it or sees it
            there = self.env[comodel].sudo().with_context(active_test=False)
            known = there.browse(sorted(self.ids[comodel])).exists()
            self.names[comodel] = {one.id: one.display_name for one in known}
        ids = value if isinstance(value, list) else [value]
        names = self.names[comodel]
        return ", ".join(names[id_] for id_ in ids if id_ in names)
