from odoo.tools import sql

# Filled for customers in a pool, or that a rule concerns; so at installation for none.
POOL_COLUMNS = {
    "pool_name": "varchar",
    "pool_search_key": "varchar",
    "pool_deadline": "date",
    "pool_deadline_rule_id": "int4",
    "pool_clock": "varchar",
    "pool_clock_at": "date",
}


def pre_init_hook(env, table="res_partner"):
    """Add the computed columns empty, so that nothing is recomputed for them."""
    for name, column_type in POOL_COLUMNS.items():
        if not sql.column_exists(env.cr, table, name):
            sql.create_column(env.cr, table, name, column_type)


def uninstall_hook(env):
    """Give every pooled customer an owner, and let go of what is about to disappear.

    The rows of the ledger stay, their column goes: until it does, they must not hold
    back a pool that is deleted before it.
    """
    env["crm.pool"]._crm_dissolve()
    env.flush_all()
    sql.drop_constraint(env.cr, "crm_owner_move", "crm_owner_move_pool_id_fkey")
    sql.drop_constraint(env.cr, "crm_owner_move", "crm_owner_move_rule_id_fkey")
