"""A shop with things to sell, for the tests of the counter and of returns."""

import uuid

from .common import SaleCase


class ShopCase(SaleCase):
    """The cast of the suite, and a shop where sam and sue sell."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.walk_in = cls.env["res.partner"].create({"name": "散客"})
        cls.shop = cls.env["crm.shop"].create(
            {
                "name": "王府井店",
                "partner_id": cls.walk_in.id,
                "user_ids": [(6, 0, (cls.sam | cls.sue | cls.manager).ids)],
            }
        )
        cls.cash = cls.env.ref("crm_sales.dictionary_shop_payment_method_cash")
        cls.wechat = cls.env.ref("crm_sales.dictionary_shop_payment_method_wechat")
        cls.wrench = cls._product("扳手", 30, barcode="6901234567892")
        cls.drill = cls._product("电钻", 399, default_code="CS-DZ-77")

    @classmethod
    def _product(cls, name, price, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "list_price": price,
                "type": "consu",
                "taxes_id": False,
                "invoice_policy": "order",
                **values,
            }
        )

    @classmethod
    def _line(cls, product, quantity=1, **values):
        return {"product_id": product.id, "quantity": quantity, **values}

    @classmethod
    def _cart(cls, *lines, paid=None, method=None, **values):
        """Return what the screen sends; paid in cash unless another way is said."""
        lines = lines or (cls._line(cls.wrench, 2),)
        payments = []
        if paid is not None:
            payments = [{"method_id": (method or cls.cash).id, "amount": paid}]
        return {"lines": list(lines), "payments": payments, **values}

    def _post(self, cart=None, user=None, key=None):
        """Post a sale as its cashier would; return the order for the test's user."""
        cart = cart or self._cart(paid=60)
        shop = self.shop.with_user(user or self.sam)
        result = shop.post_sale(key or uuid.uuid4().hex, cart)
        return self.env["sale.order"].browse(result["id"])

    def _reverse(self, order, user=None, reason="拿错了", key=None):
        """Reverse a sale; return the reversal for the test's user."""
        shop = self.shop.with_user(user or self.sam)
        result = shop.reverse_sale(key or uuid.uuid4().hex, order.id, reason)
        return self.env["sale.order"].browse(result["id"])
