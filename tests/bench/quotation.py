"""A quotation of 500 lines: opened, a line changed, saved, confirmed.

The peer is Odoo alone, with the same products, customers and earlier orders. The calls
are those of each side's own form, recorded and then repeated in turns. The suite's form
shows past prices and totals that can be typed as well; the suite compares each price
with the price list and its limit, and notes whose deal it was.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from generate import opened, peer
from kit.formclient import Call, recorded
from kit.loading import Pattern, analyze, connect
from kit.options import arguments, explained
from kit.site import Site
from kit.timing import Line, Report, alternate
from kit.webclient import user_context
from recycle import copied

from odoo import api, models
from odoo.fields import Command

# decision 0047
AT_MOST = {"opened": 2.0, "a quantity changed": 1.5, "saved": 2.0, "confirmed": 2.5}
PRODUCTS = 1_000
CUSTOMERS = 50
# of each customer, and lines of each
EARLIER, EARLIER_LINES = 10, 100
FIRST = 1_000_000
FORM = "sale.view_order_form"
TABLES = ("product_product", "product_template", "sale_order", "sale_order_line")
ROLES = {
    "suite": "crm_base.group_salesperson",
    "peer": "sales_team.group_sale_salesman_all_leads",
}


class Scene(NamedTuple):
    """A quotation, and who works on it.

    :ivar Site site: the database
    :ivar int user: the salesperson
    :ivar dict context: of the user's client
    :ivar list calls: what the form asks for, from opening to saving
    :ivar int order: the quotation
    """

    site: Site
    user: int
    context: dict
    calls: list[Call]
    order: int


@explained
def main(argv: Sequence[str]) -> int:
    """Work on the quotation, as a salesperson, on both sides in turns."""
    parser = arguments(__doc__)
    parser.add_argument("--lines", type=int, default=500, metavar="N")
    parser.add_argument("--repeat", type=int, default=10, metavar="N")
    options = parser.parse_args(argv)
    report = Report("quotation", options.lines, options.json)
    with (
        opened() as store,
        copied(store, os.environ["PGDATABASE"], "quotation") as first,
        copied(store, peer(store), "quotation") as second,
    ):
        sides = {
            side: _scene(database, ROLES[side], options.lines)
            for side, database in (("suite", first), ("peer", second))
        }
        for job, calls in _jobs(sides):
            timings = alternate(calls, options.repeat, warm_up=2)
            report.slower(
                f"{options.lines} lines: {job}",
                timings["suite"],
                timings["peer"],
                AT_MOST[job],
            )
        totals = [_total(scene) for scene in sides.values()]
        wrong = abs(totals[0] - totals[1])
        report.add(Line("totals differ by", wrong, 0, wrong, "= 0", not wrong, ""))
        for scene in sides.values():
            scene.site.close()
    return report.end()


def _jobs(sides: dict[str, Scene]) -> Iterator[tuple[str, dict[str, Callable]]]:
    """Give what is measured, and how either side does it."""
    for job, method in (
        ("opened", "web_read"),
        ("a quantity changed", "onchange"),
        ("saved", "web_save"),
    ):
        yield job, {side: _replay(scene, method) for side, scene in sides.items()}
    yield "confirmed", {side: _confirm(scene) for side, scene in sides.items()}


def _replay(scene: Scene, method: str) -> Callable[[], object]:
    """Return a function that makes the calls of one kind, each in a request."""
    calls = [call for call in scene.calls if call.method == method]
    return lambda: [scene.site.call(scene.user, scene.context, call) for call in calls]


def _confirm(scene: Scene) -> Callable[[], object]:
    """Return a function that confirms the quotation, up to where it is committed."""

    def confirm(env: api.Environment) -> None:
        env["sale.order"].browse(scene.order).action_confirm()
        env.cr.flush()

    return lambda: scene.site.call(scene.user, scene.context, confirm)


def _total(scene: Scene) -> float:
    """Return what the quotation costs once the changed line is saved."""

    def total(env: api.Environment) -> float:
        for call in scene.calls:
            call(env)
        return env["sale.order"].browse(scene.order).amount_total

    return scene.site.call(scene.user, scene.context, total)


def _scene(database: str, role: str, lines: int) -> Scene:
    """Make products, customers, earlier orders and the quotation."""
    site = Site(database)
    with site.registry.cursor() as cursor:
        env = site.superuser(cursor)
        user = env["res.users"].with_context(no_reset_password=True)
        user = user.create(
            {
                "name": "王小明",
                "login": "bench.seller",
                "lang": "zh_CN",
                "tz": "Asia/Shanghai",
                "group_ids": [Command.link(env.ref(role).id)],
            }
        )
        products = env["product.product"].create(
            [
                {"name": f"数控刀片{number}", "list_price": 10 + number / 7}
                for number in range(PRODUCTS)
            ]
        )
        customers = env["res.partner"].create(
            [_customer(env, user, number) for number in range(CUSTOMERS)]
        )
        patterns = _patterns(env, user, customers[0], products[0])
        if "crm.discount.limit" in env:
            # what is compared with it is a part of the work
            env["crm.discount.limit"].create({"role": "salesperson", "percent": 20})
        # asked for as the salesperson, who may not see everything
        env = env(user=user.id, context={**env.context, "lang": "zh_CN"})
        order = _quotation(env, customers[0].id, products.ids, lines)
        context = user_context(env)
        cursor.commit()
    _add_earlier(database, patterns, customers.ids, products.ids)
    calls = site.call(
        user.id,
        context,
        lambda env: recorded(
            env["sale.order"].browse(order), FORM, "order_line", _double_in_the_middle
        ),
    )
    return Scene(site, user.id, context, calls, order)


def _customer(env: api.Environment, user: models.BaseModel, number: int) -> dict:
    """Return the values of a customer, whom the suite knows as one of the user's."""
    values = {"name": f"上海华瑞机电设备有限公司{number}", "is_company": True}
    if "is_crm_customer" in env["res.partner"]._fields:
        values.update(is_crm_customer=True, user_id=user.id)
    return values


