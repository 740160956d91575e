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


def reports(case, oracle, customer):
    """The analysis tells of a lead to those who see the lead."""
    found = []
    for expected in leads(case, oracle, customer):
        if expected.record.type == "lead":
            case.env.flush_all()
            row = case.env["crm.lead.report"].browse(expected.record.id)
            found.append(Expected(row, read=expected.read))
    return found


def score_rules(case, oracle, customer):
    """Rules of scoring are read by managers and made by directors and the boss."""
    if customer:
        return []
    rule = case.env["crm.lead.score.rule"].create({"name": "有电话", "points": 5})

    def makes(user):
        return oracle.is_boss(user) or oracle.has(user, "director")

    return [
        Expected(
            rule,
            read=lambda user: makes(user) or oracle.has(user, "manager"),
            write=makes,
            unlink=makes,
            values={"name": "有微信", "points": 5},
            create=makes,
        )
    ]


def score_runs(case, oracle, customer):
    """Runs of scoring are the boss's to look at."""
    if customer:
        return []
    run = case.env["crm.lead.score.run"].create({"date": "2031-01-01"})
    return [Expected(run, read=oracle.is_boss)]


def _leads_people(oracle, author, mode):
    return lambda user: (
        oracle.has(user, "manager") and oracle.in_charge(user, author, mode)
    )


def assign_rules(case, oracle, customer):
    """A rule of assignment is its author's and the superiors'."""
    found = []
    for author in () if customer else (case.manager, case.director):
        rule = case.env["crm.lead.assign.rule"].create(
            {"name": "其余", "user_id": author.id, "occasion": "manual"}
        )
        found.append(
            Expected(
                rule,
                read=_leads_people(oracle, author, "read"),
                write=_leads_people(oracle, author, "write"),
                unlink=_leads_people(oracle, author, "write"),
                values={"name": "新规则", "user_id": author.id},
                create=_leads_people(oracle, author, "write"),
            )
        )
    return found


def assign_lines(case, oracle, customer):
    """The people of a rule are known to those who know the rule."""
    found = []
    for expected in assign_rules(case, oracle, customer):
        line = case.env["crm.lead.assign.line"].create(
            {"rule_id": expected.record.id, "user_id": case.sam.id}
        )
        found.append(
            Expected(
                line,
                read=expected.read,
                write=expected.write,
                unlink=expected.unlink,
                values={"rule_id": expected.record.id, "user_id": case.sue.id},
                create=expected.create,
            )
        )
    return found


def assign_runs(case, oracle, customer):
    """Runs of assignment are the boss's to look at."""
    if customer:
        return []
    run = case.env["crm.lead.assign.run"].create({"batch_id": "x"})
    return [Expected(run, read=oracle.is_boss)]


FACTORIES = {
    "crm.lead.assign.line": assign_lines,
    "crm.lead.assign.rule": assign_rules,
    "crm.lead.assign.run": assign_runs,
    "crm.lead.score.rule": score_rules,
    "crm.lead.score.run": score_runs,
    "crm.lead.report": reports,
    "crm.lead": leads,
    "crm.activity.report": activity_reports,
    **parity_playbook.FACTORIES,
}
