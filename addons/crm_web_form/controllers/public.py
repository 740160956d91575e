"""What visitors reach: pages, the script for other sites, and the way in for answers.

Visitors have no session: nothing here reads or makes one, so that no page of somebody
else can act for a user who is logged in. What an answer needs is the signed token of a
page that was given out.
"""

import base64
import hashlib
import secrets
from functools import cache
from pathlib import Path

from werkzeug.exceptions import RequestEntityTooLarge

from odoo import http
from odoo.http import request
from odoo.tools.json import scriptsafe

from ..models.crm_web_form_submit import MAX_FILES
from ..tools import files, origins
from ..tools.gate import PAGES, SUBMISSIONS

STATIC = Path(__file__).parents[1] / "static" / "public"
SCRIPTS = ("engine.js", "fields.js", "page.js")
# bytes of a whole submission
MAX_BODY = 25 * 1024 * 1024


class CrmWebFormPublic(http.Controller):
    @http.route(
        "/crm/form/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        readonly=False,
        save_session=False,
    )
    def crm_form_page(self, token, **parameters):
        """Show a published form."""
        form = _find(token)
        if not form or PAGES.admit(_address()) is None:
            return _not_found()
        # sudo: counted for a visitor
        request.env["crm.web.form.count"].sudo()._crm_bump(form.id, "view")
        page = form._crm_public_page(parameters)
        return render_page(form, page, origins.ancestors(form.embed_origins))

    @http.route(
        "/crm/form/<string:token>/submit",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
        readonly=False,
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def crm_form_submit(self, token, **_parameters):
        """Take in what somebody answered."""
        form = _find(token)
        if not form:
            return _json({"error": "closed"}, 404)
        if SUBMISSIONS.admit((form.id, _address())) is None:
            return _json(form._crm_refuse("limit"), 429)
        try:
            payload = request.httprequest.form.get("payload")
            uploads = _read_uploads()
        except (RequestEntityTooLarge, ValueError):
            return _json(form._crm_refuse("invalid"), 413)
        found = form._crm_submit(payload, uploads, _address())
        return _json(found, 200 if found.get("ok") else 422)

    @http.route(
        "/crm/form/<string:token>/logo",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        save_session=False,
    )
    def crm_form_logo(self, token, **_parameters):
        """Send the logo of a form, if it is a picture."""
        form = _find(token)
        data = base64.b64decode(form.logo or b"") if form else b""
        found = files.sniff(data)
        if found.group != "image":
            return _not_found()
        kind = "jpeg" if found.extension == "jpg" else found.extension
        return request.make_response(
            data,
            [
                ("Content-Type", f"image/{kind}"),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "public, max-age=3600"),
            ],
        )

    @http.route(
        "/crm/form/embed.js",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        readonly=True,
        save_session=False,
    )
    def crm_form_embed(self, **_parameters):
        """Send the script that puts forms into pages of other sites."""
        return request.make_response(
            (STATIC / "embed.js").read_bytes(),
            [
                ("Content-Type", "text/javascript; charset=utf-8"),
                ("X-Content-Type-Options", "nosniff"),
                ("Access-Control-Allow-Origin", "*"),
                ("Cross-Origin-Resource-Policy", "cross-origin"),
                ("Cache-Control", "public, max-age=3600"),
            ],
        )


def render_page(form, page, ancestors):
    """Return the response that shows a form.

    :param dict page: what ``_crm_public_page`` gave
    :param str ancestors: which pages may show it in a frame
    """
    nonce = secrets.token_urlsafe(16)
    settings = page["content"]["settings"]
    response = request.render(
        "crm_web_form.page",
        {
            "title": settings.get("title") or form.name,
            "page_lang": (request.env.lang or "en_US").replace("_", "-"),
            "nonce": nonce,
            "data": scriptsafe.dumps(page),
            "scripts": [_versioned(name) for name in SCRIPTS],
            "style": _versioned("form.css"),
        },
    )
    response.flatten()
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'none'",
            "base-uri 'none'",
            f"frame-ancestors {ancestors}",
        )
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


@cache
def _versioned(name):
    """Return the address of a file that changes when the file does."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/crm_web_form/static/public/{name}?v={mark}"


def _find(token):
    """Return the form (as the system, in the visitor's language), or none."""
    form = request.env["crm.web.form"]._crm_public_find(token)
    if not form:
        return form
    content = form.env["crm.web.form.version"]._crm_content(form.version_id.id)
    accepted = request.httprequest.headers.get("Accept-Language", "")
    wanted = content["settings"].get("language", "auto")
    lang = form._crm_public_language(wanted, accepted)
    request.update_context(lang=lang)
    return form.with_context(lang=lang)


def _address():
    return request.httprequest.remote_addr or ""


def _read_uploads():
    """Return the files of a submission, a list of (element, name, bytes).

    :raise ValueError: too many, or from a field that is none of ours
    """
    found = []
    for field, storage in request.httprequest.files.items(multi=True):
        if not field.startswith("file_") or len(found) >= MAX_FILES:
            raise ValueError("files")
        data = storage.stream.read(files.MAX_BYTES + 1)
        if data or storage.filename:
            found.append((field[len("file_") :], storage.filename or "", data))
    return found


def _json(value, status):
    response = request.make_json_response(value, status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _not_found():
    """Say the same of forms that never were, that are drafts, and that are deleted."""
    response = request.render("crm_web_form.not_found", {}, status=404)
    response.flatten()
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; frame-ancestors 'self'"
    )
    return response
