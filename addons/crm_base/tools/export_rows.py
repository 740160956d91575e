"""Rows of an export, read in batches: what a list shows, in constant memory."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytz

from odoo.tools import html2plaintext

BATCH = 1000

Reader = Callable[[Sequence[Any]], list[Any]]


def rows(records: Any, paths: Sequence[str], batch: int = BATCH) -> Iterator[list[Any]]:
    """Read values of records, a batch at a time, and forget each batch again.

    :param records: any recordset, in the order of the rows
    :param paths: fields, a slash for the fields of a related record
    :return: one list of values per row; ``""`` where there is nothing
    """
    # what somebody is going to save is not lost by forgetting
    records.env.flush_all()
    readers = _readers(records, paths)
    names = list(dict.fromkeys(path.split("/")[0] for path in paths if path != ".id"))
    ids = records.ids
    for start in range(0, len(ids), batch):
        part = records.browse(ids[start : start + batch])
        if readers:
            part.fetch(names)
            columns = [reader(part) for reader in readers]
            yield from map(list, zip(*columns, strict=True))
        else:
            yield from part._export_rows([path.split("/") for path in paths])
        records.env.invalidate_all(flush=False)


def _readers(records: Any, paths: Sequence[str]) -> list[Reader]:
    """Return a reader per column; nothing where only Odoo's own export will do.

    That is for external ids, for the fields of lines below a record, for properties
    and for files that are to be imported again.
    """
    if records.env.context.get("import_compat", True):
        return []
    readers = []
    for path in paths:
        reader = _reader(records, path.split("/"))
        if not reader:
            return []
        readers.append(reader)
    return readers


def _reader(model: Any, path: Sequence[str]) -> Reader | None:
    name, rest = path[0], path[1:]
    if name == ".id":
        return None if rest else lambda records: [record.id or "" for record in records]
    field = model._fields.get(name)
    if not field or name == "id" or field.type in ("binary", "properties", "reference"):
        return None
    if not rest:
        return _plain(model, field)
    if field.type != "many2one":
        return None
    below = _reader(model.env[field.comodel_name], rest)
    if not below:
        return None
    return lambda records: below([record[name] for record in records])


def _plain(model: Any, field: Any) -> Reader:
    """Return the reader of one field of the record itself."""
    if field.type == "many2one":
        return _names(model, field)
    if field.type in ("one2many", "many2many"):
        return lambda records: [
            ", ".join(
                value or "" for value in record[field.name].mapped("display_name")
            )
            for record in records
        ]
    values = _values(field)
    if field.type == "selection":
        labels = dict(field._description_selection(model.env))
        return lambda records: [labels.get(value, "") for value in values(records)]
    if field.type == "datetime":
        zone = pytz.timezone(model.env.context.get("tz") or model.env.user.tz or "UTC")
        return lambda records: [
            zone.fromutc(value).replace(tzinfo=None) if value else ""
            for value in values(records)
        ]
    if field.type == "html":
        return lambda records: [
            html2plaintext(value or "") for value in values(records)
        ]
    if field.type in ("char", "text", "date"):
        return lambda records: [value or "" for value in values(records)]
    return lambda records: [
        field.convert_to_export(record[field.name], record) if record else ""
        for record in records
    ]


def _values(field: Any) -> Reader:
    """Return the reader of what the database holds in a field.

    Columns that were fetched are taken from the cache as they are: that costs a third
    of going through the field of each record.
    """
    name = field.name
    if not field.store or field.translate or field.company_dependent:
        return lambda records: [record[name] for record in records]

    def read(records: Sequence[Any]) -> list[Any]:
        if not records:
            return []
        cache = field._get_cache(records[0].env)
        return [
            cache[record.id] if record.id in cache else record[name]
            for record in records
        ]

    return read


def _names(model: Any, field: Any) -> Reader:
    """Return the reader of the names of what a many2one points to."""
    values = _values(field)
    # sudo: whoever reads a record is shown the name of what it points to, as in lists
    related = model.env[field.comodel_name].sudo()

    def read(records: Sequence[Any]) -> list[str]:
        ids = [
            value if isinstance(value, int) else value and value.id
            for value in values(records)
        ]
        targets = related.browse(dict.fromkeys(id_ for id_ in ids if id_))
        shown = {target.id: target.display_name or "" for target in targets}
        return [shown.get(id_, "") for id_ in ids]

    return read
