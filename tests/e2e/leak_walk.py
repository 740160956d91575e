"""Goes through the doors of a live server as one person, and looks for secrets."""

import base64
import binascii
import json
import re
import xmlrpc.client

from .json2 import ApiError, Client
from .leak_scene import SECRETS

# names of columns that tell how to reach somebody, or who it is
TELLING = ("name", "phone", "mobile", "email", "email_from", "wechat", "street")
TEXTS = ("char", "text", "html", "many2one", "selection", "reference")
LIMIT = 200
# What people were sent, invitations, own plans and the ledger bear the names of the day
# they were made; a file of an invitation, the addresses of those who were invited.
NAMES = ("contact", "contact of the lead", "number in the name", "number in the topic")
KEPT = {
    "calendar.attendee": NAMES,
    "calendar.event": NAMES,
    "crm.owner.move": NAMES,
    "ir.attachment": ("email", "e-mail of the contact"),
    "mail.activity": NAMES,
    "mail.message": NAMES,
    "mail.notification": NAMES,
}
# And whoever wrote something down keeps it: it is the record of that person's work.
OWN = {
    "owner": {
        "crm.followup": ("follow-up", "follow-up of the lead"),
        "mail.activity": ("activity",),
        "mail.message": ("message", "message of the lead"),
    },
}


class Walk:
    """One person's way through the doors of the API.

    :ivar set leaks: (door, secret) of all that was told
    :ivar int told: how many calls had a result
    """

    def __init__(self, scene, login):
        self.scene = scene
        self.login = login
        self.client = Client(scene.url, scene.database, scene.keys[login])
        self.context = {**dict.fromkeys(scene.context, 1), "active_test": False}
        self.leaks = set()
        self.told = 0

    def check(self, door, answer):
        """Look for secrets in what was told through a door (str)."""
        for name, secret in SECRETS.items():
            if secret in answer:
                self.leaks.add((door, name))

    def assert_kept(self):
        """Fail with all that was told, but for what people were sent, or wrote."""
        own = OWN.get(self.login, {})
        leaks = sorted(
            f"{door}: {name}"
            for door, name in self.leaks
            for model in door.split()[:1]
            if name not in (*KEPT.get(model, ()), *own.get(model, ()))
        )
        assert not leaks, "\n".join(leaks)

    def ask(self, door, model, method, /, **arguments):
        """Call a method by JSON-2; return its result, None for an error."""
        arguments = {"context": self.context, **arguments}
        try:
            result = self.client.post(model, method, arguments)
        except ApiError as error:
            self.check(f"{door}, refusing", json.dumps(error.body, ensure_ascii=False))
            return None
        self.told += 1
        self.check(door, "\n".join(spelled(result)))
        return result

    def fields(self, model):
        """Return what the person may read of a model, a dict by name."""
        wanted = ["type", "relation", "store", "searchable", "groupable"]
        found = (
            self.ask(f"{model} fields", model, "fields_get", attributes=wanted) or {}
        )
        found.pop("id", None)
        return found

    def whole_or_each(self, names, ask):
        """Ask for all names at once; when that fails, for either half of them.

        :param Callable ask: takes a list of names, returns None when it fails
        """
        if names and ask(names) is None and len(names) > 1:
            middle = len(names) // 2
            self.whole_or_each(names[:middle], ask)
            self.whole_or_each(names[middle:], ask)

    def read_fields(self, model, names):
        """Read fields of the last records of a model."""
        self.whole_or_each(
            names,
            lambda some: self.ask(
                f"{model} search_read",
                model,
                "search_read",
                domain=[],
                fields=some,
                limit=LIMIT,
                order="id desc",
            ),
        )

    def read_model(self, model):
        """Read a model through all doors of lists and forms."""
        if self.ask(f"{model} search", model, "search", domain=[], limit=1) is None:
            return
        fields = self.fields(model)
        names = sorted(fields)
        rows = self.ask(
            f"{model} ids", model, "search", domain=[], limit=LIMIT, order="id desc"
        )
        if not rows:
            return
        self.read_fields(model, names)
        specs = {name: self.spec(one) for name, one in fields.items()}
        self.whole_or_each(
            names,
            lambda some: self.ask(
                f"{model} web_search_read",
                model,
                "web_search_read",
                domain=[],
                specification={name: specs[name] for name in some},
                limit=LIMIT,
                order="id desc",
            ),
        )
        self.ask(f"{model} name_search", model, "name_search", limit=LIMIT)
        self.whole_or_each(
            [*names, *self.paths(fields, "/")],
            lambda some: self.ask(
                f"{model} export", model, "export_data", ids=rows, fields_to_export=some
            ),
        )
        self.group_model(model, fields)

    def group_model(self, model, fields):
        """Read a model through groups, and the panel beside a list."""
        names = [
            name
            for name, one in fields.items()
            if one.get("groupable") and one["type"] in TEXTS
        ]
        self.whole_or_each(
            [*names, *self.paths(fields, ".")],
            lambda some: self.ask(
                f"{model} groups",
                model,
                "formatted_read_group",
                domain=[],
                groupby=some,
                aggregates=["__count"],
            ),
        )
        for name in names:
            one = fields[name]
            if one.get("relation") not in self.scene.targets:
                continue
            spec = {name: self.spec(one)}
            self.ask(
                f"{model} unfolded groups",
                model,
                "web_read_group",
                domain=[],
                groupby=[name],
                aggregates=[],
                auto_unfold=True,
                unfold_read_specification=spec,
            )
            for method in ("select_range", "select_multi_range"):
                self.ask(
                    f"{model} {method}",
                    model,
                    f"search_panel_{method}",
                    field_name=name,
                    enable_counters=True,
                )

    def spec(self, one):
        """Return what a client may ask of a field, with columns of what it names."""
        if not one.get("relation"):
            return {}
        inner = ["display_name"]
        if one["relation"] in self.scene.targets:
            known = self.fields_of_targets[one["relation"]]
            inner += [name for name in TELLING if name in known]
        return {
            "fields": {name: {} for name in inner},
            "context": self.context,
        }

    def paths(self, fields, dot):
        """Return columns of pooled models as paths from these fields (list of str)."""
        return [
            f"{name}{dot}{column}"
            for name, one in sorted(fields.items())
            if one["type"] == "many2one"
            and one.get("store")
            and one["relation"] in self.scene.targets
            for column in TELLING
            if column in self.fields_of_targets[one["relation"]]
        ]

    @property
    def fields_of_targets(self):
        """The fields of the models whose records are pooled, by model."""
        if not hasattr(self, "_fields_of_targets"):
            self._fields_of_targets = {
                model: self.fields(model) for model in self.scene.targets
            }
        return self._fields_of_targets

    def name_targets(self, model, name, target, kind):
        """Open forms that name what is pooled."""
        fields = self.fields(model)
        if name not in fields:
            return
        specs = {key: self.spec(one) for key, one in fields.items()}
        for id_ in self.scene.targets[target]:
            value = id_ if kind == "many2one" else [[6, 0, [id_]]]
            context = {**self.context, f"default_{name}": value}
            door = f"{model}.{name}"
            for label, arguments in (
                ("default", {"values": {}, "field_names": [], "context": context}),
                ("onchange", {"values": {name: value}, "field_names": [name]}),
            ):
                self.ask(
                    f"{label} of {door}",
                    model,
                    "onchange",
                    fields_spec=specs,
                    **arguments,
                )
            self.ask(
                f"default_get of {door}",
                model,
                "default_get",
                fields=sorted(fields),
                context=context,
            )

    def read_rows(self, model, ids):
        """Read records by ids that were never told, each on its own."""
        names = sorted(self.fields(model))
        for id_ in ids:
            for method, arguments in (
                ("read", {"fields": names}),
                ("web_read", {"specification": {"display_name": {}}}),
                ("export_data", {"fields_to_export": ["display_name", "id"]}),
                ("get_metadata", {}),
            ):
                self.ask(f"{model} {method}", model, method, ids=[id_], **arguments)


