{
    "name": "CRM Example of a Consultant",
    "summary": "A view and a workflow of the suite, changed for one company",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "CRM Suite contributors",
    "website": "https://github.com/crm-suite/crm-suite",
    "license": "AGPL-3",
    "depends": ["crm_base", "base_automation"],
    "data": [
        "views/crm_followup_views.xml",
        "views/res_company_views.xml",
        "views/res_partner_views.xml",
    ],
}
