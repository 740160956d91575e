"""Notices and warnings, for the parity test; see docs/testing.md."""

from odoo.addons.crm_base.tests.expected import Expected


def _told(case, oracle, customer, make):
    """One record of the owner of each customer, seen by nobody else."""
    if not customer or not customer.user_id:
        return []
    owner = customer.user_id
    return [
        Expected(
            make(case, customer),
            read=lambda user: (
                oracle.is_seller(user) and (user == owner or oracle.is_boss(user))
            ),
        )
    ]


def _notice(case, customer):
    values = {
        "user_id": customer.user_id.id,
        "due_at": "2031-01-01 01:00:00",
        "is_escalation": False,
    }
    Notice = case.env["crm.pool.notice"]
    return Notice.search(
        [(name, "=", value) for name, value in values.items()]
    ) or Notice.create(values)


def _warning(case, customer):
    return case.env["crm.pool.warning"].create(
        {
            "partner_id": customer.id,
            "owner_id": customer.user_id.id,
            "user_id": customer.user_id.id,
            "deadline": "2031-01-02",
            "step": 1,
            "is_escalation": False,
        }
    )


def notices(case, oracle, customer):
    """What somebody is told in one go."""
    return _told(case, oracle, customer, _notice)


def warnings(case, oracle, customer):
    """That somebody was told of a customer."""
    return _told(case, oracle, customer, _warning)


FACTORIES = {"crm.pool.notice": notices, "crm.pool.warning": warnings}
