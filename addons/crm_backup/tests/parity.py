from odoo.addons.crm_base.tests.expected import Expected


def _looks_after(oracle):
    return lambda user: oracle.has(user, "maintainer") or oracle.is_boss(user)


def backups(case, oracle, customer):
    """One backup, of nobody's customer."""
    if customer:
        return []
    may = _looks_after(oracle)
    backup = case.env["crm.backup"]._crm_workflow().create({"name": "parity.tar"})
    return [Expected(backup, read=may, write=may, unlink=may)]


def plans(case, oracle, customer):
    """The one plan."""
    if customer:
        return []
    may = _looks_after(oracle)
    return [Expected(case.env["crm.backup.plan"]._crm_get(), read=may, write=may)]


FACTORIES = {"crm.backup": backups, "crm.backup.plan": plans}
