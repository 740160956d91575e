"""One record of each model for the parity test, and who should see it.

A model of the suite without a factory fails the parity test. Write the factory here, or
in a module ``tests/parity.py`` of your addon that holds a dict ``FACTORIES`` like the
one at the end of this file: model name to ``function(case, oracle, customer)``, called
once for each customer of the story and once with an empty customer, returning a list of
Expected. ``case`` gives the cast and the helpers of CrmCase.
"""

from odoo.addons.crm_base.tests.expected import Expected, nobody
from odoo.addons.crm_customer_pool.tests.parity_rule import sees_pool


def _of_groups(oracle, *names):
    return lambda user: any(oracle.has(user, name) for name in names)


def _internal(user):
    return not user.share


def partners(case, oracle, customer):
    """The customer and a contact of it; once, a partner that is no customer."""
    if not customer:
        supplier = case.env["res.partner"].create({"name": "供应商"})
        return [
            Expected(
                supplier,
                read=_internal,
                write=oracle.is_boss,
                unlink=oracle.is_boss,
                values={"name": "另一个供应商"},
                create=oracle.is_boss,
            )
        ]

    def sees(user):
        return oracle.sees_customer(user, customer)

    def changes(user):
        return oracle.is_seller(user) and oracle.sees_customer(user, customer, "write")

    owner = customer.user_id
    found = [
        Expected(
            customer,
            read=sees,
            write=changes,
            unlink=oracle.is_boss,
            values={
                "name": "新客户",
                "is_crm_customer": True,
                "user_id": owner.id,
            }
            if owner
            else None,
            create=lambda user: (
                oracle.is_seller(user) and oracle.in_charge(user, owner, "write")
            ),
        )
    ]
    contact = case.env["res.partner"].search([("parent_id", "=", customer.id)], limit=1)
    found.append(
        Expected(
            contact,
            read=sees,
            write=changes,
            unlink=oracle.is_boss,
            values={"name": "新联系人", "parent_id": customer.id},
            create=changes,
        )
    )
    return found


def bank_accounts(case, oracle, customer):
    """Bank accounts are as private as their partner."""
    partner = customer or case.env["res.partner"].create({"name": "供应商"})
    account = case.env["res.partner.bank"].create(
        {"partner_id": partner.id, "acc_number": f"6222{partner.id}"}
    )
    return [
        Expected(
            account,
            read=lambda user: (
                oracle.sees_customer(user, customer) if customer else not user.share
            ),
            write=nobody,
        )
    ]


def followers(case, oracle, customer):
    """Who follows something is told as far as one sees the follower."""
    partner = customer or case.env["res.partner"].create({"name": "供应商"})
    case.meeting.message_subscribe(partner.ids)
    follower = case.env["mail.followers"].search(
        [
            ("res_model", "=", "calendar.event"),
            ("res_id", "=", case.meeting.id),
            ("partner_id", "=", partner.id),
        ]
    )
    return [
        Expected(
            follower,
            read=lambda user: (
                oracle.sees_customer(user, customer) if customer else not user.share
            ),
        )
    ]


def attendees(case, oracle, customer):
    """Who is invited is told to the invited, and as far as one sees the guest."""
    partner = customer or case.env["res.partner"].create({"name": "供应商"})
    attendee = case.env["calendar.attendee"].create(
        {"event_id": case.meeting.id, "partner_id": partner.id}
    )
    invited = case.meeting.user_id

    def sees(user):
        if user.share:
            return False
        return not customer or user == invited or oracle.sees_customer(user, customer)

    # Odoo lets every colleague change the invitations that he sees
    return [Expected(attendee, read=sees, write=sees, unlink=sees)]


def shares(case, oracle, customer):
    """Shares of the story: seen by both sides, changed by the lender's side."""
    owner = customer.user_id

    def changes(user):
        return oracle.is_seller(user) and oracle.in_charge(user, owner, "write")

    return [
        Expected(
            share,
            read=lambda user, share=share: (
                oracle.is_seller(user)
                and (
                    oracle.in_charge(user, share.user_id)
                    or oracle.sees_customer(user, customer)
                )
            ),
            write=changes,
            unlink=changes,
            values={"partner_id": customer.id, "user_id": case.manager.id},
            create=changes,
        )
        for share in customer.share_ids
    ]


def moves(case, oracle, customer):
    """The ledger: both sides of a move, whoever sees the customer; never changed."""
    return [
        Expected(
            move,
            read=lambda user, move=move: (
                oracle.is_seller(user)
                and (
                    (move.to_user_id and oracle.in_charge(user, move.to_user_id))
                    or (move.from_user_id and oracle.in_charge(user, move.from_user_id))
                    or oracle.sees_customer(user, customer)
                    or ("pool_id" in move and user in move.pool_id.admin_ids)
                )
            ),
        )
        for move in case._moves(customer)
    ]


