from . import (
    crm_lead2opportunity_partner,
    crm_lead_close,
    crm_lead_convert,
    crm_lead_convert_match,
    crm_permission_inspector,
)
