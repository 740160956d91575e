from . import (
    auth_oauth_provider,
    auth_oauth_provider_discovery,
    auth_oauth_provider_token,
    crm_login_limit,
    crm_oidc_attempt,
    res_users,
)
