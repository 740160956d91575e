"""Contracts for the parity test: whoever is in charge, and who sees the customer."""

from unittest.mock import patch

from odoo.addons.crm_base.tests.expected import Expected

from .parity_sale import _reach

MODEL = "crm.contract"


def _values(case, customer):
    template = case.env["crm.contract.template"].search([], limit=1)
    template = template or case.env["crm.contract.template"].create(
        {"name": "通用", "body": "<p>{{ number }}</p>"}
    )
    kinds = case.env["crm.contract.type"]
    kind = kinds.search([], limit=1) or kinds.create({"name": "供货"})
    return {
        "name": "供货合同",
        "partner_id": customer.id,
        "user_id": customer.user_id.id,
        "type_id": kind.id,
        "template_id": template.id,
        "date_start": "2026-01-01",
        "date_end": "2026-12-31",
        "amount_total": 1,
    }


def _contract(case, customer):
    return case.env[MODEL].create(_values(case, customer))


def contracts(case, oracle, customer):
    """A draft of each customer that somebody owns."""
    if not customer.user_id:
        return []
    sees, changes = _reach(oracle, customer)
    return [
        Expected(
            _contract(case, customer),
            read=sees,
            write=changes,
            unlink=changes,
            values=_values(case, customer),
            create=lambda user: changes(user) and sees(user),
        )
    ]


def _part(case, oracle, customer, field, values):
    """A row of a draft is reached with it."""
    if not customer.user_id:
        return []
    sees, changes = _reach(oracle, customer)
    contract = _contract(case, customer)
    given = {"contract_id": contract.id, **values}
    record = contract[field][:1] or contract[field].create(given)
    return [
        Expected(
            record,
            read=sees,
            write=changes,
            unlink=changes,
            values=given,
            create=changes,
        )
    ]


def lines(case, oracle, customer):
    """A line of a contract."""
    return _part(case, oracle, customer, "line_ids", {"name": "机床", "price_unit": 1})


def parties(case, oracle, customer):
    """One side of a contract."""
    ours = case.company.partner_id
    values = {"role": "c", "party_id": ours.id}
    return _part(case, oracle, customer, "party_ids", values)


def payments(case, oracle, customer):
    """A row of the payment plan."""
    values = {"phase": "首付", "amount": 1}
    return _part(case, oracle, customer, "collection_plan_ids", values)


def plans(case, oracle, customer):
    """A row of the delivery plan."""
    values = {"name": "第一批", "quantity": 9, "date_due": "2026-05-01"}
    return _part(case, oracle, customer, "delivery_plan_ids", values)


def _signed(case, customer):
    """A contract in force, without paper."""
    contract = _contract(case, customer)
    plan = {"name": "第一批", "quantity": 9, "date_due": "2026-05-01"}
    contract.delivery_plan_ids.create({"contract_id": contract.id, **plan})
    model = case.env.registry[MODEL]
    with patch.object(model, "_crm_print", lambda self: b"%PDF"):
        contract.action_submit()
        # whoever stands above: nobody else sees it for that
        contract._crm_workflow()._crm_approval_approved(contract.approval_id)
        contract.action_sign("2026-01-01")
    return contract


def deliveries(case, oracle, customer):
    """A delivery of a contract in force."""
    if not customer.user_id:
        return []
    sees, changes = _reach(oracle, customer)
    plan = _signed(case, customer).delivery_plan_ids
    values = {"plan_id": plan.id, "quantity": 0.1}
    return [
        Expected(
            case.env["crm.contract.delivery"].create(values),
            read=sees,
            write=changes,
            unlink=changes,
            values=values,
            create=changes,
        )
    ]


def _row(case, oracle, customer, field):
    """Rows of logs are seen with the contract, and written by nobody."""
    if not customer.user_id:
        return []
    sees, _changes = _reach(oracle, customer)
    return [Expected(_signed(case, customer)[field][:1], read=sees)]


def logs(case, oracle, customer):
    """The history of a contract."""
    return _row(case, oracle, customer, "log_ids")


def archives(case, oracle, customer):
    """The file of a contract."""
    return _row(case, oracle, customer, "archive_ids")


def versions(case, oracle, customer):
    """A version of a contract."""
    return _row(case, oracle, customer, "version_ids")


def _set_up(case, oracle, customer, model, values):
    """Everybody knows what directors set up."""
    if customer:
        return []

    def sets_up(user):
        return oracle.is_boss(user) or oracle.has(user, "director")

    return [
        Expected(
            case.env[model].create(values),
            read=oracle.is_seller,
            write=sets_up,
            unlink=sets_up,
            values=values,
            create=sets_up,
        )
    ]


def types(case, oracle, customer):
    """A type of contract."""
    return _set_up(case, oracle, customer, "crm.contract.type", {"name": "租赁"})


def templates(case, oracle, customer):
    """A template of contracts."""
    values = {"name": "租赁", "body": "<p>{{ number }}</p>"}
    return _set_up(case, oracle, customer, "crm.contract.template", values)


FACTORIES = {
    "crm.collection.plan": payments,
    "crm.contract": contracts,
    "crm.contract.archive": archives,
    "crm.contract.delivery": deliveries,
    "crm.contract.delivery.plan": plans,
    "crm.contract.line": lines,
    "crm.contract.log": logs,
    "crm.contract.party": parties,
    "crm.contract.template": templates,
    "crm.contract.type": types,
    "crm.contract.version": versions,
}
