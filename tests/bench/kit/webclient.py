"""The calls that the web client makes when somebody opens a list.

The specification of a list is derived from its view as the client does it: every field
of the view, also those in hidden columns, and what the widgets ask for besides.
"""

import json
from ast import literal_eval
from collections.abc import Sequence
from typing import Any, NamedTuple

from lxml import etree

from odoo import api
from odoo.tools.safe_eval import safe_eval

PAGE = 80
# the client asks for one more than it is ready to count
COUNT_LIMIT = 10_001

# fields of the related record that widgets of Odoo and of the suite read
_RELATED = {
    "many2many_tags": ("display_name",),
    "crm_dictionary_badge": ("color",),
}
# further fields of the same record that widgets read
_DEPENDENCIES = {
    "image": ("write_date",),
    "list_activity": (
        "activity_exception_decoration",
        "activity_exception_icon",
        "activity_state",
        "activity_summary",
        "activity_type_icon",
        "activity_type_id",
    ),
}


class ListCall(NamedTuple):
    """What ``web_search_read`` is called with.

    :ivar str model: name of the model
    :ivar list domain: domain of the action
    :ivar dict specification: fields to read
    :ivar str order: the view's order, "" for the model's own
    :ivar dict context: of the action
    :ivar int limit: records on a page
    """

    model: str
    domain: list
    specification: dict[str, Any]
    order: str
    context: dict[str, Any]
    limit: int

    def __call__(self, env: api.Environment, domain: Sequence = ()) -> dict[str, Any]:
        """Return the first page, also narrowed by what the search box adds."""
        answer = env[self.model].web_search_read(
            [*self.domain, *domain],
            self.specification,
            offset=0,
            limit=self.limit,
            order=self.order or None,
            count_limit=COUNT_LIMIT,
        )
        # an answer counts when it can be sent
        json.dumps(answer, default=str)
        return answer


def user_context(env: api.Environment) -> dict[str, Any]:
    """Return the context that the client sends with every call of a user."""
    company_id = env.user.company_id.id
    return {
        "lang": env.user.lang,
        "tz": env.user.tz,
        "uid": env.uid,
        "allowed_company_ids": env.user.company_ids.ids,
        "current_company_id": company_id,
    }


def action_call(env: api.Environment, xml_id: str) -> ListCall:
    """Return the call of the list of a window action, as the user of ``env``."""
    action = env["ir.actions.act_window"]._for_xml_id(xml_id)
    view_id = dict((kind, view_id) for view_id, kind in action["views"])["list"]
    values = {"uid": env.uid, "context": dict(env.context)}
    domain = safe_eval(action["domain"] or "[]", values)
    context = safe_eval(action["context"] or "{}", values)
    return view_call(env, action["res_model"], view_id, domain, context)


def view_call(
    env: api.Environment,
    model: str,
    view_id: int,
    domain: list,
    context: dict[str, Any],
) -> ListCall:
    """Return the call of a list view, as the user of ``env``."""
    description = env[model].get_views([(view_id, "list")])
    arch = etree.fromstring(description["views"]["list"]["arch"])
    fields = description["models"][model]["fields"]
    specification: dict[str, Any] = {}
    for node in arch.iterfind("field"):
        name, widget = node.get("name"), node.get("widget", "")
        hidden = node.get("column_invisible") in ("1", "True")
        specification[name] = _field(fields[name], widget, node, hidden)
        for extra in _DEPENDENCIES.get(widget, ()):
            specification.setdefault(extra, {})
    context = {
        key: value
        for key, value in context.items()
        if not key.startswith("search_default_")
    }
    return ListCall(
        model,
        domain,
        specification,
        arch.get("default_order", ""),
        {"bin_size": True, **context},
        int(arch.get("limit", PAGE)),
    )


def _field(
    field: dict[str, Any], widget: str, node: etree._Element, hidden: bool
) -> dict[str, Any]:
    if field["type"] not in ("many2one", "one2many", "many2many"):
        return {}
    related = {name: {} for name in _RELATED.get(widget, ())}
    if field["type"] == "many2one":
        return {"fields": {} if hidden else {**related, "display_name": {}}}
    color = literal_eval(node.get("options", "{}")).get("color_field")
    if color:
        related[color] = {}
    return {"fields": related} if related and not hidden else {}
