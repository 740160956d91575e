{
    "name": "CRM Suite Tests",
    "summary": "What no single addon of the suite can test",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "CRM Suite contributors",
    "website": "https://github.com/crm-suite/crm-suite",
    "license": "AGPL-3",
    "depends": [
        "crm_base",
        "crm_customer_pool",
        "calendar",
        "contacts",
        "mail",
    ],
}
