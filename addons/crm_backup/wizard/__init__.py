from . import crm_backup_start
