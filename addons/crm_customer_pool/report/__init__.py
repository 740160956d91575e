from . import crm_pool_report
