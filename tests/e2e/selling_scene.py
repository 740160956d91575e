"""What is sold to whom, and by which rules, for the walk of one sale.

A company that has the people of ``conftest`` gets a customer with a log-in to the
portal, a product that was sold to it before, limits of discounts, conditions of stages,
two levels of approval and a shop.
"""

CUSTOMER = "恒信装饰工程有限公司"
RACK = "重型货架 2.5t"
DEAL = "恒信二期仓库货架"
BUYER = "buyer"

SET_UP = """
import json

def user(login):
    return env["res.users"].search([("login", "=", login)])

sales, manager, boss = user("sales1"), user("manager"), user("boss")
cny = env.ref("base.CNY")
cny.active = True
env.company.write({"currency_id": cny.id, "crm_portal_order": True})
env["ir.default"].set("res.partner", "lang", "zh_CN")
env["crm.shop"].search([]).active = False
customer = env["res.partner"].create(
    {
        "name": %(customer)r,
        "is_company": True,
        "is_crm_customer": True,
        "user_id": sales.id,
        "street": "中山东路18号",
        "city": "南京",
        "country_id": env.ref("base.cn").id,
    }
)
contact = env["res.partner"].create(
    {"name": "陆采薇", "function": "采购经理", "parent_id": customer.id}
)
env["res.users"].with_context(no_reset_password=True).create(
    {
        "name": contact.name,
        "login": %(buyer)r,
        "password": %(password)r,
        "partner_id": contact.id,
        "lang": "zh_CN",
        "tz": "Asia/Shanghai",
        "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
    }
)
rack = env["product.product"].create(
    {
        "name": %(rack)r,
        "default_code": "HJ-25",
        "barcode": "6901234567892",
        "type": "consu",
        "list_price": 1200,
        "taxes_id": False,
        "invoice_policy": "order",
    }
)
before = env["sale.order"].with_user(sales).create(
    {
        "partner_id": customer.id,
        "order_line": [
            (0, 0, {"product_id": rack.id, "product_uom_qty": 20, "discount": 4})
        ],
    }
)
before.action_confirm()
for role, percent in (("salesperson", 5), ("manager", 15)):
    env["crm.discount.limit"].create({"role": role, "percent": percent})

first, second, third = (
    env.ref(f"crm.stage_lead{number}") for number in (1, 2, 3)
)
need = env["ir.model.fields"]._get("crm.lead", "need")
second.write(
    {
        "skip_role": "manager",
        "gate_ids": [(0, 0, {"kind": "field", "field_ids": [(6, 0, need.ids)]})],
    }
)
third.write(
    {
        "skip_role": "manager",
        "gate_ids": [(0, 0, {"kind": "followup", "count": 1})],
    }
)
levels = [
    {"name": "直属上级", "approver": "superior", "sequence": 1},
    {
        "name": "总经理",
        "approver": "user",
        "user_ids": [(6, 0, boss.ids)],
        "sequence": 2,
    },
]
env["crm.approval.rule"].create(
    {
        "name": "合同审批",
        "model": "crm.contract",
        "level_ids": [(0, 0, level) for level in levels],
    }
).action_publish()
shop = env["crm.shop"].create(
    {
        "name": "中山路店",
        "partner_id": env["res.partner"].create({"name": "散客"}).id,
        "user_ids": [(6, 0, (sales | manager).ids)],
    }
)
env.cr.commit()
print("FURTHER " + json.dumps({
    "customer": customer.id,
    "rack": rack.id,
    "stages": [stage.id for stage in (first, second, third)],
    "names": [
        stage.with_context(lang="zh_CN").name for stage in (first, second, third)
    ],
}))
"""

# a week before the end of the contract
REMIND = """
from datetime import datetime, time, timedelta

contract = env["crm.contract"].browse(%(contract)s)
now = datetime.combine(contract.date_end - timedelta(days=7), time(12))
env["crm.reminder"]._crm_collect(now=now)
env["crm.reminder"]._crm_prepare(now=now)
env.cr.commit()
"""
