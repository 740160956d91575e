def post_init_hook(env):
    """Take the button of odoo.com, which Odoo switches on unasked, off the page."""
    provider = env.ref("auth_oauth.provider_openerp", raise_if_not_found=False)
    users = env["res.users"].with_context(active_test=False)
    if provider and not users.search_count([("oauth_provider_id", "=", provider.id)]):
        provider.enabled = False


def uninstall_hook(env):
    """Switch our providers off.

    What stays would take them for providers of another kind, whose answers it trusts
    without any check.
    """
    env["auth.oauth.provider"].search([("crm_is_oidc", "=", True)]).enabled = False
