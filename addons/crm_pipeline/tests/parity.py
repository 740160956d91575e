"""One record of each model of this addon for the parity test; see docs/testing.md."""

from odoo.addons.crm_base.tests.expected import Expected

from . import parity_playbook


def _deals_out(oracle, user, team, mode="read"):
    """Return whether a user deals out what nobody of a team has (bool)."""
    if user.share or not oracle.is_seller(user):
        return False
    if oracle.is_boss(user):
        return True
    if not team:
        return oracle.has(user, "director")
    above = team.id
    while above:
        if above in oracle.active and (
            oracle.leader[above] == user.id
            or (mode == "read" and user.id in oracle.assistants[above])
        ):
            return True
        above = oracle.parent[above]
    return False


def _expected(case, oracle, lead):
    owner, team, customer = lead.user_id, lead.team_id, lead.partner_id

    def reach(user, mode):
        if not oracle.is_seller(user):
            return False
        if owner:
            return oracle.in_charge(user, owner, mode)
        return _deals_out(oracle, user, team, mode)

    def sees(user):
        return reach(user, "read") or (
            bool(customer)
            and oracle.is_seller(user)
            and oracle.sees_customer(user, customer)
        )

    return Expected(
        lead,
        read=sees,
        write=lambda user: reach(user, "write"),
        unlink=oracle.is_boss,
        values={
            "name": "新线索",
            "type": "lead",
            "user_id": owner.id,
            "team_id": team.id,
        },
        create=lambda user: reach(user, "write"),
    )


def leads(case, oracle, customer):
    """A lead and an opportunity of each customer; leads that nobody has."""
    Lead = case.env["crm.lead"]
    if not customer:
        made = Lead.create(
            [
                {"name": "无主线索", "user_id": False, "team_id": team, "type": "lead"}
                for team in (case.north.id, case.beijing.id, case.south.id, False)
            ]
        )
    else:
        made = Lead.create(
            [
                {
                    "name": "线索",
                    "type": kind,
                    "user_id": customer.user_id.id,
                    "partner_id": customer.id,
                }
                for kind in ("lead", "opportunity")
            ]
        )
    return [_expected(case, oracle, lead) for lead in made]


def activity_reports(case, oracle, customer):
    """What was done about a lead, in Odoo's analysis of activities."""
    owner = customer.user_id
    if not owner:
        return []
    lead = case.env["crm.lead"].create(
        {"name": "线索", "type": "lead", "user_id": owner.id}
    )
    lead.activity_schedule(
        "mail.mail_activity_data_todo", user_id=owner.id
    ).action_feedback()
    case.env.flush_all()
    row = case.env["crm.activity.report"].search([("lead_id", "=", lead.id)])
    return [
        Expected(
            row,
            read=lambda user: oracle.is_seller(user) and oracle.in_charge(user, owner),
        )
    ]


FACTORIES = {
    "crm.lead": leads,
    "crm.activity.report": activity_reports,
    **parity_playbook.FACTORIES,
}
