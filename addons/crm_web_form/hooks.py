def uninstall_hook(env):
    """Let the forms of the demonstration go, which their answers would keep."""
    env.cr.execute("DELETE FROM crm_web_form_answer")
