from . import (
    crm_contract_step,
    crm_lead_lost,
    crm_permission_inspector,
    crm_product_decision,
    crm_return_decide,
    crm_shop_reverse,
    crm_stage_change,
    sale_order_total,
)
