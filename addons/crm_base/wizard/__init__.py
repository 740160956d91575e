from . import (
    base_partner_merge,
    crm_customer_share,
    crm_customer_transfer,
    crm_followup_cancel,
    crm_followup_review,
    crm_reminder_new,
    ir_demo,
)
