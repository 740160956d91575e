"""The opportunities: what was won, what was lost, and what is being worked on."""

from types import SimpleNamespace

from odoo import Command, fields

from odoo.addons.crm_base.demo.plot import PRODUCTS, SITES, SUPERIORS

# days that the story of selling goes back: eighteen months
WINDOW = 545
SIZES = {"a": 1.0, "b": 0.6, "c": 0.35, "d": 0.2}
# what a customer of a stage (of the file) has open now: how likely, and how far it is
OPEN = {
    "quoted": (1.0, (2, 3)),
    "interested": (0.42, (1, 1, 1, 2)),
    "contacted": (0.24, (0, 0, 1)),
    "deal": (0.12, (1, 2)),
    "repeat": (0.35, (0, 1, 2)),
}
LOST = {
    "dormant": 1.0,
    "interested": 0.2,
    "contacted": 0.12,
    "quoted": 0.22,
    "deal": 0.25,
    "repeat": 0.3,
}
NEEDS = {
    "beam": "现有{site}仓位不够，托盘落地堆放，需{p}{q}，带承重检测报告。",
    "cold": "{site}扩建，-18℃环境，需{p}{q}，要求镀锌、抗低温。",
    "attic": "{site}层高没有用足，想加{p}{q}，人工拣选用。",
    "fork": "旧叉车维修费太高，换{p}{q}，两班倒，要快充。",
    "stack": "{site}通道窄，需{p}{q}，夜班也要能充满。",
    "agv": "{site}招工难，产线到仓库的搬运改用{p}{q}。",
    "shuttle": "{site}做密集存储，需{p}{q}，要与现有WMS对接。",
    "sort": "旺季日均两万单，人工分拣出错多，上{p}{q}。",
    "pda": "盘点靠纸单，账实不符，配{p}{q}，要能在冷库用。",
    "wms": "库存不准、找货慢，需要{p}，与ERP对接，年内上线。",
}
NOTES = [
    "",
    "已和仓储、采购一起开过需求会，预算在走流程。",
    "方案和报价已提交，客户内部比价中，等技术评分。",
    "价格基本谈定，商务条款还剩付款比例和质保。",
]
LOSSES = ["price", "rival", "gone", "late", "spec"]


