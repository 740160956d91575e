"""The main job of the suite over the external API, as an integrator would do it."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from openpyxl import load_workbook

from .json2 import ApiError

FIELDS = ["name", "state_id", "city", "phone", "email"]
CHUNK = 1000
CUSTOMERS = {"default_is_crm_customer": True, "default_is_company": True}


@pytest.fixture(scope="module")
def imported(company, rows, workbook):
    """The boss imports the spreadsheet through Odoo's import, as a program does it."""
    sheet = load_workbook(
        workbook(["名称", "省份", "城市", "电话", "邮箱"], rows)
    ).active
    lines = [list(line) for line in sheet.iter_rows(min_row=2, values_only=True)]
    boss = company.api("boss")
    ids, twins = [], []
    for start in range(0, len(lines), CHUNK):
        chunk = lines[start : start + CHUNK]
        result = _load(boss, chunk)
        if result["messages"]:
            # nothing of the chunk is stored; the last message names the row
            record = result["messages"][-1]["record"]
            twin = chunk.pop(record)[0]
            assert all(twin in told["message"] for told in result["messages"])
            twins.append(twin)
            result = _load(boss, chunk)
        assert not result["messages"], result["messages"][:3]
        ids += result["ids"]
    # one of the companies is in the file twice, in two spellings
    assert len(twins) == 1
    assert len(ids) == len(rows) - 1
    return ids


def _load(boss, lines):
    """Import lines (lists of cells) with Odoo's importer; return what it says."""
    return boss.call(
        "res.partner", "load", fields=FIELDS, data=lines, context=CUSTOMERS
    )


@pytest.fixture(scope="module")
def pooled(company, imported):
    """The boss puts what he has imported into the pool."""
    boss = company.api("boss")
    boss.call(
        "res.partner",
        "action_release_to_pool",
        ids=imported,
        pool_id=company.pool,
        reason="展会名单导入",
    )
    return imported


def test_import_into_the_pool(company, pooled):
    """5,000 companies lie in the pool; nobody below the boss can read them.

    Covers: P02, P03, P10, B05, X03.
    """
    domain = [["is_crm_customer", "=", True]]
    assert company.api("boss").call(
        "res.partner", "search_count", domain=domain
    ) == len(pooled)
    sales = company.api("sales1")
    assert sales.call("res.partner", "search_count", domain=domain) == 0
    assert sales.call("crm.pool.customer", "search_count", domain=[]) == len(pooled)
    seen = sales.call(
        "crm.pool.customer", "search_read", domain=[], fields=[], limit=50
    )
    boss = company.api("boss")
    secrets = boss.call(
        "res.partner", "read", ids=pooled[:50], fields=["phone", "email"]
    )
    text = json.dumps(seen, ensure_ascii=False)
    for secret in secrets:
        assert secret["phone"] not in text
        assert secret["email"] not in text


def test_three_people_claim_at_once(company, pooled):
    """Three salespeople claim the same 40 customers: each goes to exactly one.

    Covers: P02, P09.
    """
    candidates = company.api("sales1").call(
        "crm.pool.customer", "search", domain=[], limit=40, order="id"
    )

    def claim(login):
        api = company.api(login)
        won, lost = [], []
        for record in candidates:
            try:
                api.call("crm.pool.customer", "action_claim", ids=[record])
                won.append(record)
            except ApiError as error:
                lost.append((record, error.message))
        return won, lost

    logins = ["sales1", "sales2", "sales3"]
    with ThreadPoolExecutor(len(logins)) as people:
        results = dict(zip(logins, people.map(claim, logins), strict=True))
    won = [record for wins, _ in results.values() for record in wins]
    assert sorted(won) == sorted(candidates)
    names = {"张伟", "王芳", "李娜"}
    for login, (_, lost) in results.items():
        for record, message in lost:
            assert any(name in message for name in names), (login, record, message)
    moves = company.api("boss").call(
        "crm.owner.move",
        "search_read",
        domain=[["kind", "=", "claim"]],
        fields=["partner_id"],
    )
    assert len(moves) == len(candidates)


@pytest.fixture(scope="module")
def oil(company, pooled):
    """中国石油, found by its pinyin initials and given to sales1."""
    boss = company.api("boss")
    (oil,) = boss.call(
        "res.partner", "search", domain=[["search_key", "ilike", "zgsy"]]
    )
    boss.call(
        "res.partner", "write", ids=[oil], vals={"user_id": company.users["sales1"]}
    )
    return oil


