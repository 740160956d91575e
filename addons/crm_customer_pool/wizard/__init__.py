from . import (
    crm_customer_transfer,
    crm_permission_inspector_pool,
    crm_pool_assign,
    crm_pool_lock_new,
    crm_pool_move,
    crm_pool_new_customer,
    crm_pool_outcome,
    crm_pool_release,
)
