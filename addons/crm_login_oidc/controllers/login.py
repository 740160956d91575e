import secrets
from typing import NamedTuple
from urllib.parse import urlencode

from odoo import http
from odoo.exceptions import AccessDenied
from odoo.http import request

from odoo.addons.auth_oauth.controllers.main import OAuthLogin
from odoo.addons.crm_login.models.ir_http import REFUSAL
from odoo.addons.crm_login.tools import door
from odoo.addons.web.controllers.utils import ensure_db

from ..models.res_users import IDENTIFIED, NotAdmitted
from ..tools import jws
from ..tools.provider import Unreachable

# the secret of a browser's session, of which states, nonces and verifiers are made
BROWSER = "crm_oidc_browser"
# who logged in by which token: to log out at the provider
LOGGED_IN = "crm_oidc_logged_in"
# of the standard, and what a person did when it says so
CANCELLED = ("access_denied", "login_required", "interaction_required")
REASONS = {
    "access_denied",
    "login_required",
    "interaction_required",
    "consent_required",
    "invalid_request",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_response_type",
}


class Refusal(Exception):
    """A log-in that failed.

    :ivar str message: for the person, in the person's language
    :ivar tuple row: result, login, user id and detail for the log of log-ins
    """

    def __init__(self, message, result="refused", **row):
        super().__init__(message)
        self.message = message
        self.row = {"result": result, **row}


class Identity(NamedTuple):
    """Whom the provider has identified.

    :ivar dict claims: of the token
    :ivar str token: itself
    :ivar str redirect: the page to open afterwards
    """

    claims: dict
    token: str
    redirect: str


class CrmOidcLogin(OAuthLogin):
    """Logging in at the provider: there, and back again."""

    def list_providers(self):
        providers = super().list_providers()
        redirect = _local_page(request.params.get("redirect"))
        for provider in providers:
            provider.pop("crm_client_secret", None)
            if provider.get("crm_is_oidc"):
                provider["auth_link"] = f"/web/login/oidc/{provider['id']}"
                if redirect:
                    query = urlencode({"redirect": redirect})
                    provider["auth_link"] += f"?{query}"
        return providers

    @http.route(
        "/web/login/oidc/<int:provider_id>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        readonly=False,
    )
    def crm_oidc_begin(self, provider_id, redirect=None, **kw):
        """Send the browser to the provider."""
        ensure_db()
        provider = _provider(provider_id)
        if not provider:
            return request.not_found()
        if request.session.uid:
            return request.redirect(
                self._login_redirect(request.session.uid, redirect=redirect)
            )
        # sudo: whoever logs in has no rights yet
        env = request.env(su=True)
        try:
            env["crm.login.limit"]._crm_reserve([("oidc", door.present()[0])])
        except AccessDenied as error:
            return self._crm_refuse(Refusal(error.args[0], "locked"))
        browser = request.session.setdefault(BROWSER, secrets.token_urlsafe(32))
        state = env["crm.oidc.attempt"]._crm_begin(
            provider, browser, _local_page(redirect)
        )
        answer = request.redirect(
            provider._crm_authorization_url(state, browser, _redirect_uri(provider)),
            local=False,
        )
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    @http.route(
        "/web/login/oidc/<int:provider_id>/back",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        readonly=False,
    )
    def crm_oidc_back(self, provider_id, **params):
        """Take back whom the provider sends, if all is as it must be."""
        ensure_db()
        provider = _provider(provider_id)
        if not provider:
            return request.not_found()
        if request.session.uid:
            return request.redirect(self._login_redirect(request.session.uid))
        try:
            answer = self._crm_log_in(provider, params)
        except Refusal as refusal:
            return self._crm_refuse(refusal)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    # ------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------

    def _crm_log_in(self, provider, params):
        """Log in; return the answer.

        :raise Refusal: whatever is not as it must be
        """
        # the request may be run again; neither state nor code are good for two
        identity = getattr(request, "crm_oidc_identity", None)
        if identity is None:
            identity = request.crm_oidc_identity = _identify(provider, params)
        user = _user(provider, identity.claims)
        credential = {"type": "oidc", "login": user.login, "proof": IDENTIFIED}
        try:
            auth_info = request.session.authenticate(request.env, credential)
        except AccessDenied as error:
            # written down where all log-ins are
            raise Refusal(error.args[0], None) from error
        _give_back()
        if provider.crm_ends_session:
            request.session[LOGGED_IN] = (provider.id, identity.token)
        return request.redirect(
            self._login_redirect(auth_info["uid"], redirect=identity.redirect or None)
        )

    def _crm_refuse(self, refusal):
        """Write a failure down, and say on the log-in page what to do."""
        row = dict(refusal.row)
        result = row.pop("result")
        if result:
            request.env["crm.login.log"]._crm_log(result, way="oidc", **row)
        request.session[REFUSAL] = refusal.message
        return request.redirect("/web/login")


