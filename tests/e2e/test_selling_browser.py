"""One sale from the first talk to the return, in the real web client, in Chinese.

One story in steps, each by whoever does it, with the phone where people use one: each
step leaves what the next one works with.
"""

import json
from datetime import date, timedelta

import pytest

from .conftest import PASSWORD
from .selling_scene import BUYER, CUSTOMER, DEAL, RACK, REMIND, SET_UP

SIGN = "登记签订"


@pytest.fixture(scope="module")
def further_set_up():
    """What is sold to whom, and by which rules."""
    return SET_UP % {
        "customer": CUSTOMER,
        "buyer": BUYER,
        "password": PASSWORD,
        "rack": RACK,
    }


@pytest.fixture(scope="module")
def sale(company):
    """What the sale is about, and what the steps leave for each other (dict)."""
    return dict(company.further)


def _press(browser, name, text=None):
    """Press a button of a form, also where a narrow page keeps it in a menu.

    One that opens a window is named by a number: without a name, the first is pressed.
    """
    named = f"[name={name}]" if name else ".btn-primary"
    selector = f".o_statusbar_buttons button{named}, .o-dropdown-item {named}"
    menu = (
        ".o_statusbar_buttons button.dropdown-toggle, .o_statusbar_buttons .o-dropdown"
    )
    browser.wait(f"{selector}, {menu}")
    if not browser.texts(selector):
        browser.click(menu)
    browser.click(selector, text)


def _write(browser, field, value):
    """Type into a field, of one line or of several."""
    browser.fill(f"{field} input, {field} textarea", value)


def _save(browser):
    browser.click(".o_form_button_save")
    browser.wait_js(
        "!!document.querySelector('.o_form_status_indicator_buttons.invisible')",
        what="the end of saving",
    )


def _read(company, login, model, id_, *names):
    return company.api(login).call(model, "read", ids=[id_], fields=list(names))[0]


def _newest(company, login, model, domain):
    found = company.api(login).call(
        model, "search", domain=domain, order="id desc", limit=1
    )
    return found[0]


def _page(browser, name):
    browser.click(f".o_notebook .nav-link[name={name}]")


def _review(browser):
    """Open the inbox of approvals, with something of the customer in it."""
    browser.open(f"{browser.home}/crm-approvals")
    browser.wait(".o_kanban_record", CUSTOMER)


def _ask_for(browser, stage):
    """Open the wizard of stages, which proposes the next one."""
    _press(browser, "action_open_stage_change")
    browser.wait_js(
        "document.querySelector('.modal .o_field_widget[name=stage_id] input')"
        f"?.value === {json.dumps(stage)}",
        what=stage,
    )


def test_stages(company, client, sale):
    """A stage refuses what is not ready, and a manager passes over it with a reason.

    Covers: S01, S02, S03.
    """
    sales = client("sales1")
    sales.open(f"{sales.home}/my-opportunities/new")
    sales.fill(
        ".o_field_widget[name=name] textarea, .o_field_widget[name=name] input", DEAL
    )
    sales.fill(".o_field_widget[name=partner_id] input", CUSTOMER)
    sales.pick(".o-autocomplete--dropdown-item a", CUSTOMER)
    sales.fill(".o_field_widget[name=expected_revenue] input", "240000")
    _save(sales)
    deal = _newest(company, "sales1", "crm.lead", [["name", "=", DEAL]])
    sale["deal"] = deal
    sales.screenshot("opportunity-form")

    _ask_for(sales, sale["names"][1])
    sales.wait(".modal .alert-warning", "客户需求")
    sales.screenshot("stage-refused")
    assert not sales.texts(".modal button[name=action_confirm]")
    sales.click(".modal footer button.btn-secondary")
    sales.wait_gone(".modal")
    _page(sales, "opportunity")
    sales.fill(
        ".o_field_widget[name=need] textarea", "二期仓库，货架二百组，旺季前投用"
    )
    _save(sales)
    _ask_for(sales, sale["names"][1])
    sales.click(".modal button[name=action_confirm]")
    sales.wait_gone(".modal")

    manager = client("manager", phone=True)
    manager.open(f"{manager.home}/opportunities/{deal}")
    _ask_for(manager, sale["names"][2])
    manager.wait(".modal .alert-warning")
    _write(manager, ".modal [name=reason]", "老客户，已当面谈妥")
    manager.screenshot("phone-stage-skip")
    manager.click(".modal button[name=action_confirm]")
    manager.wait_gone(".modal")
    sales.open(f"{sales.home}/opportunities/{deal}")
    _page(sales, "stage_moves")
    sales.wait(".o_field_widget[name=stage_move_ids] td", "老客户，已当面谈妥")
    sales.screenshot("opportunity-history")
    moves = company.api("sales1").call(
        "crm.stage.move",
        "search_read",
        domain=[["lead_id", "=", deal]],
        fields=["kind", "is_skip"],
        order="id",
    )
    assert [move["is_skip"] for move in moves] == [False, False, True]
    assert sales.errors == manager.errors == []


