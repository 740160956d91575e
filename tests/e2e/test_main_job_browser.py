"""The main job of the suite in the real web client, in Chinese, as people do it.

One story in steps: each step leaves what the next one works with. With CRM_PICTURES the
screenshots of the user guide are made again.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from .conftest import POOL

OIL = "中国石油天然气集团有限公司"
# the customer's gate, and somewhere in the next district
GATE = (39.9476, 116.4189)


def _release(browser, reason, pool=POOL):
    """Fill in the release wizard."""
    browser.choose(".modal .o_field_widget[name=pool_id] input", pool)
    browser.click(".modal .o_field_widget[name=reason_id] label", reason)
    browser.click(".modal button[name=action_release]")
    browser.wait_gone(".modal", patience=120)


def _search(browser, text):
    """Type into the search box and take the first proposal (the customer)."""
    browser.fill(".o_searchview_input", text)
    browser.js(
        "document.querySelector('.o_searchview_input').dispatchEvent("
        "new Event('input', {bubbles: true}))"
    )
    browser.press("Enter")
    browser.wait(".o_searchview_facet", text)


def test_boss_imports_into_the_pool(company, client, rows, workbook):
    """The boss imports a spreadsheet of 5,000 companies and puts them into the pool.

    Covers: B05, P03, P10, X02, X03.
    """
    path = workbook(["名称", "省份", "城市", "电话", "邮箱"], rows)
    boss = client("boss")
    boss.open(f"{boss.home}/crm-customers")
    boss.wait(".o_list_view")
    boss.click(".o_cp_action_menus .dropdown-toggle")
    boss.click(".o_crm_import_menu")
    boss.upload(".o_field_widget[name=file] input[type=file]", path)
    boss.click("button[name=action_next]")
    boss.wait("td[name=target_id]", "省份")
    boss.click("button[name=action_preview]")
    boss.wait("button[name=action_run].btn-primary", patience=240)
    boss.wait(".o_crm_import_preview td")
    boss.screenshot("import-preview")
    boss.click("button[name=action_run].btn-primary")
    boss.wait("button[name=action_undo]", patience=480)
    # one of the companies is in the file twice, in two spellings
    imported = len(rows) - 1
    assert (
        company.api("boss").call(
            "res.partner", "search_count", domain=[["is_crm_customer", "=", True]]
        )
        == imported
    )

    boss.open(f"{boss.home}/crm-customers")
    boss.wait(".o_data_row")
    boss.screenshot("customers-imported")
    boss.click("thead .o_list_record_selector input")
    boss.click(".o_select_domain")
    boss.click("button[name=action_open_release]")
    boss.wait(".modal .o_field_widget[name=pool_id]")
    boss.screenshot("release-wizard")
    _release(boss, "其他")
    # so many go in the background
    patience = time.monotonic() + 300
    while (
        pooled := company.api("sales1").call(
            "crm.pool.customer", "search_count", domain=[]
        )
    ) < imported and time.monotonic() < patience:
        time.sleep(1)
    assert pooled == imported
    assert boss.errors == []


def test_three_people_claim(company, client):
    """Three salespeople press Claim for the same five customers: one gets each.

    Covers: P02, P09, P10.
    """
    people = {login: client(login) for login in ("sales1", "sales2", "sales3")}
    for browser in people.values():
        browser.open(f"{browser.home}/customer-pool")
        browser.wait(".o_data_row")
        for row in range(1, 6):
            browser.click(f".o_data_row:nth-child({row}) .o_list_record_selector input")
    people["sales1"].screenshot("pool")

    def claim(browser):
        browser.click("button[name=action_claim_and_show]")
        browser.wait(
            ".o_notification, .modal .o_field_widget[name=summary], .o_error_dialog",
            patience=60,
        )

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(claim, people.values()))
    for login, browser in people.items():
        browser.screenshot(f"claim-{login}")
    moves = company.api("boss").call(
        "crm.owner.move",
        "search_read",
        domain=[["kind", "=", "claim"]],
        fields=["partner_id", "to_user_id"],
    )
    assert len(moves) == len({move["partner_id"][0] for move in moves}) == 5


@pytest.fixture(scope="module")
def oil(company):
    """中国石油, owned by sales1."""
    boss = company.api("boss")
    (oil,) = boss.call("res.partner", "search", domain=[["name", "=", OIL]])
    owner = boss.call("res.partner", "read", ids=[oil], fields=["user_id"])[0][
        "user_id"
    ]
    if not owner or owner[0] != company.users["sales1"]:
        boss.call(
            "res.partner", "write", ids=[oil], vals={"user_id": company.users["sales1"]}
        )
    return oil


def test_working_with_a_customer(company, client, oil):
    """Found by pinyin initials; follow-up logged on the 360° page; shared.

    Covers: B03, B07, B09, B14.
    """
    sales = client("sales1")
    sales.open(f"{sales.home}/crm-customers")
    sales.wait(".o_data_row")
    _search(sales, "zgsy")
    sales.wait_js("document.querySelectorAll('.o_data_row').length === 1")
    sales.wait(".o_data_row", OIL)
    sales.screenshot("search-pinyin")
    sales.click(".o_data_row .o_data_cell[name=name]")
    sales.wait(".o_crm_customer_form")
    sales.screenshot("customer-form")
    sales.click("button[name=action_open_overview]")
    sales.wait(".o_crm_overview_page .o_crm_log_content")
    sales.fill(
        ".o_crm_log_content", "与采购部沟通了明年的采购计划，对方要求下周提交方案。"
    )
    sales.js(
        "document.querySelector('.o_crm_log_content').dispatchEvent("
        "new Event('input', {bubbles: true}))"
    )
    sales.click(".o_crm_log_save:not([disabled])")
    sales.wait(".o_crm_entry_followup", "采购计划")
    sales.screenshot("customer-360")
    sales.click(".o_crm_share")
    sales.choose(".modal .o_field_widget[name=user_ids] input", "王芳")
    sales.click(".modal button[name=action_share]")
    sales.wait_gone(".modal")
    assert company.api("sales2").call("res.partner", "name_search", name="zgsy")
    assert sales.errors == []


def test_visit_with_the_phone(company, client, oil):
    """A visit is planned, checked in at the gate and finished, on a phone.

    Covers: B10, B26.
    """
    (visit,) = company.api("sales1").call(
        "crm.dictionary",
        "search",
        domain=[["kind", "=", "followup_method"], ["code", "=", "visit"]],
    )
    (plan,) = company.api("sales1").call(
        "crm.followup",
        "create",
        vals_list=[
            {
                "name": "上门拜访采购部",
                "partner_id": oil,
                "method_id": visit,
                "planned_at": "2030-01-15 02:00:00",
                "content": "现场演示样品，客户对交货周期比较关心，需要技术部门配合。",
            }
        ],
    )
    sales = client("sales1", phone=True)
    sales.stand_at(company.url, *GATE)
    sales.open(f"{sales.home}/crm-customers")
    sales.wait(".o_kanban_record, .o_data_row", OIL)
    sales.screenshot("phone-customers")
    sales.open(f"{sales.home}/followups/{plan}")
    sales.click(".o_crm_checkin_button")
    sales.wait(".o_crm_checkin .fa-map-marker.text-success")
    sales.screenshot("phone-checkin")
    record = company.api("sales1").call(
        "crm.followup",
        "read",
        ids=[plan],
        fields=["checkin_latitude", "checkin_longitude", "checkin_at"],
    )[0]
    assert (
        round(record["checkin_latitude"], 4),
        round(record["checkin_longitude"], 4),
    ) == GATE
    assert record["checkin_at"]
    sales.wait("button[name=action_done], .o_statusbar_buttons .dropdown-toggle")
    if not sales.texts("button[name=action_done]"):
        sales.click(".o_statusbar_buttons .dropdown-toggle")
    sales.click("button[name=action_done]")
    sales.wait_gone("button[name=action_done]")
    state = company.api("sales1").call(
        "crm.followup", "read", ids=[plan], fields=["state"]
    )
    assert state[0]["state"] == "done"
    sales.open(f"{sales.home}/crm-customers")
    sales.wait(".o_kanban_record, .o_data_row")
    sales.open(f"{company.url}/odoo/customer-pool")
    sales.wait(".o_kanban_record, .o_data_row")
    sales.screenshot("phone-pool")
    assert sales.errors == []


def test_release_transfer_ledger(company, client, oil):
    """One releases a customer with a reason, the manager transfers two, the boss reads
    the ledger.

    Covers: B03, P03, P09.
    """
    sales = client("sales1")
    api = company.api("sales1")
    spare = api.call("crm.pool.customer", "search", domain=[], limit=3, order="id desc")
    api.call("crm.pool.customer", "action_claim", ids=spare)
    sales.open(f"{sales.home}/crm-customers/{spare[0]}")
    sales.click("button[name=action_open_release]")
    _release(sales, "其他")
    assert api.call("res.partner", "search_count", domain=[["id", "=", spare[0]]]) == 0

    manager = client("manager")
    manager.open(f"{manager.home}/crm-customers")
    manager.wait(".o_data_row")
    for customer in api.call("res.partner", "read", ids=spare[1:], fields=["name"]):
        manager.tick(customer["name"])
    manager.click("button[name=action_open_transfer]")
    manager.choose(".modal .o_field_widget[name=user_id] input", "李娜")
    manager.fill(".modal .o_field_widget[name=reason] input", "按区域重新分工")
    manager.screenshot("transfer-wizard")
    manager.click(".modal button[name=action_transfer]")
    manager.wait_gone(".modal")

    boss = client("boss")
    boss.open(f"{boss.home}/ownership-ledger")
    boss.wait(".o_data_row", "按区域重新分工")
    boss.screenshot("ledger")
    moves = company.api("boss").call(
        "crm.owner.move",
        "search_count",
        domain=[["reason", "=", "按区域重新分工"], ["kind", "=", "transfer"]],
    )
    assert moves == 2
    assert boss.errors == [] and manager.errors == []
