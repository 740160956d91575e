from urllib.parse import urlencode

from odoo import http
from odoo.exceptions import AccessDenied
from odoo.http import request

from odoo.addons.web.controllers.home import Home
from odoo.addons.web.controllers.utils import ensure_db

from ..models.ir_http import REFUSAL
from ..models.res_config_settings import ENABLED
from ..models.res_users_sms import REDEEMED
from ..tools import door

TOKEN = "crm_login_token"
PHONE = "crm_login_phone"
# bytes; the forms of this page are short
FORM_LIMIT = 16 * 1024


class CrmHome(Home):
    """The log-in page: why an account was refused, and the way by SMS."""

    @http.route()
    def web_login(self, *args, **kw):
        response = super().web_login(*args, **kw)
        if response.is_qweb:
            if _is_enabled():
                response.qcontext["crm_login_sms"] = _sms_button(kw.get("redirect"))
            refusal = request.session.pop(REFUSAL, None)
            if refusal and not response.qcontext.get("error"):
                response.qcontext["error"] = refusal
        return response

    @http.route(
        "/web/login/sms",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        sitemap=False,
        readonly=False,
        max_content_length=FORM_LIMIT,
    )
    def crm_login_sms(self, redirect=None, phone="", code="", again="", **kw):
        """Ask for the number, then for the code."""
        ensure_db()
        if not _is_enabled():
            return request.not_found()
        if request.session.uid:
            return request.redirect(
                self._login_redirect(request.session.uid, redirect=redirect)
            )
        values = {"redirect": redirect, "error": ""}
        if again:
            request.session.pop(TOKEN, None)
        elif request.httprequest.method == "POST":
            try:
                if request.session.get(TOKEN) and not phone:
                    uid = self._crm_use_code(code)
                    return request.redirect(
                        self._login_redirect(uid, redirect=redirect)
                    )
                self._crm_ask_code(phone)
            except AccessDenied as error:
                values["error"] = error.args[0]
        values["is_asked"] = bool(request.session.get(TOKEN))
        values["phone"] = request.session.get(PHONE) or ""
        response = request.render("crm_login.login_sms", values)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Frame-Options"] = "DENY"
        return response

    def _crm_ask_code(self, phone):
        # sudo: whoever logs in has no rights yet
        env = request.env(su=True)
        number = env["res.users"]._crm_international(phone)
        if not number:
            raise AccessDenied(env._("Enter your mobile number."))
        env["crm.login.limit"]._crm_reserve(
            [("sms_phone", number), ("sms_address", door.present()[0])]
        )
        request.session[TOKEN] = env["crm.login.code"]._crm_ask(number)
        request.session[PHONE] = number

    def _crm_use_code(self, code):
        # sudo: whoever logs in has no rights yet
        env = request.env(su=True)
        digits = "".join(char for char in code[:20] if char in "0123456789")
        try:
            keys = env["crm.login.limit"]._crm_reserve([("address", door.present()[0])])
            user = env["crm.login.code"]._crm_redeem(request.session[TOKEN], digits)
        except AccessDenied as error:
            # which account it would be is not told to anybody, but written down
            phone = request.session.get(PHONE) or ""
            env["crm.login.log"]._crm_log(
                getattr(error, "crm_login_result", "wrong"),
                phone,
                env["crm.login.code"]._crm_owner(request.session[TOKEN]).id,
                "sms",
            )
            raise
        credential = {"type": "sms", "login": user.login, "proof": REDEEMED}
        auth_info = request.session.authenticate(request.env, credential)
        env["crm.login.limit"]._crm_succeed([None, *keys])
        request.session.pop(TOKEN, None)
        request.session.pop(PHONE, None)
        return auth_info["uid"]


def _sms_button(redirect):
    """Return the button (dict) that leads to the page for codes."""
    url = "/web/login/sms"
    return {
        "auth_link": f"{url}?{urlencode({'redirect': redirect})}" if redirect else url,
        "css_class": "fa fa-fw fa-mobile text-primary",
        "body": request.env._("Log in by SMS code"),
    }


def _is_enabled():
    # sudo: a switch of the system, shown on the log-in page
    value = request.env["ir.config_parameter"].sudo().get_param(ENABLED)
    return value in (True, "True", "1")