def followups(case, oracle, customer):
    """A plan and a finished follow-up of each customer, by its (former) owner."""
    records = case.env["crm.followup"].search([("partner_id", "=", customer.id)])
    # in a pool it is claimed first, whoever asks
    is_pooled = "pool_id" in customer and customer.pool_id
    found = []
    for record in records:

        def changes(user, record=record):
            return oracle.is_seller(user) and oracle.in_charge(
                user, record.user_id, "write"
            )

        is_open = record.state == "planned"
        found.append(
            Expected(
                record,
                read=lambda user, record=record: (
                    oracle.is_seller(user)
                    and (
                        oracle.in_charge(user, record.user_id)
                        or oracle.sees_customer(user, customer)
                    )
                ),
                write=changes,
                unlink=changes if is_open else oracle.is_boss,
                values=None
                if is_pooled
                else {
                    "name": "新跟进",
                    "partner_id": customer.id,
                    "user_id": record.user_id.id,
                    "method_id": case.phone.id,
                },
                create=lambda user, changes=changes: (
                    changes(user) and oracle.sees_customer(user, customer)
                ),
            )
        )
    return found


def _settings(model, writers, values, readers=_internal, deleters=None, **unique):
    """Return the factory of a model that holds settings: seen by all, kept by few."""

    def make(case, oracle, customer):
        if customer:
            return []
        kept = _of_groups(oracle, *writers)
        seen = readers if callable(readers) else _of_groups(oracle, *readers)
        record = case.env[model].create(
            {
                name: value(case) if callable(value) else value
                for name, value in values.items()
            }
        )
        return [
            Expected(
                record,
                read=seen,
                write=kept,
                unlink=kept if deleters is None else _of_groups(oracle, *deleters),
                values={
                    **{
                        name: value(case) if callable(value) else value
                        for name, value in values.items()
                    },
                    **unique,
                },
                create=kept,
            )
        ]

    return make


def _model_id(name):
    return lambda case: case.env["ir.model"]._get_id(name)


def pools(case, oracle, customer):
    """Pools: members, their superiors and administrators read."""
    if customer:
        return []
    pool = case.pool

    def seen(user):
        return oracle.is_seller(user) and sees_pool(case, oracle, user)

    def kept(user):
        return oracle.is_boss(user) or (
            oracle.has(user, "director") and user in pool.admin_ids
        )

    return [
        Expected(
            pool,
            read=seen,
            write=kept,
            unlink=oracle.is_boss,
            values={"name": "新公海"},
            create=_of_groups(oracle, "director"),
        )
    ]


def level_limits(case, oracle, customer):
    """What a pool allows is read by whoever sees the pool, set by who runs it."""
    if customer:
        return []
    level = case.env.ref("crm_base.dictionary_customer_level_a")
    other = case.env.ref("crm_base.dictionary_customer_level_b")

    def kept(user):
        return oracle.is_boss(user) or (
            oracle.has(user, "director") and user in case.pool.admin_ids
        )

    return [
        Expected(
            case.env["crm.pool.level.limit"].create(
                {"pool_id": case.pool.id, "level_id": level.id}
            ),
            read=lambda user: oracle.is_seller(user) and sees_pool(case, oracle, user),
            write=kept,
            unlink=kept,
            values={"pool_id": case.pool.id, "level_id": other.id},
            create=kept,
        )
    ]


def pooled_customers(case, oracle, customer):
    """What a pool holds is seen, masked, by whoever sees the pool."""
    if not customer or not customer.pool_id:
        return []
    return [
        Expected(
            case.env["crm.pool.customer"].browse(customer.id),
            read=lambda user: oracle.is_seller(user) and sees_pool(case, oracle, user),
        )
    ]


FACTORIES = {
    "res.partner": partners,
    "res.partner.bank": bank_accounts,
    "mail.followers": followers,
    "calendar.attendee": attendees,
    "crm.share": shares,
    "crm.owner.move": moves,
    "crm.followup": followups,
    "crm.dictionary": _settings(
        "crm.dictionary",
        ["director"],
        {"kind": "customer_type", "code": "parity", "name": "parity"},
        code="parity2",
    ),
    "crm.territory": _settings("crm.territory", ["director"], {"name": "parity"}),
    "crm.followup.template": _settings(
        "crm.followup.template",
        ["manager"],
        {"name": "parity"},
        readers=["salesperson"],
    ),
    "crm.metric": _settings(
        "crm.metric",
        ["boss"],
        {"code": "parity", "name": "parity", "model_id": _model_id("crm.followup")},
        code="parity2",
    ),
    "crm.pool": pools,
    "crm.pool.customer": pooled_customers,
    "crm.pool.level.limit": level_limits,
    "crm.pool.field": _settings(
        "crm.pool.field",
        [],
        {"code": "parity", "name": "parity"},
        readers=["salesperson"],
        code="parity2",
    ),
    "crm.pool.quota": _settings(
        "crm.pool.quota",
        [],
        {"user_id": lambda case: case.employee.id},
        readers=["boss"],
    ),
}
