"""The cast of selling, with a small catalogue."""

from .common import SaleCase


class ProductCase(SaleCase):
    """Machines ── Lathes (a lathe of 100,000, costs 60,000); Tools (a drill of 100)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        categories = cls.env["product.category"]
        cls.machines = categories.create({"name": "机床"})
        cls.lathes = categories.create({"name": "车床", "parent_id": cls.machines.id})
        cls.tools = categories.create({"name": "刀具"})
        cls.lathe = cls._product(
            "数控车床", cls.lathes, 100000, standard_price=60000, default_code="CK6140"
        )
        cls.drill = cls._product("麻花钻", cls.tools, 100, barcode="6901234567892")

    @classmethod
    def _product(cls, name, category, price, **values):
        """Create a product that is on sale; return the product.product."""
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "categ_id": category.id,
                "list_price": price,
                **values,
            }
        )

    @classmethod
    def _limit(cls, role, percent, category=None, **values):
        """Say how much discount a role gives; return the limit."""
        return cls.env["crm.discount.limit"].create(
            {
                "role": role,
                "percent": percent,
                "category_id": category.id if category else False,
                **values,
            }
        )