class Program(Walk):
    """The same person by XML-RPC."""

    def __init__(self, scene, login):
        super().__init__(scene, login)
        self.objects = xmlrpc.client.ServerProxy(
            f"{scene.url}/xmlrpc/2/object", allow_none=True
        )

    def read_model(self, model):
        """Read a model by XML-RPC: its names, and all fields of its last records."""
        fields = self.fields(model)
        if fields and self.ask(f"{model} names", model, "name_search", limit=LIMIT):
            self.read_fields(model, sorted(fields))

    def ask(self, door, model, method, /, **arguments):
        """Call a method by XML-RPC; return its result, None for an error."""
        named = {"context": self.context, **arguments}
        ids = [named.pop("ids")] if "ids" in named else []
        if method == "default_get":
            named["fields_list"] = named.pop("fields")
        try:
            result = self.objects.execute_kw(
                self.scene.database,
                self.scene.users[self.login],
                self.scene.keys[self.login],
                model,
                method,
                ids,
                named,
            )
        except xmlrpc.client.Fault as fault:
            self.check(f"{door}, refusing by XML-RPC", fault.faultString)
            return None
        self.told += 1
        self.check(f"{door} by XML-RPC", "\n".join(spelled(result)))
        return result


def spelled(value):
    """Yield all texts in a result, those of files in base64 as they are read too."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from spelled(key)
            yield from spelled(one)
    elif isinstance(value, list):
        for one in value:
            yield from spelled(one)
    elif isinstance(value, xmlrpc.client.Binary):
        yield from spelled(value.data.decode("latin-1"))
    elif isinstance(value, str):
        yield value
        if len(value) > 7 and re.fullmatch(r"[A-Za-z0-9+/\s]+=*", value):
            try:
                yield base64.b64decode(value, validate=True).decode("utf-8", "ignore")
            except binascii.Error:
                return
    else:
        yield str(value)
