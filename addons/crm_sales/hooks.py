from odoo.tools import SQL


def post_init_hook(env):
    """Give opportunities that are there already their history; name who walks in."""
    env["crm.stage.move"]._crm_start_histories()
    env["crm.shop"]._crm_name_walk_in()


def uninstall_hook(env):
    """Let go of imports and playbooks: nobody would know what they are for."""
    env["crm.import.profile"]._crm_uninstall("crm_sales")
    env.flush_all()
    kinds = ("opportunity", "won")
    env.execute_query(
        SQL(
            """
            DELETE FROM crm_playbook_run run USING crm_playbook playbook
             WHERE playbook.id = run.playbook_id AND playbook.lead_type IN %s
            RETURNING run.id
            """,
            kinds,
        )
    )
    env.execute_query(
        SQL("DELETE FROM crm_playbook WHERE lead_type IN %s RETURNING id", kinds)
    )
