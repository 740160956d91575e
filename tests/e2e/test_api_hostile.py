"""No call of a public method of the suite crashes, whatever it is given."""

import pytest
from static import house

from .json2 import ApiError, Client

WRONG = [None, True, -1, 2**40, 0.5, "x", "", "\0", "2020-13-45", [], ["a"], [[1]], {}]
NO_IDS = [[], [99999999], ["x"], "x", None]
# real effects that no test wants: the machine works for minutes, or Odoo's own method
# asks another host
LEFT_OUT = {
    ("crm.backup", "action_back_up"),
    ("crm.backup", "action_drill"),
    ("crm.backup.start", "action_start"),
    ("res.users", "auth_oauth"),
}


def is_for_model(method):
    """Whether a method is called without ids."""
    return any(
        getattr(decorator, "attr", "") == "model"
        for decorator in method.node.decorator_list
    )


def calls(api, method):
    """Yield the arguments of hostile calls of a method, on a real record if any."""
    names = [name for name in method.arguments if name not in ("options", "kwargs")]
    if is_for_model(method):
        targets = [{}]
    else:
        try:
            ids = api.call(method.model, "search", domain=[], limit=1)
        except ApiError:
            ids = []
        # accounts keep what the test itself logs in with
        ids = [1] if method.model == "res.users" or not ids else ids
        targets = [{"ids": ids}]
        yield from ({"ids": ids} | dict.fromkeys(names) for ids in NO_IDS)
    for target in targets:
        for wrong in WRONG if names else [None]:
            yield {**target, **dict.fromkeys(names, wrong)}
            for name in names if len(names) > 1 else ():
                yield {**target, **dict.fromkeys(names, 1), name: wrong}


@pytest.mark.parametrize("who", ["SALES_KEY", "KEY"])
def test_hostile(variables, who):
    """A wrong argument is refused, and what is not has a result. Covers: B25."""
    url, database = variables["CRM_URL"], variables["CRM_DB"]
    api = Client(url, database, variables[f"CRM_{who}"])
    crashed = {}
    for method in house.api_methods():
        if (method.model, method.name) in LEFT_OUT:
            continue
        for arguments in calls(api, method):
            try:
                if api.post(method.model, method.name, arguments) is None:
                    crashed[f"{method.model}.{method.name}"] = "returns nothing"
            except ApiError as error:
                if error.status >= 500:
                    key = f"{method.model}.{method.name}: {error.name}"
                    crashed[key] = f"{arguments} {error.message[:150]}"
    assert not crashed, "\n".join(f"{key} {text}" for key, text in crashed.items())
