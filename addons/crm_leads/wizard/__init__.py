from . import (
    crm_lead2opportunity_partner,
    crm_lead_close,
    crm_lead_convert,
    crm_lead_convert_match,
    crm_lead_split,
    crm_lead_split_line,
)
