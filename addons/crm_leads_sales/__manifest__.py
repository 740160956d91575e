{
    "name": "CRM Leads to Selling",
    "summary": "A lead becomes a quotation or a contract in one step",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite contributors",
    "website": "https://github.com/crm-suite/crm-suite",
    "license": "AGPL-3",
    "depends": ["crm_leads", "crm_sales"],
    "auto_install": True,
}
