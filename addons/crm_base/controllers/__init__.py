from . import export, export_others, import_template, rpc, session
