"""What approvals reckon with: facts of a document, and who has to approve it."""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple

from odoo.exceptions import UserError
from odoo.models import MAGIC_COLUMNS

from .arguments import as_id, as_number

# what belongs to the form of a record, not to what it says
BESIDE = (
    "message_",
    "activity_",
    "website_message_",
    "rating_",
    "access_",
    "approval_",
)
# digits after the point in which numbers of a document are compared
DIGITS = 6


class Turn(NamedTuple):
    """People who are asked at the same time.

    :ivar str name: of the level
    :ivar str mode: ``any`` or ``all``
    :ivar users: res.users; none where nobody stands above whoever submits
    :ivar int hours: allowed, 0 for no deadline
    :ivar bool escalate: whether superiors may decide after the deadline
    :ivar str why: these people, in the user's language
    """

    name: str
    mode: str
    users: object
    hours: int
    escalate: bool
    why: str


class Plan(NamedTuple):
    """The rule that a document is approved by (none: an empty record), turn by turn."""

    rule: object
    turns: list[Turn]


class Facts(NamedTuple):
    """What rules look at.

    :ivar float amount: in the currency of the company
    :ivar float discount: in percent, the highest one
    :ivar requester: res.users, who submits
    :ivar owner: res.users, who is in charge of the document
    :ivar team: crm.team of the document, or of the owner
    :ivar company: res.company
    """

    amount: float
    discount: float
    requester: object
    owner: object
    team: object
    company: object

    @classmethod
    def assume(cls, model, values, res_id):
        """Return a document (sudo) and its facts, some of them replaced by others.

        :param model: the empty record of a model that can be approved
        :param dict values: ``amount``, ``discount``, ``user_id``, ``team_id``
        :param int res_id: id of the document, 0 for a new one
        :raise UserError: when a value is none
        """
        env = model.env
        if values and not isinstance(values, dict):
            raise UserError(env._("The values have to be named."))
        assumed = dict(values or {})
        if res_id:
            document = model.browse(as_id(res_id)).exists()
            document.check_access("read")
            if not document:
                raise UserError(env._("This was deleted in the meantime."))
        else:
            document = model
        changed = {}
        for name in ("amount", "discount"):
            if name in assumed:
                changed[name] = as_number(assumed.pop(name))
                if changed[name] is None:
                    raise UserError(env._("%(name)s is no number.", name=name))
        for name, field, comodel in (
            ("user_id", "owner", "res.users"),
            ("team_id", "team", "crm.team"),
        ):
            if value := assumed.pop(name, 0):
                record = env[comodel].browse(as_id(value)).exists()
                if not record or not record.has_access("read"):
                    raise UserError(env._("%(name)s is none.", name=name))
                # sudo: who stands above them is found out by the rules
                changed[field] = record.sudo()
        if assumed:
            raise UserError(
                env._("Unknown values: %(names)s", names=", ".join(map(str, assumed)))
            )
        # sudo: the rules look at all of it
        document = document.sudo()
        if not document:
            document = model.sudo().new(model._crm_approval_sample(changed))
        facts = document._crm_approval_facts()._replace(**changed)
        # whose document it is, submits it
        return document, facts._replace(requester=facts.owner)


def canonical(values):
    """Return JSON (str) that is the same for the same values."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text):
    """Return the SHA-256 of a text, in hexadecimal digits (str)."""
    return hashlib.sha256(text.encode()).hexdigest()


def joined(values):
    """Return texts as one from which each can be told again.

    The SQL that verifies the log writes the same: the length, a colon and the text.
    """
    return "".join(f"{len(value)}:{value}" for value in values)


def covered_fields(model, free):
    """Return the names (frozenset of str) of the fields that an approval is about.

    :param model: any record of the model
    :param Iterable[str] free: names of fields that it is not about
    """
    beside = set(free) | set(MAGIC_COLUMNS)
    if hasattr(model, "_crm_workflow_fields"):
        # they change by methods, which know what they do
        beside |= model._crm_workflow_fields()
    return frozenset(
        name
        for name, field in model._fields.items()
        if name not in beside
        and not name.startswith(BESIDE)
        and not field.related
        and not (field.compute and field.readonly)
        and (field.store or field.type == "one2many" and not field.compute)
        and not (field.comodel_name or "").startswith(("mail.", "rating."))
    )


def snapshot_values(records, names):
    """Return the values of records as JSON can hold them, a dict of id (str) to dict.

    :param records: records (sudo)
    :param Iterable[str] names: of their fields
    """
    # what was translated meanwhile is not another document
    records = records.with_context(lang=None)
    fields = [
        records._fields[name]
        for name in sorted(names)
        if records._fields[name].store
        and records._fields[name].type not in ("binary", "image", "one2many")
        and not records._fields[name].company_dependent
    ]
    return {
        str(record.id): {field.name: _plain(record, field) for field in fields}
        for record in records
    }


def _plain(record, field):
    value = record[field.name]
    if field.relational:
        return sorted(value.ids) if field.type == "many2many" else value.id or False
    if field.type in ("float", "monetary"):
        # a rounding in the last digit is no change
        return round(value, DIGITS) + 0.0
    if value in (None, False, "") and field.type != "boolean" and value != 0:
        return False
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (dict, list)):
        return canonical(value)
    return str(value)
