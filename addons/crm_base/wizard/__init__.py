from . import (
    base_partner_merge,
    crm_customer_merge,
    crm_customer_merge_line,
    crm_customer_share,
    crm_customer_transfer,
    crm_duplicate_check,
    crm_duplicate_check_line,
    crm_followup_cancel,
    crm_followup_review,
    crm_reminder_new,
    crm_registration_decision,
    ir_demo,
)
