from . import (
    crm_login_code,
    crm_login_limit,
    crm_login_rule,
    ir_http,
    res_config_settings,
    res_users,
    res_users_desk,
    res_users_sms,
)
