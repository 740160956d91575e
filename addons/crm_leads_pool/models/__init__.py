from . import crm_lead, crm_pool, crm_pool_lead, crm_pool_rule, crm_team, res_users
