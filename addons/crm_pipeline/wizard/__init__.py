from . import crm_permission_inspector
