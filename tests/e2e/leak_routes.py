"""Goes to every address of a live server as one person, and looks for secrets.

Routes come from the server's own map, and what each is given follows from the names
of its arguments: models and ids name what is pooled and what hangs on it, the rest
stands in ``VALUES`` and ``OWN_VALUES``. So a new route is walked as soon as it is
there. One of ours that asks for what stands nowhere fails the test; what is not opened
has a reason in ``LEFT_OUT``.
"""

import html
import io
import itertools
import json
import re
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from http.cookiejar import CookieJar

from pypdf import PdfReader

from .conftest import PASSWORD

PATIENCE = 120
# of what hangs on the pooled, so many records of each model, but all of these models
EACH = 2
# of an endpoint with several addresses, so many calls of each further one
FEW = 6
ALL_OF = ("mail.message", "ir.attachment", "calendar.attendee", "calendar.event")
# by these arguments a route is told the model, by these the record of it
MODELS = ("model", "model_name", "res_model", "resModel", "thread_model")
RECORDS = ("id", "res_id", "res_ids", "thread_id", "rec_id", "docids", "ids")
# what members read of the pooled
MASKED = {"crm.pool.customer": "res.partner", "crm.pool.lead": "crm.lead"}
# the addresses that are not opened, by how they begin, and why
LEFT_OUT = {
    "/json/2/<__model__>": "every model and method is asked there by the other walks",
    "/xmlrpc/": "every model is asked there by Program",
    "/web/dataset/call_button": "the function of /web/dataset/call_kw",
    "/web/database/": "ends or copies the database, and asks for the master password",
    "/web/session/logout": "ends the session",
    "/web/session/destroy": "ends the session",
    "/web/session/authenticate": "begins another session",
    "/web/login": "is for those without a session: there is no record behind it",
    "/web/become": "begins another session",
    "/web/tests": "the tests of the client: files",
    "/web/bundle": "files of the client",
    "/web/assets": "files of the client",
    "/websocket": "waits; what goes through it is read in crm_customer_pool's tests",
    "/bus/websocket_worker_bundle": "files of the client",
    "/web/pivot/export_xlsx": "writes the table that the client sends",
    "/web/filestore": "files for the proxy alone",
    "/my/deactivate_account": "ends the account",
    "/queue_job/runjob": "carries out a job, for the runner",
    "/html_editor/link_preview_external": "calls another server",
    "/html_editor/media_library_search": "calls another server",
    "/html_editor/save_library_media": "calls another server",
    "/html_editor/generate_text": "calls another server",
    "/web_editor/save_library_media": "calls another server",
    "/web_editor/generate_text": "calls another server",
    "/web_unsplash": "calls another server",
    "/discuss/gif": "calls another server",
    "/google_gmail": "calls another server",
    "/microsoft_outlook": "calls another server",
    "/auth_oauth": "begins another session",
}
# what is given for arguments that name no record; a list is given value by value
VALUES = {
    "action": "add",
    "barcode_type": "QR",
    "content": "x",
    "emails": [["x@example.com"]],
    "field": ["raw", "image_1920", "avatar_128", "email", "content"],
    "term": ["深圳", "上海", "李", "赵"],
    "search_term": ["深圳", "上海", "李", "赵"],
    "domain": [[]],
    "kwargs": [{}],
    "method": "read",
    "path": "x",
    "post_data": {"body": "x"},
    "request_list": [],
    "update_data": {"body": "x"},
    "counters": [["invoice_count", "order_count", "quotation_count", "overdue_count"]],
}
NOTHING = "x"
THREAD = (
    "activities attachments contact_fields display_name followers scheduledMessages"
    " suggestedRecipients"
).split()


def _thread(_scene, model, id_):
    return [
        [
            "mail.thread",
            {"thread_model": model, "thread_id": id_, "request_list": THREAD},
        ],
        ["avatar_card", {"model": model, "id": id_}],
        "failures",
        "init_messaging",
        "mail.canned.response",
        "systray_get_activities",
    ]


def _export(scene, model, id_):
    return {
        "model": model,
        "ids": [id_],
        "domain": [],
        "groupby": [],
        "fields": [
            {"name": name, "label": name, "type": "char"}
            for name in scene.columns[model]
        ],
        "import_compat": False,
        "context": {},
    }


def _print(scene, model, id_):
    name = next(
        (one for one, of in scene.reports if of == model), "web.external_layout"
    )
    return [f"/report/html/{name}/{id_}", "qweb-html"]


def _call(scene, model, id_):
    return [
        scene.database,
        scene.users["lender"],
        scene.keys["lender"],
        model,
        "read",
        [[id_]],
    ]


