import json

from odoo import api, models

from ..tools import engine, files, page_token, schema
from ..tools.gate import in_turn

# bytes of everything but the files
MAX_PAYLOAD = 256 * 1024
MAX_FILES = 20
KEYS = {"token", "values", "trap", "utm"}


class Taken(Exception):
    """An answer that may be given only once was given before."""


class Full(Exception):
    """There are as many answers as the form takes."""


class CrmWebForm(models.Model):
    """Taking in answers, from anybody.

    What arrives is believed in nothing: the document that was published says which
    questions there are, the server evaluates its rules itself.
    """

    _inherit = "crm.web.form"

    def _crm_submit(self, payload, uploads, address):
        """Take in one submission.

        :param payload: JSON (str) with ``token``, ``values``, ``trap`` and ``utm``
        :param list uploads: of (id of the element, name of the file, bytes)
        :param str address: network address of the visitor
        :return: dict for the page: ``ok`` with ``message`` and ``redirect``, or
            ``errors`` by element, or an ``error`` with ``text``; ``token`` for another
            try, ``wait`` seconds before it
        """
        self.ensure_one()
        counts = self.env["crm.web.form.count"]
        data = _read(payload)
        if data is None:
            counts._crm_bump(self.id, "invalid")
            return self._crm_refuse("invalid")
        closed = self._crm_is_open()
        if closed:
            return {"error": closed, "text": self._crm_closed_text(closed)}
        page = page_token.read(self.env, self.id, data["token"])
        if page is None or page.age > page_token.VALID_SECONDS or page.age < 0:
            counts._crm_bump(self.id, "token")
            return self._crm_refuse("expired", renew=True)
        content = self.env["crm.web.form.version"]._crm_content(page.version_id)
        if data["trap"]:
            counts._crm_bump(self.id, "trap")
            # a program learns nothing
            return self._crm_thank(content)
        if page.age < self.min_seconds:
            return {"error": "wait", "wait": self.min_seconds - page.age}
        if self.env["crm.web.form.answer"]._crm_by_key(self.id, page.key):
            return self._crm_thank(content)
        return self._crm_take(content, page, data, uploads, address)

    def _crm_take(self, content, page, data, uploads, address):
        """Check the answers of a genuine page and store them."""
        elements = {part["id"]: part for part in content["elements"]}
        asked = {
            key for key, part in elements.items() if part["kind"] not in engine.LAYOUT
        }
        unknown = data["values"].keys() - asked
        if unknown or any(key not in asked for key, _name, _data in uploads):
            self.env["crm.web.form.count"]._crm_bump(self.id, "invalid")
            return self._crm_refuse("invalid")
        kept, errors = self._crm_look_at_files(elements, uploads)
        values = dict(data["values"])
        for key, element in elements.items():
            if element["kind"] == "file":
                # what was sent counts, not what the page says was chosen
                values[key] = [name for part, name, _data in kept if part == key]
        outcome = engine.evaluate(content, values)
        errors = {**dict(map(tuple, outcome.errors)), **errors}
        if errors:
            return {"errors": errors, "token": data["token"]}
        limits = self.env["crm.web.form.limit"]
        if not limits._crm_admit(self.id, address, self.limit_per_hour):
            self.env["crm.web.form.count"]._crm_bump(self.id, "limit")
            return self._crm_refuse("limit")
        vals = {
            "form_id": self.id,
            "version_id": page.version_id,
            "submission_key": page.key,
            "content": outcome.values,
            "utm": data["utm"],
            "lang": self.env.lang or "",
        }
        kept = [part for part in kept if part[0] in outcome.values]
        unique = {
            key: value
            for key, value in outcome.values.items()
            if elements[key].get("unique")
        }
        answers = self.env["crm.web.form.answer"]
        try:
            in_turn(answers, "_crm_store", vals, unique, kept, self.max_answers)
        except Taken as error:
            return {"errors": {error.args[0]: "used"}, "token": data["token"]}
        except Full:
            return {"error": "full", "text": self._crm_closed_text("full")}
        return self._crm_thank(content)

    @api.model
    def _crm_look_at_files(self, elements, uploads):
        """Return the files that are what their question wants, and what is wrong.

        :return: a list of (element, safe name, bytes), and a dict of element to code
        """
        kept, errors = [], {}
        for key, name, data in uploads:
            element = elements[key]
            if element["kind"] != "file":
                errors[key] = "type"
            elif len(data) > files.MAX_BYTES:
                errors[key] = "file_size"
            else:
                found = files.sniff(data)
                accepted = element.get("accept") or schema.FILE_KINDS
                if found.group not in accepted or not found.group:
                    errors[key] = "file_kind"
                    continue
                safe = files.safe_name(name, found.extension)
                if self._crm_scan_file(safe, data):
                    errors[key] = "file_kind"
                kept.append((key, safe, data))
        return kept, errors

    def _crm_refuse(self, error, renew=False):
        texts = {
            "invalid": self.env._("These answers were not understood."),
            "expired": self.env._(
                "This page was open for a long time. Please check your answers and"
                " submit them again."
            ),
            "limit": self.env._(
                "Too many answers come from your network. Please try again later."
            ),
        }
        found = {"error": error, "text": texts[error]}
        if renew:
            found["token"] = page_token.issue(self.env, self.id, self.version_id.id)
        return found

    def _crm_thank(self, content):
        settings = content["settings"]
        url = settings.get("redirect_url", "")
        if url and not schema.is_safe_redirect(url, self._crm_hosts()):
            # the administrator no longer allows it
            url = ""
        return {
            "ok": True,
            "message": settings.get("success_message", ""),
            "redirect": url,
        }


def _read(payload):
    """Return a submission (dict) in its shape, None when it has another one."""
    if not isinstance(payload, str) or len(payload) > MAX_PAYLOAD:
        return None
    try:
        data = json.loads(payload, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not data.keys() <= KEYS:
        return None
    values, utm = data.get("values"), data.get("utm", {})
    if not isinstance(values, dict) or not isinstance(utm, dict):
        return None
    if len(values) > schema.MAX_ELEMENTS or not _is_storable([*values.values()]):
        return None
    if not _is_storable([*utm.values()]):
        return None
    return {
        "token": data.get("token"),
        "values": values,
        "trap": data.get("trap", ""),
        "utm": {
            key: value[:100]
            for key, value in utm.items()
            if key in ("utm_source", "utm_medium", "utm_campaign", "ref")
            and isinstance(value, str)
        },
    }


def _refuse(_constant):
    raise ValueError("no number")


def _is_storable(values):
    """Return whether the database can keep all texts, at most one list deep."""
    for value in values:
        if isinstance(value, list):
            if any(isinstance(part, (list, dict)) for part in value):
                return False
            if not _is_storable(value):
                return False
        elif isinstance(value, dict):
            return False
        if isinstance(value, str) and not schema.storable(value):
            return False
    return True
