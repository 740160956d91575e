"""Rows of the change log while they wait to be written."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Reference(NamedTuple):
    """A value that refers to records, until the log needs their names."""

    model: str
    ids: tuple[int, ...]
    is_single: bool

    def named(self, names):
        """Return the value as JSON: with the names of what it refers to."""
        pairs = [[id_, names.get((self.model, id_), "")] for id_ in self.ids]
        return pairs[0] if self.is_single else pairs


@dataclass
class Waiting:
    """The rows of a transaction so far, and what they refer to."""

    rows: list[dict] = field(default_factory=list)
    wanted: dict[str, set[int]] = field(default_factory=dict)

    def add(self, rows):
        """Take rows in."""
        self.rows += rows
        for row in rows:
            self._want(Reference("res.users", (row["user_id"],), True))
            for value in (row["old_value"], row["new_value"]):
                if isinstance(value, Reference):
                    self._want(value)
                elif isinstance(value, dict):
                    for one in value.values():
                        if isinstance(one, Reference):
                            self._want(one)

    def _want(self, reference):
        self.wanted.setdefault(reference.model, set()).update(reference.ids)


def named(value, names):
    """Return a value as JSON, with the names (dict of (model, id)) of references."""
    if isinstance(value, Reference):
        return value.named(names)
    if isinstance(value, dict):
        return {key: named(one, names) for key, one in value.items()}
    return value
