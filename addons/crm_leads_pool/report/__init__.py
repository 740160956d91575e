from . import crm_pool_lead_report