def _identify(provider, params):
    """Return the Identity behind what the browser brings.

    :raise Refusal: whatever is not as it must be
    """
    env = provider.env
    begun = _take(provider, params.get("state"))
    _check_answer(provider, params)
    try:
        claims, token = provider._crm_identify(
            params["code"],
            params["state"],
            request.session[BROWSER],
            _redirect_uri(provider),
        )
    except Unreachable as error:
        if error.is_down:
            # nobody has to wait because the provider had to be waited for
            _give_back()
        raise Refusal(
            env._(
                "%(provider)s does not answer as it should. Try again in a while, or"
                " log in with your password.",
                provider=provider.name,
            ),
            detail=env._("The provider failed: %(reason)s", reason=error),
        ) from error
    except jws.Invalid as error:
        raise Refusal(
            env._(
                "The answer of %(provider)s cannot be trusted, so you were not logged"
                " in. Tell your administrator.",
                provider=provider.name,
            ),
            detail=env._("Token refused: %(reason)s", reason=error.args[0]),
        ) from error
    return Identity(claims, token, begun.redirect)


def _give_back():
    """Take a log-in that was begun from this address off the counter."""
    # sudo: the counters are the system's
    limits = request.env["crm.login.limit"].sudo()
    limits._crm_succeed([None, *limits._crm_keys([("oidc", door.present()[0])])])


def _take(provider, state):
    """Return the log-in that this browser has begun (Begun).

    :raise Refusal: when it has begun none, or not this one
    """
    env = provider.env
    attempts = env["crm.oidc.attempt"]
    state = state if isinstance(state, str) else ""
    browser = request.session.get(BROWSER)
    begun = attempts._crm_take(state, browser) if state and browser else None
    if begun and begun.provider_id == provider.id and not begun.is_late:
        return begun
    if begun:
        detail = env._("Too late") if begun.is_late else env._("Another provider")
    elif attempts._crm_is_begun(state):
        detail = env._("Begun in another browser")
    else:
        detail = env._("Not begun here, or used already")
    raise Refusal(
        env._(
            "This log-in was not begun in this browser, or it took too long. Please"
            " start again."
        ),
        detail=detail,
    )


def _check_answer(provider, params):
    """Check what the provider sent along with the browser.

    :raise Refusal: when it is an error, or comes from somebody else
    """
    env = provider.env
    issuer = params.get("iss")
    if issuer != provider.crm_issuer and (issuer or provider.crm_sends_issuer):
        raise Refusal(
            env._(
                "The answer of %(provider)s cannot be trusted, so you were not logged"
                " in. Tell your administrator.",
                provider=provider.name,
            ),
            detail=env._("The answer names another issuer"),
        )
    problem = params.get("error")
    if problem in CANCELLED:
        raise Refusal(
            env._("The log-in at %(provider)s was cancelled.", provider=provider.name),
            detail=problem,
        )
    if problem or not params.get("code"):
        raise Refusal(
            env._(
                "%(provider)s does not answer as it should. Try again in a while, or"
                " log in with your password.",
                provider=provider.name,
            ),
            detail=problem if problem in REASONS else env._("No code"),
        )


def _user(provider, claims):
    """Return the account (res.users) of an identity.

    :raise Refusal: when it has none here, or a closed one
    """
    env = provider.env
    try:
        return env["res.users"]._crm_oidc_user(provider, claims)
    except NotAdmitted as error:
        message = env._(
            "Your account at %(provider)s is linked to no account here. Ask your"
            " administrator to link it.",
            provider=provider.name,
        )
        if error.result == "archived":
            message = env._("Your account here is closed. Ask your administrator.")
        named = claims.get("preferred_username") or claims.get("email")
        login = named if isinstance(named, str) else claims["sub"]
        raise Refusal(
            message,
            error.result,
            login=login,
            user_id=error.user_id,
            detail=f"{error.reason} ({claims['sub']})".strip(),
        ) from error


def _provider(provider_id):
    """Return the provider (auth.oauth.provider, as the system), empty if it is off."""
    # sudo: whoever logs in has no rights yet
    return (
        request.env["auth.oauth.provider"]
        .sudo()
        .search(
            [
                ("id", "=", provider_id),
                ("enabled", "=", True),
                ("crm_is_oidc", "=", True),
            ]
        )
    )


def _redirect_uri(provider):
    return request.httprequest.url_root.rstrip("/") + provider._crm_callback_path()


def _local_page(redirect):
    """Return a page of ours (str), "" for whatever could lead elsewhere."""
    text = redirect if isinstance(redirect, str) else ""
    if (
        not text.startswith("/")
        or text.startswith("//")
        or "\\" in text
        or not text.isprintable()
        or len(text) > 2000
    ):
        return ""
    return text
