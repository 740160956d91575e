from . import crm_pool_report_mixin, crm_pool_report
