from .tools.translations import (
    add_translations_of_others,
    correct_translations_of_others,
)


def post_load():
    """Read our translations of other people's addons, where they have none."""
    add_translations_of_others()


def pre_init_hook(env):
    """Provide the trigram operators that the search key is indexed with."""
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")


def post_init_hook(env):
    """Give contacts and words that were there before what ours have from the start."""
    correct_translations_of_others(env)
    close_sign_up(env)
    # search keys, in bounded batches
    partners = env["res.partner"].with_context(active_test=False)
    last_id = 0
    while batch := partners.search(
        [("id", ">", last_id), ("search_key", "=", False)], order="id", limit=1000
    ):
        last_id = batch[-1].id
        batch._compute_search_key()
        env.flush_all()
        env.invalidate_all()


def close_sign_up(env):
    """Let nobody register an account of his own, unless people have done so already.

    Odoo opens the door to customers of a web shop. A company that sells to companies
    invites whom it wants; Settings → General Settings opens the door again.
    """
    if not env["res.users"].search_count(
        [("share", "=", True), ("login", "!=", "public")], limit=1
    ):
        env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2b")


def uninstall_hook(env):
    """Empty the ledger before its table goes, and the recycle bin with its files.

    Rows of the ledger would hold back people and customers that an addon has brought
    along, levels of approvals the roles; files put aside belong to nothing once the bin
    is gone.
    """
    env.cr.execute("DELETE FROM crm_owner_move")
    env.cr.execute("UPDATE crm_approval_level SET group_id = NULL")
    env["ir.attachment"].search(
        [("res_model", "=", "crm.recycle.item"), ("res_field", "!=", False)]
    ).unlink()