# the same for single routes, by how they begin: a value, or what makes it of a record
OWN_VALUES = {
    ("/calendar/", "id"): lambda scene, _model, _id: scene.event,
    ("/calendar/", "token"): lambda scene, _model, _id: scene.tokens["invitation"],
    ("/crm/export/", "data"): _export,
    ("/crm/form/", "token"): lambda scene, _model, _id: scene.tokens["form"],
    ("/crm/opt-out/", "token"): NOTHING,
    ("/crm_connect/sms/", "token"): NOTHING,
    ("/crm_sales/order/", "kind"): "docx",
    ("/json/1/", "subpath"): lambda _scene, model, id_: f"m-{model}/{id_}",
    ("/jsonrpc", "args"): _call,
    ("/jsonrpc", "method"): "execute_kw",
    ("/jsonrpc", "service"): "object",
    ("/lead/case_mark_lost", "token"): NOTHING,
    ("/mail/action", "fetch_params"): _thread,
    ("/mail/data", "fetch_params"): _thread,
    ("/mail/", "fetch_params"): {"limit": 100},
    ("/discuss/", "fetch_params"): {"limit": 100},
    ("/report/download", "data"): _print,
    ("/web/dataset/", "args"): lambda _scene, _model, id_: [[id_]],
    ("/web/export/", "data"): _export,
    ("/web/export/", "exclude"): [],
    ("/web/model/", "model_names"): lambda _scene, model, _id: [model],
    ("/bus/", "model_names_to_fetch"): lambda _scene, model, _id: [model],
}


class Web:
    """The web client of one person in the developer mode, or of a visitor.

    :param Scene scene: the server
    :param str login: whose, "" for a visitor
    """

    def __init__(self, scene, login):
        self.scene = scene
        self.login = login
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(CookieJar()),
        )
        if login:
            self.post(
                "/web/session/authenticate",
                {"db": scene.database, "login": login, "password": PASSWORD},
            )
        page = self.get("/odoo?debug=1")
        found = re.search(r"csrf_token: \"(\w+)\"", page)
        assert found, page[:200]
        self.token = found[1]

    def post(self, path, params):
        """Send JSON-RPC; return the whole answer (str)."""
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        return self._answer(path, body.encode(), {"Content-Type": "application/json"})

    def send(self, path, params):
        """Send a form; return the whole answer (str)."""
        form = {**_texts(params), "csrf_token": self.token}
        return self._answer(path, urllib.parse.urlencode(form).encode())

    def get(self, path, params=None):
        """Open an address; return the whole answer (str)."""
        query = urllib.parse.urlencode(_texts(params or {}))
        return self._answer(f"{path}?{query}" if query else path)

    def _answer(self, path, body=None, headers=()):
        request = urllib.request.Request(
            self.scene.url + urllib.parse.quote(path, safe="/?=&%"),
            body,
            dict(headers),
        )
        if path.startswith(("/json/", "/doc-bearer/")) and self.login:
            key = self.scene.keys[self.login]
            request.add_header("Authorization", f"bearer {key}")
        try:
            with self.opener.open(request, timeout=PATIENCE) as reply:
                return read(reply.read())
        except urllib.error.HTTPError as error:
            with error:
                return read(error.read())


