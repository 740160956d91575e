"""Quotations with their versions and discounts, the orders, and what was delivered."""

from odoo import Command, fields

from odoo.addons.crm_base.demo.plot import SUPERIORS

# what belongs to it: code, how many for so many of the main product
COMPANIONS = {
    "beam": [("install", 0.01), ("freight", 0.02), ("guard", 2)],
    "cold": [("install", 0.015), ("freight", 0.02)],
    "attic": [("install", 0.004), ("freight", 0.004)],
    "fork": [("care", 1)],
    "stack": [("care", 0.5)],
    "agv": [("install", 0.5), ("care", 0.5)],
    "shuttle": [("install", 0.5), ("care", 0.5)],
    "sort": [("install", 4), ("care", 2)],
    "pda": [("battery", 0.5), ("label", 1)],
    "wms": [("pda", 12), ("label", 20)],
}
AGREED = ["同意", "同意，注意回款节点", "客户关系重要，同意", "同意，下不为例"]
ASKED = [
    "客户同时在和两家比价，这个折扣能当场定下来。",
    "老客户第二批，承诺年内再下一单。",
    "竞争对手报价低一成，申请特价。",
]
# parts that customers order again without much talk
PARTS = [
    ("care", 1, 2),
    ("pallet", 60, 400),
    ("guard", 40, 200),
    ("box", 100, 600),
    ("battery", 10, 60),
    ("label", 20, 200),
    ("pda", 5, 25),
    ("beam", 20, 60),
]
REORDERS = 26
# days for which nobody decides about some discounts
FRESH = 12


class Offers:
    """What customers are quoted, and what they order."""

    def __init__(self, play):
        self.play = play
        self.env = play.env
        # quotations whose discount nobody has decided about yet
        self.waiting = {"manager1": 3, "manager2": 2, "director": 1}

    def _is_fresh(self):
        return (self.play.now - self.play.clock.moment).days < FRESH

    def quote(self, deal):
        """Write the quotation of a deal, and send it as soon as that is allowed."""
        goods = self.play.catalogue
        is_open = not (deal.is_won or deal.is_lost)
        superior = SUPERIORS.get(deal.owner)
        if is_open and self._is_fresh() and self.waiting.get(superior):
            self.waiting[superior] -= 1
            deal.is_waiting = True
            deal.discount = deal.chance.choice((8, 10, 15))
        lines = [(goods[deal.need], deal.quantity, deal.discount)]
        for code, share in COMPANIONS[deal.need]:
            lines.append((goods[code], max(round(deal.quantity * share), 1), 0))
        deal.order = self._order(deal.owner, deal.partner, lines, deal.lead)
        self._offer(deal)

    def _order(self, owner, partner, lines, lead=None):
        now = self.play.clock.moment
        return self.play.by(owner, self.env["sale.order"]).create(
            {
                "partner_id": partner.id,
                "opportunity_id": lead.id if lead else False,
                "user_id": self.play.users[owner].id,
                "date_order": now,
                "validity_date": fields.Date.add(now.date(), days=30),
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "discount": discount,
                        }
                    )
                    for product, quantity, discount in lines
                ],
            }
        )

    def _offer(self, deal):
        """Send a quotation; where the discount is above the limit, ask first."""
        play, chance = self.play, deal.chance
        order = play.by(deal.owner, deal.order)
        if not order._crm_too_much(order._crm_discount_giver()):
            order.action_quotation_sent()
            self._consider_version(deal)
            return
        order.action_submit_approval(chance.choice(ASKED))
        if not deal.is_waiting:
            play.at(self._tomorrow(deal), self._decide, deal)

    def _decide(self, deal):
        play = self.play
        # sudo: who is asked, before that person acts
        approval = deal.order.sudo().approval_id
        decider = approval.waiting_user_ids[:1]
        play.by(decider, approval).action_approve(deal.chance.choice(AGREED))
        if approval.state == "approved":
            play.by(deal.owner, deal.order).action_quotation_sent()
        else:
            play.at(self._tomorrow(deal), self._decide, deal)

    def _tomorrow(self, deal):
        play = self.play
        return play.after(deal.chance, deal.owner, play.clock.moment, 1)

    def _consider_version(self, deal):
        """Let some customers ask for another version, with a little off."""
        play = self.play
        if (
            deal.order.version < 2
            and deal.discount <= 3
            and deal.chance.random() < 0.22
        ):
            moment = play.after(
                deal.chance, deal.owner, play.clock.moment, deal.chance.randint(2, 6)
            )
            play.at(moment, self._new_version, deal)

    def _new_version(self, deal):
        order = self.play.by(deal.owner, deal.order)
        if order.state != "sent" or order.contract_id:
            return
        order.action_new_version()
        deal.order = order.next_version_id
        deal.order.write({"date_order": self.play.clock.moment})
        deal.order.order_line[0].discount += 2
        self._offer(deal)

    # ------------------------------------------------------------
    # ORDERS
    # ------------------------------------------------------------

    def confirm(self, deal):
        """Make an order of the last quotation of a deal, and plan its deliveries."""
        order = self.play.by(deal.owner, deal.order)
        order.action_confirm()
        self._plan_deliveries(deal.owner, deal.chance, order)

    def _plan_deliveries(self, owner, chance, order):
        play, moment = self.play, self.play.clock.moment
        first = play.after(chance, owner, moment, chance.randint(6, 25))
        if chance.random() < 0.6:
            play.at(first, self._deliver, owner, order, chance.uniform(0.3, 0.7))
            first = play.after(chance, owner, first, chance.randint(15, 60))
        if chance.random() < 0.96:
            play.at(first, self._deliver, owner, order, 1)

    def _deliver(self, owner, order, share):
        for line in self.play.by(owner, order).order_line:
            if share == 1:
                line.qty_delivered = line.product_uom_qty
            elif line.product_id.type == "consu":
                line.qty_delivered = round(line.product_uom_qty * share)

    def reorder(self, rows):
        """Plan orders that follow no opportunity: parts, and services.

        :param rows: of customers.tsv
        """
        play = self.play
        buyers = [
            row for row in rows if row.stage in ("deal", "repeat") and row.limit > 90
        ]
        for number in range(REORDERS):
            chance = play.chance(f"reorder {number}")
            row = chance.choice(buyers)
            days = min(number * 20 + chance.randint(2, 18), row.limit - 60)
            moment = play.past(chance, row.owner, days)
            play.at(moment, self._reorder, row, chance)

    def _reorder(self, row, chance):
        play = self.play
        partner = play.ref(f"customer_{row.id}_demo")
        lines = [
            (play.catalogue[code], round(chance.randint(least, most), -1) or least, 0)
            for code, least, most in chance.sample(PARTS, chance.randint(1, 3))
        ]
        order = self._order(row.owner, partner, lines)
        order.action_confirm()
        self._plan_deliveries(row.owner, chance, order)