class Deals:
    """Plans every opportunity from the first talk to what became of it."""

    def __init__(self, play):
        self.play = play
        self.env = play.env
        self.deals = []
        # superiors who have passed over a condition
        self.skipped = set()

    def tell(self, rows):
        """Plan them all.

        :param rows: of customers.tsv
        :return: list of deals; each gets its ``lead`` when it is played
        """
        for row in rows:
            chance = self.play.chance(row.id)
            row.limit = min(int(row.age), WINDOW)
            if row.moved:
                # before, the customer was somebody else's
                row.limit = min(row.limit, int(row.moved))
            self._tell_won(row, chance)
            likely, places = OPEN.get(row.stage, (0, (0,)))
            if chance.random() < likely:
                self._tell_open(row, chance, chance.choice(places))
            if chance.random() < LOST.get(row.stage, 0) and row.limit > 20:
                self._tell_lost(row, chance)
        return self.deals

    # ------------------------------------------------------------
    # PLANS
    # ------------------------------------------------------------

    def _tell_won(self, row, chance):
        if row.stage not in ("deal", "repeat"):
            return
        count = 1
        if row.stage == "repeat" and row.limit > 300:
            count = 3 if row.level == "a" and row.limit == WINDOW else 2
        for number in range(count):
            oldest = row.limit * (1 - number / count)
            newest = row.limit * (1 - (number + 1) / count)
            closed = chance.uniform(newest + 2, max(newest + 3, oldest - 30))
            cycle = min(chance.uniform(20, 75), oldest - closed)
            deal = self._deal(row, chance, f"won{number}")
            deal.is_won = True
            self._walk(deal, closed + cycle, closed, 3)

    def _tell_open(self, row, chance, place):
        deal = self._deal(row, chance, "open")
        oldest = min(row.limit, chance.randint(8, 30) + 18 * place)
        # what nobody has touched for long is stale
        newest = min(
            chance.randint(0, 12) + (25 if chance.random() < 0.2 else 0), oldest
        )
        self._walk(deal, oldest, newest, place)

    def _tell_lost(self, row, chance):
        deal = self._deal(row, chance, "lost")
        place = chance.choice((0, 0, 1, 1, 2, 3))
        closed = chance.uniform(3, row.limit - 15)
        cycle = min(chance.uniform(15, 80), row.limit - closed)
        deal.is_lost = True
        self._walk(deal, closed + cycle, closed, place)

    def _deal(self, row, chance, part):
        product, unit, least, most, *_prices = PRODUCTS[row.need]
        quantity = max(
            least // 2, 1, round(chance.uniform(least, most) * SIZES[row.level])
        )
        if quantity > 30:
            quantity = round(quantity, -1)
        site = "冷库" if row.need == "cold" else chance.choice(SITES)
        deal = SimpleNamespace(
            key=f"{row.id}_{part}",
            row=row,
            chance=chance,
            owner=row.owner,
            partner=self.play.ref(f"customer_{row.id}_demo"),
            need=row.need,
            quantity=quantity,
            discount=chance.choice((0, 0, 2, 3, 3, 5, 5, 8, 10, 14)),
            name=f"{row.mnemonic or row.name}{site if unit != '套' else ''}{product}",
            slots={"p": product, "q": f"{quantity}{unit}", "site": site},
            is_won=False,
            is_lost=False,
            # nobody has decided yet about the discount of its quotation
            is_waiting=False,
            lead=None,
            order=None,
            contract=None,
        )
        product = self.play.catalogue[row.need]
        deal.amount = round(
            quantity * product.list_price * chance.uniform(0.9, 1.08), -3
        )
        deal.has_contract = deal.amount >= 250000
        self.deals.append(deal)
        return deal

    def _walk(self, deal, oldest, newest, place):
        """Plan the steps of a deal, from so many days ago to so many days ago."""
        steps = place + 2 if deal.is_won or deal.is_lost else place + 1
        span = (oldest - newest) / max(steps - 1, 1)
        times = sorted(
            self.play.past(deal.chance, deal.owner, oldest - span * number)
            for number in range(steps)
        )
        deal.made_at, deal.due = times[0], times[-1]
        if not (deal.is_won or deal.is_lost):
            deal.due = fields.Datetime.add(
                self.play.now, days=deal.chance.randint(-6, 70)
            )
        self.play.at(times[0], self._begin, deal)
        for number, moment in enumerate(times[1 : place + 1], 1):
            self.play.at(moment, self._advance, deal, number)
        if deal.is_won:
            self.play.at(times[-1], self._close, deal)
        elif deal.is_lost:
            self.play.at(times[-1], self._lose, deal)

    # ------------------------------------------------------------
    # ACTS
    # ------------------------------------------------------------

    def _begin(self, deal):
        row, play = deal.row, self.play
        kind = "more" if row.stage == "repeat" else "new"
        if "tender" in row.tags.split():
            kind = "tender"
        deal.lead = play.by(deal.owner, self.env["crm.lead"]).create(
            {
                "name": deal.name,
                "type": "opportunity",
                "partner_id": deal.partner.id,
                "user_id": play.users[deal.owner].id,
                "stage_id": play.stages[0].id,
                # a first guess
                "expected_revenue": round(deal.amount * 0.9, -4),
                "date_deadline": deal.due.date(),
                "opportunity_type_id": play.value("opportunity_type", kind),
                "source_id": play.ref(f"source_{row.source}_demo").id,
                "found_on": fields.Date.context_today(deal.partner),
                "priority": {"a": "3", "b": "2", "c": "1"}.get(row.level, "0"),
                "is_key_project": "key_project" in row.tags.split(),
            }
        )

    def _advance(self, deal, number):
        play = self.play
        lead = play.by(deal.owner, deal.lead)
        if number == 3 and deal.is_waiting:
            return
        if number == 3 and deal.order.state != "sent":
            # the quotation is about to be approved
            if self._skip(deal):
                return
            later = play.after(deal.chance, deal.owner, play.clock.moment, 1)
            play.at(later, self._advance, deal, number)
            return
        values = {"stage_id": play.stages[number].id, "stage_note": NOTES[number]}
        if number == 1:
            values["need"] = NEEDS[deal.need].format(**deal.slots)
            values["expected_revenue"] = deal.amount
            values["date_deadline"] = deal.due.date()
        lead.write(values)
        if number == 2:
            play.offers.quote(deal)
        elif number == 3 and not deal.is_won:
            play.contracts.consider(deal)

    def _skip(self, deal):
        """Let each manager pass over a condition once; return whether this is it."""
        superior = SUPERIORS.get(deal.owner)
        if deal.is_lost or not superior or superior in self.skipped:
            return False
        self.skipped.add(superior)
        self.play.by(superior, deal.lead).action_move_stage(
            self.play.stages[3].id,
            reason="客户口头认可价格，折扣审批同步走，先谈条款",
        )
        return True

    def _close(self, deal):
        play = self.play
        if deal.lead.stage_id != play.stages[3]:
            later = play.after(deal.chance, deal.owner, play.clock.moment, 2)
            play.at(later, self._close, deal)
        elif deal.has_contract:
            play.contracts.make(deal, self._win)
        else:
            self._win(deal)

    def _win(self, deal):
        play = self.play
        # sudo: whoever does it finishes them
        tasks = deal.lead.sudo().stage_task_ids
        for task in tasks.filtered(lambda task: task.state in ("todo", "doing")):
            task = play.by(task.user_id, task)
            task.item_ids.write({"is_done": True})
            task.action_done()
        play.offers.confirm(deal)
        play.by(deal.owner, deal.lead).action_set_won()

    def _lose(self, deal):
        play, chance = self.play, deal.chance
        number = chance.choices(range(len(LOSSES)), (5, 5, 3, 1, 2))[0]
        lead = play.by(deal.owner, deal.lead)
        rival = (
            chance.choice(play.rivals) if LOSSES[number] in ("price", "rival") else None
        )
        if deal.order:
            play.by(deal.owner, deal.order)._action_cancel()
        values = {
            "lead_ids": [Command.set(lead.ids)],
            "lost_reason_id": play.reasons[number].id,
            "lost_competitor_id": rival.id if rival else False,
            "lost_price": round(deal.amount * 0.88, -3) if rival else 0,
        }
        play.by(deal.owner, self.env["crm.lead.lost"]).create(
            values
        ).action_lost_reason_apply()
