{
    "name": "CRM Pipeline",
    "summary": "What leads and opportunities share: scope, ledger, follow-ups, search",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite contributors",
    "website": "https://github.com/crm-suite/crm-suite",
    "license": "AGPL-3",
    "depends": ["crm_base", "crm"],
    "data": [
        "security/crm_lead_security.xml",
        "security/ir.model.access.csv",
        "views/crm_followup_views.xml",
        "views/crm_owner_move_views.xml",
        "views/crm_playbook_views.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