def test_quotation(company, client, sale):
    """The price of last time beside the line; a discount approved on the phone.

    Covers: S11.
    """
    sales = client("sales1")
    sales.open(f"{sales.home}/opportunities/{sale['deal']}")
    _press(sales, "action_sale_quotations_new")
    sales.wait(".o_field_widget[name=order_line]")
    sales.click(".o_field_widget[name=order_line] .o_field_x2many_list_row_add a")
    sales.choose(
        ".o_selected_row [name=product_template_id] input,"
        ".o_selected_row [name=product_id] input",
        "HJ-25",
        RACK,
    )
    sales.wait(".o_crm_past_prices")
    sales.fill(".o_selected_row [name=product_uom_qty] input", "200")
    sales.fill(".o_selected_row [name=discount] input", "12")
    _save(sales)
    sales.wait(".alert-warning")
    sales.click(".o_crm_past_prices")
    sales.wait(".o_crm_past_prices_popover td", "1,152.00")
    sales.screenshot("quotation-past-price")
    sales.press("Escape")
    order = _newest(
        company,
        "sales1",
        "sale.order",
        [["opportunity_id", "=", sale["deal"]]],
    )
    sale["order"] = order
    _press(sales, "action_submit_approval")
    sales.wait(".alert-info", "钱经理")

    manager = client("manager", phone=True)
    _review(manager)
    manager.screenshot("phone-approvals-discount")
    manager.click(".o_kanban_record button[name=action_approve]")
    manager.wait_gone(".o_kanban_record", CUSTOMER)
    state = _read(company, "sales1", "sale.order", order, "approval_state")
    assert state["approval_state"] == "approved"
    assert sales.errors == manager.errors == []


def test_contract(company, client, sale):
    """From the quotation and a template; rejected, mended, approved by two, signed.

    Covers: S12, S13.
    """
    sales = client("sales1")
    sales.open(f"{sales.home}/orders/{sale['order']}")
    _press(sales, "action_make_contract")
    sales.wait(".o_field_widget[name=amount_in_words]", "人民币贰拾壹万壹仟贰佰元整")
    start, end = date.today(), date.today() + timedelta(days=29)
    sales.fill(".o_field_widget[name=date_start] input", str(start))
    sales.press("Tab")
    sales.fill(".o_field_widget[name=date_end] input", str(end))
    sales.press("Tab")
    _press(sales, "action_submit")
    sales.wait(".modal", "请选择合同类型")
    sales.click(".modal footer button")
    sales.wait_gone(".modal")
    sales.choose(".o_field_widget[name=type_id] input", "销售", "销售合同")
    _page(sales, "clauses")
    sales.wait_js(
        "!!document.querySelector('.o_field_widget[name=template_id] input')?.value",
        what="the template of the type",
    )
    _save(sales)
    contract = _newest(
        company, "sales1", "crm.contract", [["partner_id", "=", sale["customer"]]]
    )
    sale["contract"] = contract
    _press(sales, "action_submit")
    sales.wait(".alert-info", "钱经理")

    manager = client("manager", phone=True)
    _review(manager)
    manager.screenshot("phone-approvals-contract")
    manager.click(".o_kanban_record button[name=action_ask_reject]")
    _write(manager, ".modal [name=note]", "付款方式要写清楚")
    manager.click(".modal button[name=action_apply]")
    manager.wait_gone(".modal")
    rejected = _read(company, "sales1", "crm.contract", contract, "state")
    assert rejected["state"] == "draft"

    sales.open(f"{sales.home}/contracts/{contract}")
    _page(sales, "clauses")
    _write(sales, "[name=payment_terms]", "签订后七日内付30%，余款验收后付清。")
    _save(sales)
    _press(sales, "action_submit")
    sales.wait(".alert-info", "钱经理")
    # a browser that has not seen it: the first one shows what it knows for a moment
    again = client("manager", phone=True)
    _review(again)
    again.click(".o_kanban_record button[name=action_approve]")
    again.wait_gone(".o_kanban_record", CUSTOMER)
    boss = client("boss")
    boss.open(f"{boss.home}/contracts/{contract}")
    _press(boss, "action_approval_approve")
    boss.wait_gone("button[name=action_approval_approve]")

    sales.open(f"{sales.home}/contracts/{contract}")
    _press(sales, "action_open_step", SIGN)
    sales.click(".modal button[name=action_confirm]")
    sales.wait_gone(".modal")
    sales.screenshot("contract-signed")
    signed = _read(company, "sales1", "crm.contract", contract, "state")
    assert signed["state"] == "executing"
    assert sales.errors == manager.errors == again.errors == boss.errors == []


