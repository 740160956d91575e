import logging

from odoo import api, fields, models
from odoo.exceptions import AccessDenied
from odoo.tools import email_normalize

_logger = logging.getLogger(__name__)

# what shows that a provider's token was checked in this very process; no caller can
# send it
IDENTIFIED = object()


class NotAdmitted(Exception):
    """Somebody whom the provider knows, but who does not come in here.

    :ivar str result: a result of the log of log-ins
    :ivar str reason: what is written there
    :ivar int user_id: the account, None when there is none
    """

    def __init__(self, result, reason, user_id=None):
        super().__init__(reason)
        self.result = result
        self.reason = reason
        self.user_id = user_id


class ResUsers(models.Model):
    """Logging in through a provider of OpenID Connect."""

    _inherit = "res.users"

    def _check_credentials(self, credential, env):
        if credential.get("type") == "oidc":
            if credential.get("proof") is not IDENTIFIED or not self.env.user.active:
                raise AccessDenied()
            # a second factor of ours is asked for as after a password
            return {
                "uid": self.env.user.id,
                "auth_method": "oidc",
                "mfa": "default",
            }
        return super()._check_credentials(credential, env)

    @api.model
    def auth_oauth(self, provider, params):
        """Refuse Odoo's own way for providers of OpenID Connect.

        That way asks neither whom a token was made for nor who began the log-in.

        :param int provider: id of the provider
        :param dict params: what the browser brings
        :return: (database, login, token)
        :raise AccessDenied: for providers of OpenID Connect, and as Odoo does
        """
        # the browser names the provider, with whatever it likes
        if not isinstance(provider, int):
            raise AccessDenied()
        # sudo: whoever logs in has no rights yet
        known = self.env["auth.oauth.provider"].sudo().browse(provider).exists()
        if known.crm_is_oidc:
            raise AccessDenied()
        return super().auth_oauth(provider, params)

    # ------------------------------------------------------------
    # WHOSE ACCOUNT
    # ------------------------------------------------------------

    @api.model
    def _crm_oidc_user(self, provider, claims):
        """Return the account (res.users) of somebody whom a provider has identified.

        It is the one that is linked to the provider and the subject. Without one, the
        provider's settings decide whether one is linked now, or made.

        :param provider: auth.oauth.provider, as the system
        :param dict claims: of a token that was checked
        :raise NotAdmitted: when there is none, or it is closed
        """
        users = self.with_context(active_test=False)
        user = users.search(
            [
                ("oauth_provider_id", "=", provider.id),
                ("oauth_uid", "=", claims["sub"]),
            ]
        )
        if not user:
            user = self._crm_oidc_link(provider, claims)
        if not user and provider.crm_creates_users:
            user = self._crm_oidc_create(provider, claims)
        if not user:
            raise NotAdmitted("unknown", self.env._("Linked to no account"))
        if not user.active:
            raise NotAdmitted("archived", "", user.id)
        return user

    @api.model
    def _crm_oidc_login(self, provider, claims):
        """Return what the provider says that is a login here (str), "" if nothing."""
        if provider.crm_link == "email":
            # a claim that the person may have typed in proves nothing
            return _verified_email(claims)
        if provider.crm_link == "claim":
            return _text(claims, provider.crm_login_claim)
        return ""

    @api.model
    def _crm_oidc_link(self, provider, claims):
        """Link the account with the login that the provider names, if that is safe."""
        login = self._crm_oidc_login(provider, claims)
        if not login:
            return self.browse()
        user = self.with_context(active_test=False).search(
            [("login", "in", [login, login.lower()])]
        )
        if len(user) != 1:
            return self.browse()
        if not user.active:
            raise NotAdmitted("archived", "", user.id)
        if user.oauth_uid:
            raise NotAdmitted(
                "refused", self.env._("Linked to somebody else already"), user.id
            )
        if user.share or user._crm_is_above_linking():
            raise NotAdmitted(
                "refused", self.env._("This account is linked by hand only"), user.id
            )
        user.write({"oauth_provider_id": provider.id, "oauth_uid": claims["sub"]})
        _logger.info(
            "User %s was linked to %s of provider %s",
            user.id,
            claims["sub"],
            provider.id,
        )
        return user

    def _crm_is_above_linking(self):
        """Whether these accounts administer the system or its users."""
        return self.has_group("base.group_system") or self.has_group(
            "base.group_erp_manager"
        )

    @api.model
    def _crm_oidc_create(self, provider, claims):
        """Make an account without a role for somebody who has none."""
        email = _verified_email(claims)
        login = (
            self._crm_oidc_login(provider, claims)
            or email
            or f"oidc-{provider.id}-{claims['sub']}"
        )
        taken = self.with_context(active_test=False).search_count(
            [("login", "in", [login, login.lower()])], limit=1
        )
        if taken:
            raise NotAdmitted(
                "refused", self.env._("The login of the new account is taken")
            )
        user = self.with_context(no_reset_password=True).create(
            {
                "name": _text(claims, "name") or login,
                "login": login,
                "email": email or False,
                "group_ids": [fields.Command.set(self.env.ref("base.group_user").ids)],
                "oauth_provider_id": provider.id,
                "oauth_uid": claims["sub"],
            }
        )
        _logger.info("User %s was created by provider %s", user.id, provider.id)
        return user


def _verified_email(claims):
    """Return the e-mail address (str) that the provider has checked, or ""."""
    verified = claims.get("email_verified")
    # some providers write it as a text
    if verified is not True and verified != "true":
        return ""
    return email_normalize(_text(claims, "email")) or ""


def _text(claims, name):
    """Return a claim (str) that is short and has no control characters, or ""."""
    value = claims.get(name)
    if not isinstance(value, str) or not value.isprintable() or len(value) > 128:
        return ""
    return value.strip()
