"""What hangs on opportunities and projects, for the parity test."""

from odoo.addons.crm_base.tests.expected import Expected
from odoo.addons.crm_pipeline.tests.parity import leads

from .parity_stage import _set_up


def _opportunities(case, oracle, customer):
    return [
        expected
        for expected in leads(case, oracle, customer)
        if expected.record.type == "opportunity"
    ]


def _parts(model, values):
    """Return a factory: seen with the opportunity, changed by whoever changes it."""

    def factory(case, oracle, customer):
        expected = []
        for lead in _opportunities(case, oracle, customer):
            given = {"lead_id": lead.record.id, **values(case, "a")}
            expected.append(
                Expected(
                    case.env[model].create(given),
                    read=lead.read,
                    write=lead.write,
                    unlink=lead.write,
                    values={"lead_id": lead.record.id, **values(case, "b")},
                    create=lead.write,
                )
            )
        return expected

    return factory


def _value(case, kind, code):
    return case.env["crm.dictionary"]._crm_get(kind, code).id


def _rival(case, name):
    competitors = case.env["crm.competitor"]
    name = f"对手{name}"
    rival = competitors.search([("name", "=", name)])
    return (rival or competitors.create({"name": name})).id


def _company(case):
    return case.env["res.partner"].create({"name": "设计院", "is_company": True}).id


def competitors(case, oracle, customer):
    """Competitors are known to everybody; anybody adds one, managers describe them."""
    if customer:
        return []
    record = case.env["crm.competitor"].create({"name": "对手甲"})

    def describes(user):
        return any(
            (
                oracle.is_boss(user),
                oracle.has(user, "director"),
                oracle.has(user, "manager"),
            )
        )

    return [
        Expected(
            record,
            read=oracle.is_seller,
            write=describes,
            unlink=lambda user: oracle.is_boss(user) or oracle.has(user, "director"),
            values={"name": "对手乙"},
            create=oracle.is_seller,
        )
    ]


def reports(case, oracle, customer):
    """The analysis is read with the opportunity."""
    expected = _opportunities(case, oracle, customer)
    case.env.flush_all()
    rows = case.env["crm.competitor.report"]
    return [
        Expected(rows.search([("lead_id", "=", one.record.id)]), read=one.read)
        for one in expected
    ]


def templates(case, oracle, customer):
    """Templates are read by everybody and written by directors."""
    if customer:
        return []
    return _set_up(case, oracle, "crm.solution.template", {"name": "标准方案"})


def members(case, oracle, customer):
    """The team of a project is made by those in charge of it."""
    if not customer or not customer.user_id:
        return []
    expected = []
    for lead in _opportunities(case, oracle, customer):
        lead.record.is_project = True
        # whoever is in the team already changes nothing about who sees it
        team = {"lead_id": lead.record.id, "user_id": case.boss.id}
        expected.append(
            Expected(
                case.env["crm.project.member"].create(team),
                read=lead.read,
                write=lead.write,
                unlink=lead.write,
                values={"lead_id": lead.record.id, "user_id": case.director.id},
                create=lead.write,
            )
        )
    return expected


FACTORIES = {
    "crm.competitor": competitors,
    "crm.competitor.report": reports,
    "crm.lead.competitor": _parts(
        "crm.lead.competitor",
        lambda case, name: {"competitor_id": _rival(case, name)},
    ),
    "crm.lead.resource": _parts(
        "crm.lead.resource",
        lambda case, _name: {"role_id": _value(case, "resource_role", "demo")},
    ),
    "crm.need": _parts("crm.need", lambda _case, name: {"name": f"需求{name}"}),
    "crm.project.contact": _parts(
        "crm.project.contact", lambda _case, name: {"name": f"王工{name}"}
    ),
    "crm.project.member": members,
    "crm.project.partner": _parts(
        "crm.project.partner",
        lambda case, _name: {
            "partner_id": _company(case),
            "role_id": _value(case, "project_partner_role", "designer"),
        },
    ),
    "crm.solution": _parts("crm.solution", lambda _case, name: {"name": f"方案{name}"}),
    "crm.solution.template": templates,
}
