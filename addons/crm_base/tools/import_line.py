"""What is known about a row of an import while it is worked on."""

from dataclasses import dataclass, field
from typing import Any

# states of a row, as crm.import.row keeps them
PENDING, READY, DUPLICATE, ERROR = "pending", "ready", "duplicate", "error"
CREATED, UPDATED, LINKED, SKIPPED = "created", "updated", "linked", "skipped"
UNDONE, KEPT = "undone", "kept"
WAITING = (READY, DUPLICATE)
IMPORTED = (CREATED, UPDATED, LINKED)


@dataclass
class Target:
    """A column of the file, and the field that it fills.

    :ivar int index: position of the column in the file
    :ivar str path: field, or ``part.field`` of a record beside the main one
    :ivar str label: the column of the profile, in the user's language
    :ivar convert: function of a cell, returning the value for the ORM
    :ivar prefetch: function of all texts of the column, or None
    :ivar bool required: whether a row needs it
    """

    index: int
    path: str
    label: str
    convert: Any
    prefetch: Any = None
    required: bool = False
    show: Any = str

    @property
    def part(self):
        """The record beside the main one that the field belongs to, "" for the main."""
        return self.path.rpartition(".")[0]

    @property
    def name(self):
        """The name of the field."""
        return self.path.rpartition(".")[2]


@dataclass
class Line:
    """A row of the file on its way into the database.

    :ivar int id: of the crm.import.row
    :ivar int number: as spreadsheet programs count
    :ivar list cells: as they were in the file
    :ivar dict vals: values of the main record
    :ivar dict parts: values of records beside it, by part
    :ivar list issues: dicts with ``column`` (position or None), ``kind``, ``message``
    :ivar list matches: duplicates found
    :ivar str decision: what to do about them
    :ivar str choice: what was done about them
    :ivar leader: the earlier line of the same chunk that is the same record
    :ivar str state: what became of the row
    :ivar datetime done_at: when it was stored, for rows that are taken back
    """

    id: int
    number: int
    cells: list
    decision: str = ""
    key: str = ""
    choice: str = ""
    leader: Any = None
    state: str = PENDING
    vals: dict = field(default_factory=dict)
    parts: dict = field(default_factory=dict)
    issues: list = field(default_factory=list)
    matches: list = field(default_factory=list)
    note: str = ""
    res_id: int = 0
    created: list = field(default_factory=list)
    updated: list = field(default_factory=list)
    done_at: Any = None

    def refuse(self, column, kind, message):
        """Say what is wrong with a cell, or with the row when ``column`` is None."""
        self.issues.append({"column": column, "kind": kind, "message": message})
        self.state = ERROR

    def finish(self, state, note="", res_id=0):
        """Say what became of the row."""
        self.state, self.note = state, note
        self.res_id = res_id or self.res_id

    def add_note(self, text):
        """Say one thing more about the row."""
        self.note = f"{self.note}; {text}" if self.note else text

    def reset(self):
        """Forget what an attempt did that was rolled back."""
        self.state, self.note, self.res_id = PENDING, "", 0
        self.created, self.updated, self.issues = [], [], []
