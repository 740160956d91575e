import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from urllib.parse import quote, urlencode

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_base.tools.transaction import in_own_transaction

from ..tools import jws
from ..tools.provider import Unreachable, fetch

# how long keys are believed without asking again
KEYS_FRESH = timedelta(hours=1)
# how often keys are asked for because a token names an unknown one
KEYS_AGAIN = timedelta(minutes=1)


def secret_of(browser, purpose, state):
    """Return a secret (str) that only this browser's session has, for one log-in.

    The nonce and the verifier of PKCE are made of it; so they are stored nowhere.
    """
    made = hmac.digest(browser.encode(), f"{purpose}|{state}".encode(), "sha256")
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


class AuthOauthProvider(models.Model):
    """The way there and back: the address to go to, the code, the token, the keys."""

    _inherit = "auth.oauth.provider"

    def _crm_authorization_url(self, state, browser, redirect_uri):
        """Return the address (str) of the provider where a person logs in."""
        self.ensure_one()
        verifier = secret_of(browser, "verifier", state)
        challenge = hashlib.sha256(verifier.encode()).digest()
        params = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": self.scope,
            "state": state,
            "nonce": secret_of(browser, "nonce", state),
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"="),
            "code_challenge_method": "S256",
        }
        glue = "&" if "?" in self.auth_endpoint else "?"
        return f"{self.auth_endpoint}{glue}{urlencode(params)}"

    def _crm_identify(self, code, state, browser, redirect_uri):
        """Exchange a code for a token and check the token.

        :return: (claims, token): a dict and a str
        :raise Unreachable: the provider does not answer as it must
        :raise jws.Invalid: the token must not be trusted
        """
        self.ensure_one()
        token = self._crm_exchange(
            code, secret_of(browser, "verifier", state), redirect_uri
        )
        claims = self._crm_verify(token)
        jws.check_claims(
            claims,
            self.crm_issuer,
            self.client_id,
            secret_of(browser, "nonce", state),
            time.time(),
        )
        return claims, token

    def _crm_exchange(self, code, verifier, redirect_uri):
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self.client_id,
            "code_verifier": verifier,
        }
        headers = {}
        # sudo: whoever logs in has no rights yet
        secret = self.sudo().crm_client_secret
        if secret and self.crm_client_auth == "client_secret_post":
            form["client_secret"] = secret
        elif secret:
            pair = f"{quote(self.client_id, safe='')}:{quote(secret, safe='')}"
            basic = base64.b64encode(pair.encode()).decode()
            headers["Authorization"] = f"Basic {basic}"
        allowed = self.env["crm.webhook"]._crm_allowed()
        answer = fetch(self.crm_token_endpoint, allowed, form, headers)
        return answer.get("id_token")

    # ------------------------------------------------------------
    # KEYS
    # ------------------------------------------------------------

    def _crm_verify(self, token):
        """Return the claims (dict) of a token; the keys are those of the provider."""
        # sudo: the keys are out of everybody's reach
        known = self.sudo()
        fresh = fields.Datetime.now() - KEYS_FRESH
        if not known.crm_jwks or known.crm_jwks_at < fresh:
            return jws.verify(token, self._crm_renew_keys())
        try:
            return jws.verify(token, jws.keys_of(known.crm_jwks))
        except jws.UnknownKey:
            # the provider may have changed its keys; but strangers must not make us
            # ask it again and again
            if not in_own_transaction(self, "_crm_may_ask_keys", self.id):
                raise
            return jws.verify(token, self._crm_renew_keys())

    def _crm_fetch_keys(self):
        """Return the provider's keys: (list of dicts, the text to store).

        :raise Unreachable: when it does not tell them
        """
        document = fetch(self.crm_jwks_uri, self.env["crm.webhook"]._crm_allowed())
        text = json.dumps(document)
        try:
            return jws.keys_of(text), text
        except ValueError as error:
            raise Unreachable("no keys") from error

    def _crm_renew_keys(self):
        keys, text = self._crm_fetch_keys()
        in_own_transaction(self, "_crm_store_keys", self.id, text)
        return keys

    def _crm_may_ask_keys(self, provider_id):
        now = fields.Datetime.now()
        return bool(
            self.env.execute_query(
                SQL(
                    """
                    UPDATE auth_oauth_provider
                       SET crm_jwks_asked_at = %s
                     WHERE id = %s
                       AND (crm_jwks_asked_at IS NULL OR crm_jwks_asked_at < %s)
                 RETURNING id
                    """,
                    now,
                    provider_id,
                    now - KEYS_AGAIN,
                )
            )
        )

    def _crm_store_keys(self, provider_id, text):
        provider = self.browse(provider_id)
        provider.write({"crm_jwks": text, "crm_jwks_at": fields.Datetime.now()})

    # ------------------------------------------------------------
    # LEAVING
    # ------------------------------------------------------------

    def _crm_logout_url(self, token, back):
        """Return where to log out at the provider (str), "" when one need not.

        :param str token: of the log-in, so that the provider need not ask
        :param str back: the page of ours to come back to
        """
        self.ensure_one()
        if not (self.crm_ends_session and self.crm_end_session_endpoint):
            return ""
        params = {
            "id_token_hint": token,
            "client_id": self.client_id,
            "post_logout_redirect_uri": back,
        }
        glue = "&" if "?" in self.crm_end_session_endpoint else "?"
        return f"{self.crm_end_session_endpoint}{glue}{urlencode(params)}"