def read(body):
    """Return an answer (bytes) as it is read: unpacked and unescaped (str)."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "\n".join(read(archive.read(name)) for name in archive.namelist())
    if body.startswith(b"%PDF"):
        pages = PdfReader(io.BytesIO(body)).pages
        return "\n".join(page.extract_text() for page in pages)
    text = html.unescape(body.decode("utf-8", "replace"))
    return re.sub(r"\\u([0-9a-f]{4})", lambda one: chr(int(one[1], 16)), text)


def _texts(params):
    """Return what a form or an address holds of these values: texts."""
    return {
        name: json.dumps(value) if isinstance(value, (dict, list)) else value
        for name, value in params.items()
    }


class Routes:
    """What every route is given, so that it tells of what is pooled.

    :param Scene scene: the server
    :param dict behind: ids of all that hangs on what is pooled, by model
    """

    def __init__(self, scene, behind):
        self.scene = scene
        self.behind = behind
        self.seen = set()
        whole = (*scene.targets, *ALL_OF)
        self.named = [
            (model, id_)
            for model, ids in behind.items()
            for id_ in (ids if model in whole else ids[-EACH:])
        ]
        for model, of in MASKED.items():
            self.named += [(model, id_) for id_ in scene.targets[of]]

    def walk(self, web, check):
        """Open every address with all that names the pooled.

        :param Web web: whose client
        :param Callable check: is told the door and the answer, as texts
        :return: how many answers there were (int)
        """
        answers = 0
        for route in self.scene.routes:
            if route["path"].startswith(tuple(LEFT_OUT)):
                continue
            for model, path, values in self.calls(route):
                check(
                    f"{_kind(route, model)} at {route['path']}",
                    _ask(web, route, path, values),
                )
                answers += 1
        return answers

    def unknown(self):
        """Return our routes that ask for what stands nowhere: (path, argument)."""
        return [
            (route["path"], name)
            for route in self.scene.routes
            for name in route["required"]
            if route["is_ours"]
            and not route["path"].startswith(tuple(LEFT_OUT))
            and self._value(route, name, None, *self.named[0], 0) == NOTHING
            and not any(
                start[1] == name and route["path"].startswith(start[0])
                for start in OWN_VALUES
            )
        ]

    def calls(self, route):
        """Yield what a route is given: the model, its path with gaps filled, a dict."""
        gaps = dict(_gaps(route["path"]))
        names = {**dict.fromkeys(route["arguments"], True), **gaps}
        given = list(self._of_records(route, names))
        if route["endpoint"] in self.seen:
            # another address of what was walked before
            given = given[:FEW]
        self.seen.add(route["endpoint"])
        for model, values in given:
            path = route["path"]
            for name, gap in gaps.items():
                path = path.replace(gap, str(values.pop(name)), 1)
            yield model, path, values

    def _of_records(self, route, names):
        if "reportname" in names:
            for name, model in self.scene.reports:
                ids = self.behind.get(model) or self.scene.targets["res.partner"]
                for kind in ("html", "text"):
                    docids = ",".join(map(str, ids))
                    yield (
                        model,
                        {"reportname": name, "docids": docids, "converter": kind},
                    )
            return
        if set(names) & set(MODELS) or any(
            callable(value)
            for (start, name), value in OWN_VALUES.items()
            if name in names and route["path"].startswith(start)
        ):
            for model, id_ in self.named:
                yield from self._filled(route, names, model, id_)
            return
        width = max((len(self._ids(route, name, names)) for name in names), default=1)
        for number in range(max(width, 1)):
            yield from self._filled(route, names, "res.partner", None, number)

    def _filled(self, route, names, model, id_, number=0):
        """Yield dicts of values, one for each value of what is given value by value."""
        values, several = {}, {}
        for name, gap in names.items():
            value = self._value(route, name, gap, model, id_, number)
            if (
                name in VALUES
                and isinstance(VALUES[name], list)
                and value is VALUES[name]
            ):
                several[name] = value
            elif value is not None:
                values[name] = value
        yield from (
            (model, {**values, **dict(zip(several, chosen, strict=True))})
            for chosen in itertools.product(*several.values())
        )

    def _value(self, route, name, gap, model, id_, number):
        for (start, argument), value in OWN_VALUES.items():
            if argument == name and route["path"].startswith(start):
                return (
                    value(self.scene, model, id_ or self.behind["res.partner"][0])
                    if callable(value)
                    else value
                )
        if name in MODELS:
            return model
        if name in RECORDS and id_:
            return self._listed(route, name, [id_])
        if ids := self._ids(route, name, {name: gap}):
            one = ids[number % len(ids)]
            return self._listed(route, name, [one])
        if name in VALUES:
            return VALUES[name]
        if isinstance(gap, str):
            return 1 if gap.startswith("<int:") else NOTHING
        return NOTHING if name in route["required"] else None

    def _listed(self, route, name, ids):
        if not name.endswith("ids"):
            return ids[0]
        return ids if route["kind"] == "jsonrpc" else ",".join(map(str, ids))

    def _ids(self, route, name, gaps):
        """Return ids that an argument may be given, [] if it names no record."""
        gap = gaps.get(name)
        if isinstance(gap, str) and (found := re.match(r"<models?\(.(.+?).\)", gap)):
            return self._of_model(found[1])
        if name in RECORDS:
            return [*self.behind["ir.attachment"], *self.behind["res.partner"]]
        stem = re.fullmatch(r"(.+?)_ids?", name)
        if not stem:
            return []
        for model in self.scene.models:
            is_meant = model.rpartition(".")[2] in (stem[1], f"{stem[1]}s")
            if is_meant and (ids := self._of_model(model)):
                return ids
        return self.behind["res.partner"]

    def _of_model(self, model):
        return self.behind.get(model) or self.scene.some.get(model, [])


def _kind(route, model):
    """Return the model whose records a route tells, when it was asked for this one."""
    return "mail.message" if route["path"].endswith("/messages") else model


def _ask(web, route, path, values):
    if route["kind"] in ("json", "jsonrpc"):
        return web.post(path, values)
    if "GET" in route["methods"]:
        return web.get(path, values)
    return web.send(path, values)


def _gaps(path):
    """Return the gaps of a path: pairs of the name and what stands there."""
    return [
        (gap[1:-1].rpartition(":")[2], gap) for gap in re.findall(r"<[^<>]+>", path)
    ]
