from . import (
    crm_customer_share,
    crm_customer_transfer,
    crm_followup_cancel,
    crm_followup_review,
)
