"""How code of ours says that stopped products stay on what it makes.

An object cannot be sent by a client, so nobody outside opens this.
"""

KEEP_KEY = "crm_sales_keep_stopped"
KEEP = object()
