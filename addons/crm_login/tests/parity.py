"""One record of each model of this addon for the parity test; see docs/testing.md."""

from odoo.addons.crm_base.tests.expected import Expected, nobody


def _is_system(user):
    return user._crm_has_group("base.group_system")


def rules(case, oracle, customer):
    """Restrictions are the system administrator's."""
    if customer:
        return []
    values = {"name": "x", "user_ids": [(6, 0, case.xia.ids)], "device": "any"}
    return [
        Expected(
            case.env["crm.login.rule"].create(values),
            read=_is_system,
            write=_is_system,
            unlink=_is_system,
            values=values,
            create=_is_system,
        )
    ]


def codes(case, oracle, customer):
    """Codes are nobody's to read."""
    if customer:
        return []
    values = {"token": "parity", "phone": "+8613800138000", "expires_at": "2031-01-01"}
    return [Expected(case.env["crm.login.code"].create(values), read=nobody)]


def limits(case, oracle, customer):
    """So are the counters of tries."""
    if customer:
        return []
    values = {"key": "parity", "last_at": "2031-01-01"}
    return [Expected(case.env["crm.login.limit"].create(values), read=nobody)]


FACTORIES = {
    "crm.login.code": codes,
    "crm.login.limit": limits,
    "crm.login.rule": rules,
}
