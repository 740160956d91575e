{
    "name": "CRM Web Forms",
    "summary": "Forms for web pages whose answers become leads",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite contributors",
    "website": "https://github.com/crm-suite/crm-suite",
    "license": "AGPL-3",
    "depends": ["crm_leads"],
    "data": [
        "security/crm_web_form_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "views/crm_web_form_views.xml",
        "views/crm_web_form_answer_views.xml",
        "views/crm_web_form_templates.xml",
        "views/crm_web_form_menus.xml",
    ],
    "demo": [
        "demo/crm_web_form_demo.xml",
        "demo/crm_story_demo.xml",
    ],
    "assets": {
        "web.assets_backend": ["crm_web_form/static/src/**/*"],
    },
    "uninstall_hook": "uninstall_hook",
}
