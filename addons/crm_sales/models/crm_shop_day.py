from datetime import UTC, timedelta

from odoo import fields, models
from odoo.exceptions import UserError

SALES = 50


class CrmShop(models.Model):
    """What a day brought, for the drawer and for whoever counts it."""

    _inherit = "crm.shop"

    def compute_day(self, day: str = "") -> dict:
        """Return the sales of one day in this shop, as far as you see them.

        :param str day: ``YYYY-MM-DD`` in your time zone, by default today
        :return: dict: ``day``, ``cashiers`` (per person: ``name``, ``sales``,
            ``reversals``, ``amount``, ``methods``: amounts by means of payment,
            ``due``), ``methods`` (their names), ``sales`` (the last 50)
        :raise UserError: when the day is no date
        :raise AccessError: when you do not sell in this shop
        """
        shop = self._crm_opened()
        day = shop._crm_read_day(day)
        start, end = shop._crm_day_bounds(day)
        orders = self.env["sale.order"]
        domain = [
            ("is_shop_sale", "=", True),
            ("shop_id", "=", shop.id),
            ("date_order", ">=", start),
            ("date_order", "<", end),
        ]
        cashiers = {}
        for user, count, amount in orders._read_group(
            domain, ["user_id"], ["__count", "amount_total:sum"]
        ):
            cashiers[user.id] = {
                "id": user.id,
                "name": user.name,
                "sales": count,
                "reversals": 0,
                "amount": amount,
                "methods": {},
                "due": amount,
            }
        for user, count in orders._read_group(
            [*domain, ("shop_reversed_id", "!=", False)], ["user_id"], ["__count"]
        ):
            cashiers[user.id]["reversals"] = count
            cashiers[user.id]["sales"] -= count
        names = {}
        for user, method, amount in self.env["crm.shop.payment"]._read_group(
            [("order_id", "any", domain)],
            ["order_id.user_id", "method_id"],
            ["amount:sum"],
        ):
            names[method.id] = method.name
            cashiers[user.id]["methods"][str(method.id)] = amount
            cashiers[user.id]["due"] -= amount
        last = orders.search(domain, order="date_order desc, id desc", limit=SALES)
        return {
            "day": fields.Date.to_string(day),
            "cashiers": list(cashiers.values()),
            "methods": [{"id": id_, "name": name} for id_, name in names.items()],
            "sales": [shop._crm_sale_row(order) for order in last],
        }

    def _crm_read_day(self, day):
        if not day:
            return fields.Date.context_today(self)
        try:
            return fields.Date.to_date(day)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("A day is written as 2026-01-31.")) from error

    def _crm_day_bounds(self, day):
        """Return when a day begins and ends for the user (two datetimes, UTC)."""
        zone = self.env.tz
        edges = (day, day + timedelta(days=1))
        midnights = (fields.Datetime.to_datetime(edge) for edge in edges)
        return tuple(
            zone.localize(midnight).astimezone(UTC).replace(tzinfo=None)
            for midnight in midnights
        )

    def _crm_sale_row(self, order):
        return {
            "id": order.id,
            "name": order.name,
            "time": fields.Datetime.to_string(order.date_order),
            "customer": order.partner_id.display_name,
            "cashier": order.user_id.name,
            "amount": order.amount_total,
            "is_reversal": bool(order.shop_reversed_id),
            "is_reversed": bool(order.shop_reversal_ids),
        }
