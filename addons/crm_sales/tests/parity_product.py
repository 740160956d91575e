"""Products and prices for the parity test."""

from odoo.addons.crm_base.tests.expected import Expected


def limits(case, oracle, customer):
    """Limits are known to whom they bind and set up by directors."""
    if customer:
        return []
    category = case.env["product.category"].create({"name": "机床"})
    other = case.env["product.category"].create({"name": "刀具"})

    def sets_up(user):
        return oracle.is_boss(user) or oracle.has(user, "director")

    limit = case.env["crm.discount.limit"].create(
        {"role": "manager", "category_id": category.id, "percent": 10}
    )
    return [
        Expected(
            limit,
            read=oracle.is_seller,
            write=sets_up,
            unlink=sets_up,
            values={"role": "manager", "category_id": other.id, "percent": 10},
            create=sets_up,
        )
    ]


def _maintains(oracle):
    return lambda user: oracle.is_boss(user) or oracle.has(user, "director")


def questions(case, oracle, customer):
    """What is asked of a product is read by every colleague."""
    if customer:
        return []
    product = case.env["product.template"].create({"name": "机床"})
    values = {"product_tmpl_id": product.id, "question": "保修？", "answer": "两年"}
    maintains = _maintains(oracle)
    return [
        Expected(
            case.env["crm.product.faq"].create(values),
            read=lambda user: not user.share,
            write=maintains,
            unlink=maintains,
            values=values,
            create=maintains,
        )
    ]


def _own_list(case, customer):
    pricelists = case.env["product.pricelist"]
    # a customer has one
    known = pricelists.search([("customer_id", "=", customer.id)])
    return known or pricelists.create(
        {
            "name": "专属价",
            "customer_id": customer.id,
            "item_ids": [(0, 0, {"compute_price": "fixed", "fixed_price": 1})],
        }
    )


def _priced(oracle, customer):
    """Return who reads and who changes the price list of a customer."""

    def sees(user):
        return not user.share and oracle.sees_customer(user, customer)

    maintains = _maintains(oracle)
    return sees, lambda user: maintains(user) and sees(user)


def pricelists(case, oracle, customer):
    """The list of one customer is seen with it."""
    if not customer:
        return []
    sees, changes = _priced(oracle, customer)
    return [
        Expected(_own_list(case, customer), read=sees, write=changes, unlink=changes)
    ]


def price_rules(case, oracle, customer):
    """So are the rules in it."""
    if not customer:
        return []
    sees, changes = _priced(oracle, customer)
    item = _own_list(case, customer).item_ids
    return [Expected(item, read=sees, write=changes, unlink=changes)]


FACTORIES = {
    "crm.discount.limit": limits,
    "crm.product.faq": questions,
    "product.pricelist": pricelists,
    "product.pricelist.item": price_rules,
}
