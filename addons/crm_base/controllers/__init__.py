from . import export, export_others
