from odoo.tools import SQL


def _customers_with_opportunities(env):
    opportunities = env["crm.lead"].with_context(active_test=False)
    return opportunities.search(
        [("type", "=", "opportunity"), ("partner_id.crm_customer_id", "!=", False)]
    ).partner_id.crm_customer_id


def post_init_hook(env):
    """Note the opportunities that were there before; pools reckon with them."""
    env["crm.lead"]._crm_note_opportunities(_customers_with_opportunities(env))


def uninstall_hook(env):
    """Let go of what would outlive the addon: facts, and plans of no customer."""
    # nobody knows of opportunities any more
    forgotten = {"last_opportunity_at": False, "crm_has_open_opportunity": False}
    env["res.partner"]._crm_note_facts(
        dict.fromkeys(_customers_with_opportunities(env).ids, forgotten)
    )
    # without leads they hang on nothing, and the customer is required again
    env.flush_all()
    env.execute_query(
        SQL("DELETE FROM crm_followup WHERE partner_id IS NULL RETURNING id")
    )