def test_change(company, client, sale, lab):
    """A change is reviewed for itself; signed, it holds. The end is announced.

    Covers: S13, S24.
    """
    sales = client("sales1")
    sales.open(f"{sales.home}/contracts/{sale['contract']}")
    _press(sales, "action_open_step", "变更")
    _write(sales, ".modal [name=reason]", "客户加订十组")
    sales.click(".modal button[name=action_confirm]")
    sales.wait(".alert-info", "变更")
    _page(sales, "lines")
    sales.click(".o_field_widget[name=line_ids] .o_data_row td[name=quantity]")
    sales.fill(".o_selected_row [name=quantity] input", "210")
    _save(sales)
    _page(sales, "changes")
    sales.wait(".o_field_widget[name=changes_html]", "210")
    sales.screenshot("contract-change")
    _press(sales, "action_submit")
    sales.wait(".alert-info", "钱经理")
    for login in ("manager", "boss"):
        approver = client(login, phone=True)
        _review(approver)
        approver.screenshot(f"phone-approvals-change-{login}")
        approver.click(".o_kanban_record button[name=action_approve]")
        approver.wait_gone(".o_kanban_record", CUSTOMER)
        assert approver.errors == []
    change = _newest(
        company, "sales1", "crm.contract", [["origin_id", "=", sale["contract"]]]
    )
    sales.open(f"{sales.home}/contracts/{change}")
    _press(sales, "action_open_step", SIGN)
    sales.click(".modal button[name=action_confirm]")
    sales.wait_gone(".modal")
    now = _read(
        company, "sales1", "crm.contract", sale["contract"], "version", "amount_total"
    )
    assert (now["version"], now["amount_total"]) == (2, 221760.0)

    lab.shell(company.database, REMIND % sale)
    told = company.api("sales1").call(
        "crm.reminder",
        "search_read",
        domain=[["res_model", "=", "crm.contract"], ["res_id", "=", sale["contract"]]],
        fields=["user_id"],
    )
    assert [one["user_id"][0] for one in told] == [company.users["sales1"]]
    sales.open(f"{sales.home}/contracts-ending")
    sales.wait(".o_data_row, .o_kanban_record", CUSTOMER)
    sales.screenshot("contracts-ending")
    assert sales.errors == []


def test_order(company, client, sale):
    """The quotation becomes the order, and says how much of it is delivered.

    Covers: S15.
    """
    sales = client("sales1")
    sales.open(f"{sales.home}/orders/{sale['order']}")
    _press(sales, "action_confirm")
    sales.wait(".o_field_widget[name=crm_delivery_state]", "未交付")
    sales.click(".o_field_widget[name=order_line] td[name=qty_delivered]")
    sales.fill(".o_selected_row [name=qty_delivered] input", "120")
    _save(sales)
    sales.wait(".o_field_widget[name=crm_delivery_state]", "部分")
    sales.wait(".o_field_widget[name=order_line] td[name=qty_undelivered]", "80")
    sales.screenshot("order-delivered")
    assert sales.errors == []


@pytest.fixture(scope="module")
def buyer(company, client):
    """The customer, on a phone, in the portal."""
    browser = client(None, phone=True)
    browser.open(f"{company.url}/web/login")
    browser.fill("input[name=login]", BUYER)
    browser.fill("input[name=password]", PASSWORD)
    browser.js("document.querySelector('form.oe_login_form').submit()")
    browser.wait(".o_portal_my_home")
    return browser


