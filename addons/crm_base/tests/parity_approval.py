"""One record of each model of approvals for the parity test; see docs/testing.md."""

from .expected import Expected


def _request(case, customer, submit=False):
    request = (
        case.env["crm.request"]
        .with_user(customer.user_id)
        .create({"name": "样品申请", "partner_id": customer.id})
    )
    if submit:
        request.action_submit_approval()
    return request.with_env(case.env)


def _in_charge(oracle, owner, mode="read"):
    return lambda user: oracle.is_seller(user) and oracle.in_charge(user, owner, mode)


def _concerned(oracle, approval):
    """Return who sees an approval: whoever is asked, and the scope of the owner."""
    return lambda user: (
        not user.share
        and (
            user in approval.involved_user_ids
            or oracle.in_charge(user, approval.owner_id)
        )
    )


def requests(case, oracle, customer):
    """A request is its owner's, and read with the customer that it is about."""
    if not customer or not customer.user_id:
        return []
    request = _request(case, customer)
    owner = customer.user_id
    return [
        Expected(
            request,
            read=lambda user: (
                oracle.is_seller(user)
                and (
                    oracle.in_charge(user, owner)
                    or oracle.sees_customer(user, customer)
                )
            ),
            write=_in_charge(oracle, owner, "write"),
            unlink=_in_charge(oracle, owner, "write"),
            values={
                "name": "另一份申请",
                "user_id": owner.id,
                "company_id": case.company.id,
            },
            create=_in_charge(oracle, owner, "write"),
        )
    ]


def approvals(case, oracle, customer):
    """An approval is seen by those concerned, and written by nobody."""
    if not customer or not customer.user_id:
        return []
    approval = _request(case, customer, submit=True).approval_id
    return [Expected(approval, read=_concerned(oracle, approval))]


def steps(case, oracle, customer):
    """Approvers and history are read with the approval."""
    if not customer or not customer.user_id:
        return []
    approval = _request(case, customer, submit=True).approval_id
    return [Expected(approval.step_ids[:1], read=_concerned(oracle, approval))]


def logs(case, oracle, customer):
    """The history is read with the approval, and written by nobody."""
    if not customer or not customer.user_id:
        return []
    approval = _request(case, customer, submit=True).approval_id
    return [Expected(approval.log_ids, read=_concerned(oracle, approval))]


def _rule(case):
    return case.env["crm.approval.rule"].create(
        {
            "name": "样品审批",
            "model": "crm.request",
            "level_ids": [(0, 0, {"name": "主管"})],
        }
    )


def rules(case, oracle, customer):
    """Rules are everybody's to read and the directors' to write."""
    if customer:
        return []
    rule = _rule(case)

    def director(user):
        return oracle.has(user, "director")

    return [
        Expected(
            rule,
            read=lambda user: oracle.is_seller(user),
            write=director,
            unlink=director,
            values={"name": "另一条规则", "model": "crm.request"},
            create=director,
        )
    ]


def levels(case, oracle, customer):
    """Levels are read and written as their rule is."""
    if customer:
        return []
    level = _rule(case).level_ids

    def director(user):
        return oracle.has(user, "director")

    return [
        Expected(
            level,
            read=lambda user: oracle.is_seller(user),
            write=director,
            unlink=director,
            values={"name": "总监", "rule_id": level.rule_id.id},
            create=director,
        )
    ]


def delegations(case, oracle, customer):
    """A delegation is the person's, the superiors', and read by the deputy."""
    if not customer or not customer.user_id:
        return []
    owner = customer.user_id
    values = {
        "user_id": owner.id,
        "delegate_id": case.employee.id,
        "date_from": "2031-01-01",
        "date_to": "2031-01-02",
    }
    delegation = case.env["crm.approval.delegation"].create(values)

    def superior(user):
        return not user.share and oracle.in_charge(user, owner, "write")

    return [
        Expected(
            delegation,
            read=lambda user: (
                not user.share
                and (user == case.employee or oracle.in_charge(user, owner))
            ),
            write=superior,
            unlink=superior,
            values=values,
            create=superior,
        )
    ]


FACTORIES = {
    "crm.approval": approvals,
    "crm.approval.delegation": delegations,
    "crm.approval.level": levels,
    "crm.approval.log": logs,
    "crm.approval.rule": rules,
    "crm.approval.step": steps,
    "crm.request": requests,
}
