"""What is sold over the counter of the show-room."""

# so many sales over so many days
SALES, DAYS = 18, 30
GOODS = [
    ("pallet", 1, 20),
    ("box", 2, 40),
    ("guard", 4, 30),
    ("label", 1, 10),
    ("battery", 1, 6),
    ("pda", 1, 3),
]
MEANS = ["cash", "wechat", "wechat", "alipay", "card", "transfer"]
# from this one on, the next of the salesperson is taken back
REVERSED = 11


class Counter:
    """Opens the shop, and sells there as its cashiers."""

    def __init__(self, play):
        self.play = play
        self.env = play.env
        self.is_reversed = False

    def tell(self):
        """Open it, and plan its sales."""
        play = self.play
        users = play.users["sales3"] | play.users["assistant"] | play.users["manager1"]
        self.shop = self.env["crm.shop"].create(
            {
                "name": "青浦展厅门市",
                "team_id": play.ref("team_east_demo").id,
                "user_ids": users.ids,
                "allow_on_account": True,
                "receipt_header": "云衡智储 青浦展厅\n华徐公路888号 021-55550088",
                "receipt_footer": "七日内凭小票包换，配件耗材拆封不退。",
            }
        )
        for number in range(SALES):
            chance = play.chance(f"shop {number}")
            person = chance.choice(("sales3", "sales3", "assistant"))
            days = DAYS - round(DAYS * number / SALES)
            play.at(play.past(chance, person, days), self._sell, number, chance, person)

    def _sell(self, number, chance, person):
        play = self.play
        shop = play.by(person, self.shop)
        sale = {
            "partner_id": 0,
            "lines": [
                {
                    "product_id": play.catalogue[code].id,
                    "quantity": chance.randint(least, most),
                }
                for code, least, most in chance.sample(GOODS, chance.randint(1, 3))
            ],
        }
        total = shop.compute_sale(sale)["amount_total"]
        code = chance.choice(MEANS)
        # nobody carries coins
        paid = -(-total // 100) * 100 if code == "cash" else total
        method = play.value("shop_payment_method", code)
        sale["payments"] = [{"method_id": method, "amount": paid}]
        result = shop.post_sale(f"demo-{number}", sale)
        if number >= REVERSED and person == "sales3" and not self.is_reversed:
            self.is_reversed = True
            play.by("manager1", self.shop).reverse_sale(
                "demo-reversal", result["id"], "型号拿错，当场退换"
            )
