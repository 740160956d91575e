"""What the guide says of errors is so, at both doors of the API."""

import contextlib
import json
import re
import urllib.error
import urllib.request
import xmlrpc.client

import psycopg2
import pytest
from psycopg2 import sql

from command import paths

from .json2 import ApiError

GUIDES = [paths.REPOSITORY / "docs" / name for name in ("api.md", "api.zh-CN.md")]
# what XML-RPC says for a status of JSON-2
FAULTS = {401: 3, 403: 4, 404: 2, 409: 2, 422: 2, 500: 1}


@pytest.fixture(scope="module")
def task(company):
    """A task of sales1."""
    sales = company.api("sales1")
    (task,) = sales.call("crm.task", "create", vals_list=[{"name": "整理报价单"}])
    return task


@contextlib.contextmanager
def held(company, table, res_id):
    """Hold a row in another transaction, as somebody does who is changing it."""
    connection = psycopg2.connect(dbname=company.database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("SELECT FROM {} WHERE id = %s FOR UPDATE").format(
                    sql.Identifier(table)
                ),
                [res_id],
            )
            yield
    finally:
        connection.close()


def calls(company, task):
    """Calls that end in each status: (login, model, method, arguments)."""
    return {
        401: (None, "res.partner", "search", {"domain": []}),
        403: ("sales1", "crm.team", "sync_organisation", {"payload": {}}),
        404: ("sales1", "crm.task", "action_start", {"ids": [99999999]}),
        409: ("sales1", "crm.task", "action_start", {"ids": [task]}),
        422: ("sales1", "crm.task", "action_cancel", {"ids": [task], "reason": " "}),
        500: ("sales1", "res.partner", "search", {"domain": [["nothing", "=", 1]]}),
    }


def post(company, key, path, data):
    """Send bytes to the API; return the status and the answer."""
    request = urllib.request.Request(
        f"{company.url}/json/2/{path}",
        data=data,
        headers={
            "Authorization": f"bearer {key}",
            "Content-Type": "application/json",
            "X-Odoo-Database": company.database,
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def provoke(company, task, status):
    """Make the call that ends in a status; return what the server answered."""
    login, model, method, arguments = calls(company, task)[status]
    data = json.dumps({**arguments, "context": {"lang": "zh_CN"}}).encode()
    key = company.keys[login] if login else "wrong"
    with held(company, "crm_task", task) if status == 409 else contextlib.nullcontext():
        return post(company, key, f"{model}/{method}", data)


@pytest.mark.parametrize("status", [401, 403, 404, 409, 422, 500])
def test_json2(company, task, status):
    """Each status has its cause, and the shape that the guide shows. Covers: B25."""
    answered, body = provoke(company, task, status)
    assert (answered, set(body)) == (
        status,
        {"name", "message", "arguments", "context", "debug"},
    )
    assert isinstance(body["message"], str) and body["message"]
    if status in (403, 422):
        assert re.search("[\u4e00-\u9fff]", body["message"]), "not the user's language"
        assert body["name"].startswith("odoo.exceptions.")


def test_no_json(company):
    """What is no JSON is refused as such. Covers: B25."""
    status, body = post(company, company.keys["sales1"], "res.partner/search", b"{")
    assert status == 400 and body["message"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("res.nothing/read", 404), ("res.partner/nothing", 404), ("res.partner/_x", 403)],
)
def test_unknown(company, path, status):
    """Models and methods that are not there are said to be missing. Covers: B25."""
    assert post(company, company.keys["sales1"], path, b'{"ids": [1]}')[0] == status


def test_no_key(company):
    """Without a key nothing is told. Covers: B25."""
    request = urllib.request.Request(
        f"{company.url}/json/2/res.partner/search",
        data=b"{}",
        headers={
            "Content-Type": "application/json",
            "X-Odoo-Database": company.database,
        },
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    with refused.value as error:
        assert error.code in (401, 403)


@pytest.mark.parametrize("status", FAULTS)
def test_xmlrpc(company, task, status):
    """XML-RPC tells the same refusals by the numbers of the guide. Covers: B25."""
    login, model, method, arguments = calls(company, task)[status]
    objects = xmlrpc.client.ServerProxy(f"{company.url}/xmlrpc/2/object")
    named = {**arguments, "context": {"lang": "zh_CN"}}
    ids = [named.pop("ids")] if "ids" in named else []
    user, key = company.users[login or "sales1"], company.keys.get(login, "wrong")
    with (
        held(company, "crm_task", task) if status == 409 else contextlib.nullcontext(),
        pytest.raises(xmlrpc.client.Fault) as fault,
    ):
        objects.execute_kw(company.database, user, key, model, method, ids, named)
    assert fault.value.faultCode == FAULTS[status]


def test_after_the_conflict(company, task):
    """Whoever sends it again when the other one is done succeeds. Covers: B25."""
    sales = company.api("sales1")
    with held(company, "crm_task", task), pytest.raises(ApiError) as refused:
        sales.call("crm.task", "action_start", ids=[task])
    assert refused.value.status == 409
    assert sales.call("crm.task", "action_start", ids=[task]) is True


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_guide(guide):
    """The guide lists the statuses that are tested here. Covers: B25."""
    text = guide.read_text(encoding="utf-8")
    listed = {int(status) for status in re.findall(r"^\| (\d{3}) \|", text, re.M)}
    assert listed == {200, 400, *FAULTS}
