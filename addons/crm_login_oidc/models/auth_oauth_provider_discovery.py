from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.provider import Unreachable, fetch

WELL_KNOWN = "/.well-known/openid-configuration"

# what the provider's document calls what we store
SETTINGS = {
    "auth_endpoint": "authorization_endpoint",
    "validation_endpoint": "userinfo_endpoint",
    "crm_token_endpoint": "token_endpoint",
    "crm_jwks_uri": "jwks_uri",
    "crm_end_session_endpoint": "end_session_endpoint",
}
REQUIRED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class AuthOauthProvider(models.Model):
    """The provider tells its settings itself (OpenID Connect Discovery)."""

    _inherit = "auth.oauth.provider"

    def action_crm_load_settings(self):
        """Ask the provider for its addresses and keys, and store them.

        :return: a notification (dict)
        :raise AccessError: for whoever does not administer the system
        :raise UserError: when the provider does not answer, or is another one
        """
        self.ensure_one()
        self.check_access("write")
        issuer = (self.crm_issuer or "").strip().removesuffix(WELL_KNOWN)
        if not issuer:
            raise UserError(self.env._("Enter the issuer first."))
        # the form of the address is checked before it is called
        self.crm_issuer = issuer
        allowed = self.env["crm.webhook"]._crm_allowed()
        try:
            document = fetch(issuer.rstrip("/") + WELL_KNOWN, allowed)
            self.write(self._crm_settings_of(document, issuer))
            self._crm_load_keys()
        except Unreachable as error:
            raise UserError(
                self.env._(
                    "The provider did not tell its settings: %(reason)s.\n\nCheck the"
                    " issuer. If the provider is in your own network, list its"
                    " address in Settings → CRM Suite → Connections.",
                    reason=error,
                )
            ) from error
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The settings were loaded."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _crm_settings_of(self, document, issuer):
        """Return the values (dict) of a provider's document.

        :raise UserError: when it is the document of somebody else
        """
        given = document.get("issuer")
        if not isinstance(given, str) or given.rstrip("/") != issuer.rstrip("/"):
            raise UserError(
                self.env._(
                    "The provider calls itself %(issuer)s. Enter that as the issuer,"
                    " if it is the one you mean.",
                    issuer=str(given or "–")[:200],
                )
            )
        values = {"crm_issuer": given}
        for name, theirs in SETTINGS.items():
            value = document.get(theirs)
            value = value if isinstance(value, str) else ""
            if theirs in REQUIRED and not value:
                raise UserError(
                    self.env._("The provider does not tell its %(name)s.", name=theirs)
                )
            values[name] = value
        methods = document.get("code_challenge_methods_supported")
        if isinstance(methods, list) and "S256" not in methods:
            raise UserError(
                self.env._("The provider must support PKCE with the method S256.")
            )
        ways = document.get("token_endpoint_auth_methods_supported")
        # the standard's own default, when nothing is said
        if isinstance(ways, list) and "client_secret_basic" not in ways:
            values["crm_client_auth"] = "client_secret_post"
        values["crm_sends_issuer"] = (
            document.get("authorization_response_iss_parameter_supported") is True
        )
        return values

    def _crm_load_keys(self):
        """Store the provider's keys.

        :raise Unreachable: when it does not tell them
        """
        _keys, text = self._crm_fetch_keys()
        # sudo: the keys are out of everybody's reach, also of who loads them
        self.sudo().write({"crm_jwks": text, "crm_jwks_at": fields.Datetime.now()})