def _quotation(
    env: api.Environment, customer: int, products: list[int], lines: int
) -> int:
    """Return the id of a new quotation."""
    order = env["sale.order"].create(
        {
            "partner_id": customer,
            "order_line": [
                Command.create(
                    {
                        "product_id": products[place % len(products)],
                        "product_uom_qty": 1 + place % 9,
                    }
                )
                for place in range(lines)
            ],
        }
    )
    return order.id


def _double_in_the_middle(form) -> None:
    """Double the quantity of the line in the middle."""
    with form.order_line.edit(len(form.order_line) // 2) as line:
        line.product_uom_qty *= 2


def _patterns(
    env: api.Environment,
    user: models.BaseModel,
    customer: models.BaseModel,
    product: models.BaseModel,
) -> tuple[Pattern, Pattern]:
    """Return what the ORM stores for an order and its line."""
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "user_id": user.id,
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": 3})
            ],
        }
    )
    order.action_confirm()
    return Pattern(order), Pattern(order.order_line, omit=("id",))


def _add_earlier(
    database: str,
    patterns: tuple[Pattern, Pattern],
    customers: list[int],
    products: list[int],
) -> None:
    """Add what the customers have bought before, and what they paid."""
    random, now = Random(5), datetime.now()
    orders, lines = [], []
    for number in range(len(customers) * EARLIER):
        customer = customers[number % len(customers)]
        at = now - timedelta(hours=random.randrange(24 * 700))
        order = FIRST + number
        orders.append(
            {
                "id": order,
                "name": f"B{order}",
                "partner_id": customer,
                "partner_invoice_id": customer,
                "partner_shipping_id": customer,
                "date_order": at,
                "create_date": at,
            }
        )
        lines += (
            {
                "order_id": order,
                "order_partner_id": customer,
                "product_id": random.choice(products),
                "price_unit": random.randrange(10, 200),
            }
            for _line in range(EARLIER_LINES)
        )
    connection = connect(database)
    with connection:
        for pattern, rows in zip(patterns, (orders, lines), strict=True):
            pattern.copy(connection, [pattern.row(values) for values in rows])
    analyze(connection, TABLES)
    connection.close()
