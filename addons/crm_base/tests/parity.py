"""One record of each model of this addon for the parity test; see docs/testing.md."""

from .expected import Expected


def operation_logs(case, oracle, customer):
    """What somebody did: seen by the superiors of that person, kept by nobody."""
    if not customer or not customer.user_id:
        return []
    actor = customer.user_id
    row = (
        case.env["crm.operation.log"]
        .with_user(actor)
        ._crm_log("export", "parity", "res.partner", customer.ids)
    )
    return [
        Expected(
            row.with_env(case.env),
            read=lambda user: (
                oracle.has(user, "manager") and oracle.in_charge(user, actor)
            ),
        )
    ]


FACTORIES = {"crm.operation.log": operation_logs}
