from . import (
    crm_permission_inspector_pool,
    crm_pool_assign,
    crm_pool_lock_new,
    crm_pool_outcome,
    crm_pool_release,
)
