from odoo.fields import Command
from odoo.tools import SQL


def uninstall_hook(env):
    """Let go of what would outlive the addon: rights, sources, playbooks."""
    env.ref("crm_base.group_salesperson").implied_ids = [
        Command.unlink(env.ref("crm.group_use_lead").id)
    ]
    # customers refer to the sources that leads brought: they are the users' by now
    env["ir.model.data"].search(
        [("module", "=", "crm_leads"), ("model", "=", "utm.source")]
    ).unlink()
    env["crm.import.profile"]._crm_uninstall("crm_leads")
    # playbooks for leads, and what ran in them, would hang on nothing
    env.flush_all()
    env.execute_query(
        SQL(
            """
            DELETE FROM crm_playbook_run run USING crm_playbook playbook
             WHERE playbook.id = run.playbook_id AND playbook.lead_type = 'lead'
            RETURNING run.id
            """
        )
    )
    env.execute_query(
        SQL("DELETE FROM crm_playbook WHERE lead_type = 'lead' RETURNING id")
    )