def test_customer_orders(company, client, sale, buyer):
    """The customer sees prices and orders on the phone; the order is accepted.

    Covers: S17.
    """
    buyer.open(f"{company.url}/my/prices")
    buyer.wait(".o_crm_portal_prices td", RACK)
    buyer.screenshot("phone-portal-prices")
    buyer.fill(f"input[name=product_{sale['rack']}]", "5")
    buyer.click("form[method=post] button.btn-primary")
    buyer.wait("button[name=order]")
    buyer.screenshot("phone-portal-basket")
    buyer.click("button[name=order]")
    buyer.wait_js("location.pathname.includes('/my/orders/')")
    buyer.screenshot("phone-portal-order")
    order = _newest(
        company, "sales1", "sale.order", [["crm_portal_state", "=", "requested"]]
    )
    sales = client("sales1")
    sales.open(f"{sales.home}/orders/{order}")
    _press(sales, "action_accept_portal_order")
    sales.wait_gone("button[name=action_accept_portal_order]")
    _press(sales, "action_confirm")
    sales.wait(".o_field_widget[name=crm_delivery_state]")
    buyer.open(f"{company.url}/my/orders")
    buyer.wait("td", _read(company, "sales1", "sale.order", order, "name")["name"])
    buyer.screenshot("phone-portal-orders")
    assert buyer.errors == sales.errors == []


def test_return(company, client, sale, buyer):
    """The customer asks to return goods; the manager agrees, the goods come back.

    Covers: S18.
    """
    buyer.open(f"{company.url}/my/orders/{sale['order']}/return")
    buyer.fill("form[method=post] input[type=number]", "2")
    buyer.js("document.querySelector('form[method=post] select').selectedIndex = 1")
    buyer.fill("form[method=post] textarea", "两组立柱运输中变形")
    buyer.screenshot("phone-portal-return")
    buyer.click("form[method=post] button.btn-primary")
    buyer.wait_js("location.pathname.endsWith('/my/returns')")
    buyer.screenshot("phone-portal-returns")
    return_ = _newest(company, "manager", "crm.return", [])
    manager = client("manager", phone=True)
    manager.open(f"{manager.home}/crm-returns/{return_}")
    manager.wait(".o_form_view")
    manager.screenshot("phone-return")
    _press(manager, None, "审批")
    manager.wait(".modal [name=decision] input:checked")
    _write(manager, ".modal [name=note]", "同意，请拍照留存")
    manager.click(".modal button[name=action_confirm]")
    manager.wait_gone(".modal")
    sales = client("sales1")
    sales.open(f"{sales.home}/crm-returns/{return_}")
    _press(sales, "action_receive")
    sales.wait_gone("button[name=action_receive]")
    sales.screenshot("return-received")
    assert _read(company, "sales1", "crm.return", return_, "state")["state"] == (
        "received"
    )
    assert buyer.errors == manager.errors == sales.errors == []


def test_counter(company, client, sale):
    """A sale over the counter from the phone, paid, posted, and taken back.

    Covers: S16.
    """
    cashier = client("sales1", phone=True)
    cashier.open(f"{cashier.home}/shop-counter")
    cashier.fill("input[name=term]", "6901234567892")
    cashier.press("Enter")
    cashier.wait(".o_crm_shop_line", RACK)
    cashier.click("button[name=pay]")
    cashier.wait("button[name=post]:not([disabled])")
    cashier.screenshot("phone-counter-pay")
    cashier.click("button[name=post]")
    cashier.wait("[name=done]")
    cashier.click("button[name=next]")
    cashier.click("button[name=day]")
    cashier.wait("[name=sale]")
    cashier.click("button[name=reverse]")
    cashier.fill(".o_crm_shop_reverse input, .o_crm_shop_reverse textarea", "拿错了")
    cashier.screenshot("phone-counter-day")
    cashier.click(".o_crm_shop_reverse button[name=confirm]")
    cashier.wait_js("document.querySelectorAll('[name=sale]').length === 2")
    posted = company.api("sales1").call(
        "sale.order",
        "search_read",
        domain=[["shop_id", "!=", False]],
        fields=["amount_total"],
    )
    assert sorted(row["amount_total"] for row in posted) == [-1200.0, 1200.0]
    assert cashier.errors == []
