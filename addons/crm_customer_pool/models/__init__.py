from . import (
    crm_pool_field,
    crm_pool,
    crm_pool_limits,
    crm_pool_quota,
    crm_owner_move,
    crm_share,
    res_users,
    res_partner,
    res_partner_merge,
    crm_pool_customer,
    crm_pool_customer_assign,
    crm_pool_customer_claim,
)
