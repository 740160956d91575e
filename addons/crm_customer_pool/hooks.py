from odoo.tools import sql

# Filled for customers in a pool only, so at installation for none.
POOL_COLUMNS = {"pool_name": "varchar", "pool_search_key": "varchar"}


def pre_init_hook(env):
    """Add the computed columns empty, so that no contact is recomputed for them."""
    for name, column_type in POOL_COLUMNS.items():
        if not sql.column_exists(env.cr, "res_partner", name):
            sql.create_column(env.cr, "res_partner", name, column_type)


def uninstall_hook(env):
    """Give every pooled customer an owner, before the pools disappear."""
    env["crm.pool"]._crm_dissolve()
