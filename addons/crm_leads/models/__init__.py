from . import (
    crm_dictionary,
    crm_followup,
    crm_lead,
    crm_lead_capture,
    crm_lead_followup,
    crm_lead_ownership,
    crm_lead_search,
    crm_owner_move,
    crm_permission_inspector,
    res_users,
)
