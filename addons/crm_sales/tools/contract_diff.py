"""What is different between two states of a contract, as people read it.

A state is a dict: ``fields`` of field name to text, and ``parts`` of one2many to a dict
of row to a dict of field name to text. Rows of both states have the same key when they
are the same row.
"""

from collections.abc import Iterator

from odoo.addons.crm_base.tools.text_diff import differing

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


def changes(before: dict, after: dict) -> list[dict]:
    """Return the differences.

    :param dict before: state
    :param dict after: state
    :return: list of dicts with ``part`` ("" for the contract itself), ``row`` (what it
        is called), ``kind``, ``field``, ``before`` and ``after``
    """
    found = list(_compared("", "", before["fields"], after["fields"]))
    for part in after["parts"]:
        old, new = before["parts"].get(part, {}), after["parts"][part]
        for key in [*old, *(key for key in new if key not in old)]:
            found += _row(part, old.get(key), new.get(key))
    return found


def _row(part: str, old: dict | None, new: dict | None) -> Iterator[dict]:
    if old and new:
        yield from _compared(part, title(old), old, new)
        return
    row = old or new or {}
    text = ", ".join(value for value in row.values() if value)
    yield {
        "part": part,
        "row": title(row),
        "kind": REMOVED if old else ADDED,
        "field": "",
        "before": text if old else "",
        "after": "" if old else text,
    }


def _compared(part: str, row: str, old: dict, new: dict) -> Iterator[dict]:
    for field, value in new.items():
        former = old.get(field, "")
        if former != value:
            if "\n" in former or "\n" in value:
                former, value = differing(former, value)
            yield {
                "part": part,
                "row": row,
                "kind": CHANGED,
                "field": field,
                "before": former,
                "after": value,
            }


def title(row: dict) -> str:
    """Return what a row is called: its name, or whatever stands first in it."""
    return row.get("name") or row.get("phase") or next(filter(None, row.values()), "")
