from . import crm_lead_pool_assign, crm_lead_pool_move, crm_lead_pool_release
