from odoo.addons.crm_customer_pool import hooks


def pre_init_hook(env):
    """Add the computed columns empty, so that no lead is recomputed for them."""
    hooks.pre_init_hook(env, "crm_lead")


def uninstall_hook(env):
    """Give every pooled lead an owner."""
    env["crm.pool"]._crm_dissolve("lead")
