from odoo.fields import Command
from odoo.tools import SQL


def uninstall_hook(env):
    """Let go of what would outlive the addon: rights, and plans of no customer."""
    env.ref("crm_base.group_salesperson").implied_ids = [
        Command.unlink(env.ref("crm.group_use_lead").id)
    ]
    # customers refer to the sources that leads brought: they are the users' by now
    env["ir.model.data"].search(
        [("module", "=", "crm_leads"), ("model", "=", "utm.source")]
    ).unlink()
    # without leads they hang on nothing, and the customer is required again
    env.flush_all()
    env.execute_query(
        SQL("DELETE FROM crm_followup WHERE partner_id IS NULL RETURNING id")
    )
    # so do playbooks for leads, and what ran in them
    env.execute_query(
        SQL("DELETE FROM crm_playbook_run WHERE lead_id IS NOT NULL RETURNING id")
    )
    env.execute_query(
        SQL("DELETE FROM crm_playbook WHERE res_model = 'crm.lead' RETURNING id")
    )
