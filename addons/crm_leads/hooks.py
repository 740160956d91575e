from odoo.fields import Command
from odoo.tools import SQL


def uninstall_hook(env):
    """Let go of what would outlive the addon: a right, and plans without a customer."""
    env.ref("crm_base.group_salesperson").implied_ids = [
        Command.unlink(env.ref("crm.group_use_lead").id)
    ]
    # without leads they hang on nothing, and the customer is required again
    env.flush_all()
    env.execute_query(
        SQL("DELETE FROM crm_followup WHERE partner_id IS NULL RETURNING id")
    )
