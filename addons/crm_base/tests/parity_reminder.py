"""Reminders for the parity test: each is its person's alone, the boss reads all."""

from datetime import timedelta

from odoo import fields

from .expected import Expected


def _own(case, oracle, customer, make):
    """One record of the owner of each customer, seen by nobody else."""
    if not customer or not customer.user_id:
        return []
    owner = customer.user_id
    return [
        Expected(
            make(case, customer),
            read=lambda user: (
                not user.share and (user == owner or oracle.is_boss(user))
            ),
        )
    ]


def _reminder(case, customer):
    at = fields.Datetime.now() + timedelta(days=1)
    return case.env["crm.reminder"].create(
        {
            "kind_id": case.env.ref("crm_base.reminder_kind_personal").id,
            "user_id": customer.user_id.id,
            "res_model": "res.partner",
            "res_id": customer.id,
            "partner_id": customer.id,
            "note": "parity",
            "source_at": at,
            "due_at": at,
            "remind_at": at,
        }
    )


def _delivery(case, customer):
    reminder = _reminder(case, customer)
    return case.env["crm.reminder.delivery"].create(
        {
            "reminder_id": reminder.id,
            "user_id": reminder.user_id.id,
            "channel": "popup",
            "send_at": reminder.remind_at,
        }
    )


def _preference(case, customer):
    Preference = case.env["crm.reminder.preference"]
    values = {
        "user_id": customer.user_id.id,
        "kind_id": case.env.ref("crm_base.reminder_kind_heat").id,
    }
    return Preference.search(
        [(name, "=", value) for name, value in values.items()]
    ) or Preference.create(values)


def reminders(case, oracle, customer):
    """Somebody's reminder."""
    return _own(case, oracle, customer, _reminder)


def deliveries(case, oracle, customer):
    """How a reminder of somebody travels."""
    return _own(case, oracle, customer, _delivery)


def preferences(case, oracle, customer):
    """How somebody wants to be reminded."""
    return _own(case, oracle, customer, _preference)


def _setting(model, values, **rights):
    """Return the factory of a model that tells everybody how people are reminded."""

    def make(case, oracle, customer):
        if customer:
            return []
        record = case.env[model].create(values(case))
        return [
            Expected(
                record,
                read=lambda user: not user.share,
                write=oracle.is_boss,
                **{name: oracle.is_boss for name in rights},
                values={**values(case), **rights["create"]} if rights else None,
            )
        ]

    return make


FACTORIES = {
    "crm.reminder": reminders,
    "crm.reminder.delivery": deliveries,
    "crm.reminder.preference": preferences,
    "crm.reminder.kind": _setting(
        "crm.reminder.kind", lambda case: {"code": "parity", "name": "parity"}
    ),
    "crm.reminder.channel": _setting(
        "crm.reminder.channel", lambda case: {"code": "parity", "name": "parity"}
    ),
    "crm.reminder.lead": _setting(
        "crm.reminder.lead",
        lambda case: {
            "kind_id": case.env.ref("crm_base.reminder_kind_heat").id,
            "number": 77,
        },
        unlink=True,
        create={"number": 78},
    ),
}
