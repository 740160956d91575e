def uninstall_hook(env):
    """Take away the names that mail gave to the states of a form's activities.

    They carry mail's name, so that Odoo does not count them as ours.
    """
    env["ir.model.data"].search(
        [
            ("module", "=", "mail"),
            ("model", "=", "ir.model.fields.selection"),
            ("name", "=like", r"selection\_\_crm\_web\_form\_\_%"),
        ]
    ).unlink()
