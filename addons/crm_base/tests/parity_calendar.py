"""Records of the working calendar and of absences for the parity test."""

from .expected import Expected


def calendar_days(case, oracle, customer):
    """A day off of everybody: told to everybody, kept by the boss."""
    if customer:
        return []
    values = {"name": "parity", "date": "2030-01-02"}
    return [
        Expected(
            case.env["crm.calendar.day"].create(values),
            read=lambda user: not user.share,
            write=oracle.is_boss,
            unlink=oracle.is_boss,
            values={**values, "date": "2030-01-03"},
            create=oracle.is_boss,
        )
    ]


def workdays(case, oracle, customer):
    """A day of the company's calendar is told to everybody and written by nobody."""
    if customer:
        return []
    day = case.env["crm.workday"].search(
        [("company_id", "=", case.company.id), ("date", "=", "2026-10-08")]
    )
    return [Expected(day, read=lambda user: not user.share)]


def absences(case, oracle, customer):
    """When somebody is away: that person, the superiors and the substitute."""
    if not customer or not customer.user_id:
        return []
    owner = customer.user_id
    Absence = case.env["crm.absence"]
    values = {"user_id": owner.id, "date_from": "2030-03-01", "date_to": "2030-03-05"}
    known = Absence.search([("user_id", "=", owner.id)])
    if known:
        return []
    substitute = case.xia if owner != case.xia else case.tom
    absence = Absence.with_user(owner).create(
        {**values, "substitute_id": substitute.id}
    )

    def changes(user):
        return oracle.is_seller(user) and oracle.in_charge(user, owner, "write")

    return [
        Expected(
            absence.with_env(case.env),
            read=lambda user: (
                oracle.is_seller(user)
                and (oracle.in_charge(user, owner) or user == substitute)
            ),
            write=changes,
            # what the boss enters holds at once
            unlink=lambda user: absence.sudo().state == "draft" and changes(user),
            values={**values, "date_from": "2030-05-01", "date_to": "2030-05-02"},
            create=changes,
        )
    ]


FACTORIES = {
    "crm.calendar.day": calendar_days,
    "crm.workday": workdays,
    "crm.absence": absences,
}
