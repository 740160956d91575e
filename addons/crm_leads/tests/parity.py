"""One record of each model of this addon for the parity test; see docs/testing.md."""

from odoo.addons.crm_base.tests.expected import Expected
from odoo.addons.crm_pipeline.tests.parity import leads


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
}