@pytest.fixture(scope="module")
def methods(company):
    """Ids of the methods of follow-ups, by code."""
    values = company.api("sales1").call(
        "crm.dictionary",
        "search_read",
        domain=[["kind", "=", "followup_method"]],
        fields=["code"],
    )
    return {value["code"]: value["id"] for value in values}


def test_found_by_pinyin_by_its_owner_only(company, oil):
    """The pinyin initials find a customer for the owner, and for nobody else.

    Covers: B07, B02.
    """
    sales1, sales2 = company.api("sales1"), company.api("sales2")
    assert sales1.call("res.partner", "name_search", name="zgsy")[0][0] == oil
    assert sales2.call("res.partner", "name_search", name="zgsy") == []


def test_followup_and_visit(company, oil, methods):
    """A call is logged, a visit is planned, checked in and done; times stay facts.

    Covers: B09, B10.
    """
    sales = company.api("sales1")
    (call,) = sales.call(
        "crm.followup",
        "create",
        vals_list=[
            {
                "name": "电话沟通年度采购计划",
                "partner_id": oil,
                "method_id": methods["phone"],
                "content": "与采购部沟通了明年的采购计划，对方要求下周提交方案。",
                "state": "done",
            }
        ],
    )
    (visit,) = sales.call(
        "crm.followup",
        "create",
        vals_list=[
            {
                "name": "上门拜访采购部",
                "partner_id": oil,
                "method_id": methods["visit"],
                "content": "现场演示样品，客户对交货周期比较关心，需要技术配合。",
                "planned_at": "2030-01-15 02:00:00",
            }
        ],
    )
    place = {"latitude": 39.9476, "longitude": 116.4189, "accuracy": 18}
    checked = sales.call("crm.followup", "action_checkin", ids=[visit], **place)
    assert checked["distance"] is False
    sales.call("crm.followup", "action_done", ids=[visit])
    done = sales.call(
        "crm.followup", "read", ids=[call, visit], fields=["state", "is_effective"]
    )
    assert [(one["state"], one["is_effective"]) for one in done] == [("done", True)] * 2
    with pytest.raises(ApiError) as refused:
        sales.call(
            "crm.followup",
            "write",
            ids=[visit],
            vals={"done_at": "2020-01-01 00:00:00"},
        )
    assert refused.value.status == 403


def test_share(company, oil):
    """A share for reading opens the customer for a colleague, and nothing more.

    Covers: B03, B14.
    """
    colleague = company.api("sales2")
    company.api("sales1").call(
        "res.partner", "action_share", ids=[oil], user_ids=[company.users["sales2"]]
    )
    assert colleague.call("res.partner", "name_search", name="zgsy")[0][0] == oil
    with pytest.raises(ApiError):
        colleague.call("res.partner", "write", ids=[oil], vals={"city": "x"})
    overview = colleague.call("res.partner", "get_crm_overview", ids=[oil])
    totals = {total["code"]: total["amount"] for total in overview["totals"]}
    # what other addons add, there is nothing of yet
    assert {code: amount for code, amount in totals.items() if amount} == {
        "followups": 2,
        "visits": 1,
    }


def test_release_transfer_and_ledger(company, pooled):
    """One releases a customer, the manager transfers two, the ledger has it all.

    Covers: B03, P03, P09.
    """
    boss, sales = company.api("boss"), company.api("sales2")
    mine = sales.call(
        "crm.pool.customer", "search", domain=[], limit=3, order="id desc"
    )
    claimed = sales.call("crm.pool.customer", "action_claim", ids=mine)
    assert sorted(claimed["claimed"]) == sorted(mine)
    sales.call(
        "res.partner",
        "action_release_to_pool",
        ids=mine[:1],
        pool_id=company.pool,
        reason="客户暂无需求",
    )
    moved = company.api("manager").call(
        "res.partner",
        "action_transfer",
        ids=mine[1:],
        user_id=company.users["sales3"],
        reason="人员调整",
    )
    assert moved["moved"] == 2
    moves = boss.call(
        "crm.owner.move",
        "search_read",
        domain=[["partner_id", "in", mine]],
        fields=["kind", "reason", "actor_id"],
        order="id",
    )
    assert {"客户暂无需求", "人员调整"} <= {move["reason"] for move in moves}
    with pytest.raises(ApiError):
        boss.call("crm.owner.move", "unlink", ids=[moves[0]["id"]])
