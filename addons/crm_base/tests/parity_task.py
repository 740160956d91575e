"""Tasks for the parity test: creator, executors and those above see them."""

from .expected import Expected


def _task(case, customer):
    values = {
        "name": "送样品",
        "partner_id": customer.id,
        "user_id": case.xia.id,
        "item_ids": [(0, 0, {"name": "准备"})],
    }
    task = case.env["crm.task"].with_user(customer.user_id).create(values)
    return task.with_env(case.env)


def _reach(case, oracle, customer, mode):
    def reach(user):
        return oracle.is_seller(user) and (
            oracle.in_charge(user, customer.user_id, mode)
            or oracle.in_charge(user, case.xia, mode)
        )

    return reach


def _creates(oracle, customer):
    # made by whoever creates it, on a customer in sight
    return lambda user: oracle.is_seller(user) and oracle.sees_customer(user, customer)


def tasks(case, oracle, customer):
    """A task of each customer's owner for somebody in another team."""
    if not customer or not customer.user_id:
        return []

    def unlinks(user):
        return oracle.is_seller(user) and oracle.in_charge(
            user, customer.user_id, "write"
        )

    return [
        Expected(
            _task(case, customer),
            read=_reach(case, oracle, customer, "read"),
            write=_reach(case, oracle, customer, "write"),
            unlink=unlinks,
            values={"name": "打电话", "partner_id": customer.id},
            create=_creates(oracle, customer),
        )
    ]


def items(case, oracle, customer):
    """The checklist is for those who have to do with the task."""
    if not customer or not customer.user_id:
        return []
    task = _task(case, customer)
    writes = _reach(case, oracle, customer, "write")
    return [
        Expected(
            task.item_ids,
            read=_reach(case, oracle, customer, "read"),
            write=writes,
            unlink=writes,
            values={"task_id": task.id, "name": "再准备"},
            create=writes,
        )
    ]


def logs(case, oracle, customer):
    """The history of a task is read with it, and never changed."""
    if not customer or not customer.user_id:
        return []
    task = _task(case, customer)
    task.with_user(case.xia).action_start()
    return [
        Expected(
            task.log_ids,
            read=_reach(case, oracle, customer, "read"),
        )
    ]


FACTORIES = {
    "crm.task": tasks,
    "crm.task.item": items,
    "crm.task.log": logs,
}
