from . import (
    crm_operation_log,
    crm_backup,
    crm_backup_run,
    crm_backup_drill,
    crm_backup_plan,
)
