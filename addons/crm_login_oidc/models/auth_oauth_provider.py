from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.provider import is_secure


class AuthOauthProvider(models.Model):
    """A provider of log-ins by OpenID Connect, such as the company's Keycloak."""

    _inherit = "auth.oauth.provider"

    crm_is_oidc = fields.Boolean("OpenID Connect", readonly=True)
    crm_issuer = fields.Char(
        "Issuer",
        help="The address of the provider, as it calls itself. For Keycloak:"
        " https://login.example.com/realms/company",
    )
    crm_client_secret = fields.Char(
        "Client Secret",
        copy=False,
        groups="base.group_system",
        help="Empty for a public client.",
    )
    crm_client_auth = fields.Selection(
        [
            ("client_secret_basic", "In the Header"),
            ("client_secret_post", "In the Form"),
        ],
        "How the Secret is Sent",
        required=True,
        default="client_secret_basic",
    )
    crm_token_endpoint = fields.Char("Token Address")
    crm_jwks_uri = fields.Char("Key Address")
    crm_end_session_endpoint = fields.Char("Log-out Address")
    crm_sends_issuer = fields.Boolean(
        "Names Itself",
        help="The provider names itself when it sends somebody back (RFC 9207); an"
        " answer that does not is refused.",
    )
    crm_redirect_uri = fields.Char(
        "Redirect Address",
        compute="_compute_crm_redirect_uri",
        help="Enter it at the provider as the only permitted redirect address.",
    )
    crm_link = fields.Selection(
        [
            ("no", "By hand only: an administrator enters the ID in the user's form"),
            ("email", "At the first log-in, by verified e-mail = login"),
            ("claim", "At the first log-in, by a field of the provider = login"),
        ],
        "Link Accounts",
        required=True,
        default="no",
        help="System administrators are always linked by hand.",
    )
    crm_login_claim = fields.Char(
        "Field with the Login",
        default="preferred_username",
        help="People must not be able to change it themselves at the provider, or they"
        " log in as somebody else.",
    )
    crm_creates_users = fields.Boolean(
        "Create Missing Accounts",
        help="Who has no account gets one, without any role.",
    )
    crm_ends_session = fields.Boolean(
        "Log out There, Too",
        help="Who logs out here is also logged out at the provider.",
    )
    # public keys of the provider, and when they came
    crm_jwks = fields.Text(copy=False, groups=fields.NO_ACCESS)
    crm_jwks_at = fields.Datetime(copy=False, groups=fields.NO_ACCESS)
    crm_jwks_asked_at = fields.Datetime(copy=False, groups=fields.NO_ACCESS)

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    def _compute_crm_redirect_uri(self):
        base = self.env["auth.oauth.provider"].get_base_url()
        for provider in self:
            provider.crm_redirect_uri = (
                f"{base}{provider._crm_callback_path()}" if provider.ids else False
            )

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains(
        "enabled",
        "crm_is_oidc",
        "crm_issuer",
        "client_id",
        "scope",
        "auth_endpoint",
        "crm_token_endpoint",
        "crm_jwks_uri",
        "crm_end_session_endpoint",
        "crm_link",
        "crm_login_claim",
    )
    def _check_crm_oidc(self):
        allowed = self.env["crm.webhook"]._crm_allowed()
        for provider in self.filtered("crm_is_oidc"):
            for name in (
                "crm_issuer",
                "auth_endpoint",
                "crm_token_endpoint",
                "crm_jwks_uri",
                "crm_end_session_endpoint",
            ):
                if provider[name] and not is_secure(provider[name], allowed):
                    raise ValidationError(
                        self.env._(
                            "%(address)s: the address must begin with https://. Only"
                            " a host of the own network that is listed in Settings →"
                            " CRM Suite → Connections may go without.",
                            address=provider[name],
                        )
                    )
            if provider.enabled:
                provider._crm_check_complete()

    def _crm_check_complete(self):
        self.ensure_one()
        if not (
            self.crm_issuer
            and self.client_id
            and self.auth_endpoint
            and self.crm_token_endpoint
            and self.crm_jwks_uri
        ):
            raise ValidationError(
                self.env._(
                    "Enter the issuer and the client ID, then press “Load Settings”,"
                    " before you put the button on the log-in page."
                )
            )
        if "openid" not in (self.scope or "").split():
            raise ValidationError(self.env._("The scope must contain “openid”."))
        if self.crm_link == "claim" and not self.crm_login_claim:
            raise ValidationError(
                self.env._("Say which field of the provider is the login.")
            )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._crm_with_addresses(vals) for vals in vals_list])

    @api.model
    def _crm_with_addresses(self, vals):
        """Fill what Odoo requires of a provider before its settings are loaded."""
        is_oidc = vals.get(
            "crm_is_oidc", self.env.context.get("default_crm_is_oidc", False)
        )
        if not is_oidc:
            return vals
        name = vals.get("name") or ""
        return {
            **vals,
            "crm_is_oidc": True,
            "auth_endpoint": vals.get("auth_endpoint") or vals.get("crm_issuer") or "",
            "validation_endpoint": vals.get("validation_endpoint") or "",
            "body": vals.get("body")
            or self.env._("Log in with %(provider)s", provider=name),
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_callback_path(self):
        """Return where the provider sends people back to (str): its own address.

        Each provider has one of its own, so that none can pass off its answers for
        those of another.
        """
        self.ensure_one()
        return f"/web/login/oidc/{self.id}/back"
