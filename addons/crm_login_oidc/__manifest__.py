{
    "name": "CRM Login OpenID Connect",
    "summary": "Log-in through the company's OpenID Connect provider",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite contributors",
    "website": "https://github.com/crm-suite/crm-suite",
    "license": "AGPL-3",
    "depends": ["auth_oauth", "crm_login"],
    "external_dependencies": {"python": ["cryptography"]},
    "data": [
        "security/ir.model.access.csv",
        "views/auth_oauth_provider_views.xml",
        "views/res_users_views.xml",
        "views/crm_login_oidc_menus.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
