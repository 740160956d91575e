from . import (
    crm_handover,
    crm_lead,
    crm_lead_lost_soon,
    crm_pool,
    crm_pool_lead,
    crm_pool_rule,
    crm_pool_warning,
    crm_team,
    res_users,
)
