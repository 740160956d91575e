"""The calls that the web client makes when somebody works on a form.

Odoo's own simulation of the form works on a record once; what it asks of the server is
recorded, and can then be asked again as often as wanted.
"""

import copy
import functools
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

from odoo import api, models
from odoo.tests.form import Form

# what a form asks for
METHODS = ("onchange", "web_read", "web_save")
# a save reads what it has saved: one call, not two
_INSIDE = "bench_inside"


class Call(NamedTuple):
    """One request of the client.

    :ivar str model: name of the model
    :ivar list ids: the record, none for a new one
    :ivar str method: what is called
    :ivar tuple args: its arguments
    """

    model: str
    ids: list[int]
    method: str
    args: tuple

    def __call__(self, env: api.Environment) -> Any:
        """Answer the request up to where it would be committed."""
        answer = getattr(env[self.model].browse(self.ids), self.method)(*self.args)
        # what is due before the commit belongs to the request
        env.cr.flush()
        # an answer counts when it can be sent
        json.dumps(answer, default=str)
        return answer


def recorded(
    record: models.BaseModel, view: str, lines: str, work: Callable[[Form], Any]
) -> list[Call]:
    """Open a record in a form, work on it and save; return the calls of all that.

    :param view: XML id of the form
    :param lines: name of the field whose lines are worked on
    :param work: what is done to the open form
    """
    calls: list[Call] = []
    with ExitStack() as stack:
        for name in (record._name, record._fields[lines].comodel_name):
            for method in METHODS:
                stack.enter_context(_listening(type(record.env[name]), method, calls))
        form = Form(record, view)
        work(form)
        form.save()
    return calls


@contextmanager
def _listening(kind: type, method: str, calls: list[Call]) -> Iterator[None]:
    """Note the calls of a method that do not come from another one."""
    original = getattr(kind, method)

    @functools.wraps(original)
    def listen(self: models.BaseModel, *args: Any) -> Any:
        if self.env.context.get(_INSIDE):
            return original(self, *args)
        asked = (*copy.deepcopy(args[:-1]), named(self, args[-1]))
        calls.append(Call(self._name, self.ids, method, asked))
        return original(self.with_context(**{_INSIDE: True}), *args)

    with patch.object(kind, method, listen):
        yield


def named(model: models.BaseModel, specification: dict) -> dict:
    """Return a specification with the names of related records, as the client asks."""
    found = {}
    for name, asked in specification.items():
        field = model._fields[name]
        if field.type == "many2one" and not asked.get("fields"):
            asked = {**asked, "fields": {"display_name": {}}}
        elif asked.get("fields") and field.relational:
            fields = named(model.env[field.comodel_name], asked["fields"])
            asked = {**asked, "fields": fields}
        found[name] = asked
    return found
