from . import export, export_others, import_template, opt_out, rpc, session
