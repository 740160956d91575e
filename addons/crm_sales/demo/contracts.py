"""Contracts: of large deals, and for the yearly service of what was sold."""

from odoo import Command, fields

from odoo.addons.crm_base.demo.plot import SUPERIORS

TERMS = "合同签订后七日内付30%，发货前付60%，质保金10%于验收满一年后付清。"
PHASES = [("预付款", 0.3, 7), ("发货款", 0.6, 40), ("质保金", 0.1, 395)]
AGREED = ["同意", "条款已核对，同意", "同意，付款节点盯紧", "法务意见已采纳，同意签署"]
# what becomes of contracts that are being negotiated, by who approves them first: of
# those begun in these days, and of older ones
FRESH = 15
NEW = {
    "manager1": ["review", "seen", "review", "draft"],
    "manager2": ["review", "seen", "draft"],
    "director": ["review", "draft"],
}
OLD = {
    "manager1": ["approved", "cancelled", "draft"],
    "manager2": ["approved", "draft"],
    "director": ["approved"],
}
# before, contracts were approved on paper
PAPER = 160
# yearly service: customer, began so many days ago, what became of it
SERVICES = [
    ("015", 345, "expiring"),
    ("060", 352, "renewing"),
    ("030", 470, "renewed"),
    ("002", 420, "renewed"),
    ("056", 300, "changed"),
    ("150", 210, "changed"),
    ("004", 260, ""),
    ("069", 180, ""),
    ("104", 330, "terminated"),
    ("167", 150, "terminated"),
    ("131", 95, ""),
    ("194", 60, ""),
]


class Contracts:
    """Writes contracts, takes them through their approval, and carries them out."""

    def __init__(self, play):
        self.play = play
        self.env = play.env
        self.fates = {
            is_new: {person: list(fates) for person, fates in table.items()}
            for is_new, table in ((True, NEW), (False, OLD))
        }

    # ------------------------------------------------------------
    # OF DEALS
    # ------------------------------------------------------------

    def consider(self, deal):
        """Begin the contract of a deal that is being negotiated, of some of them."""
        is_new = (self.play.now - self.play.clock.moment).days < FRESH
        fates = self.fates[is_new].get(SUPERIORS.get(deal.owner))
        if deal.amount >= 100000 and fates:
            # the second level is asked from two hundred thousand on
            what = fates.pop(0)
            self._write(deal)
            play, chance = self.play, deal.chance
            if what == "cancelled":
                later = self._later(deal.owner, chance, 3)
                play.at(later, self._cancel, deal)
            elif what != "draft":
                self._submit_later(deal.owner, chance, deal.contract, what)

    def _cancel(self, deal):
        contract = self.play.by(deal.owner, deal.contract)
        contract.action_cancel("客户要求改用其集团的合同模板，重新起草")

    def make(self, deal, then):
        """Write the contract of a deal, have it approved and signed.

        :param then: called with the deal when both sides have signed
        """
        self._write(deal)
        self._submit_later(deal.owner, deal.chance, deal.contract, "", then, deal)

    def _write(self, deal):
        play = self.play
        play.numbering(deal.owner, deal.order).action_make_contract()
        deal.contract = contract = play.by(deal.owner, deal.order).contract_id
        today = play.clock.moment.date()
        due = fields.Date.add(today, days=35)
        goods = contract.line_ids.filtered(lambda line: line.product_id.type == "consu")
        contract.write(
            {
                "type_id": self.env.ref("crm_sales.contract_type_sale").id,
                "date_start": today,
                "date_end": fields.Date.add(today, months=13),
                "sign_place": "上海市青浦区",
                "delivery_place": f"{deal.partner.city}{deal.partner.street or ''}",
                "payment_terms": TERMS,
                "collection_plan_ids": self._phases(contract.amount_total, today),
                "delivery_plan_ids": [
                    Command.create({"line_id": line.id, "date_due": due})
                    for line in goods
                ],
            }
        )

    @staticmethod
    def _phases(total, today):
        """Return commands of a payment plan that adds up to the cent."""
        rest, commands = total, []
        for name, share, days in PHASES:
            amount = rest if name == PHASES[-1][0] else round(total * share, -2)
            rest -= amount
            commands.append(
                Command.create(
                    {
                        "phase": name,
                        "amount": round(amount, 2),
                        "date_due": fields.Date.add(today, days=days),
                    }
                )
            )
        return commands

    # ------------------------------------------------------------
    # APPROVAL AND SIGNATURE
    # ------------------------------------------------------------

    def _later(self, owner, chance, days):
        return self.play.after(chance, owner, self.play.clock.moment, days)

    def _submit_later(self, owner, chance, contract, stop="", then=None, deal=None):
        """Plan the way of a contract.

        :param str stop: where it ends: under ``review``, ``seen`` by the first level,
            ``approved``, or in force
        """
        moment = self._later(owner, chance, 1)
        self.play.at(moment, self._submit, owner, chance, contract, stop, then, deal)

    def _submit(self, owner, chance, contract, *rest):
        play = self.play
        if (play.now - play.clock.moment).days > PAPER:
            self._approve_on_paper(owner, contract)
            play.at(
                self._later(owner, chance, 4),
                self._sign,
                owner,
                chance,
                contract,
                *rest[1:],
            )
            return
        play.by(owner, contract).action_submit("请审批，客户等着盖章。")
        if rest[0] != "review":
            self._decide_later(owner, chance, contract, *rest)

    def _approve_on_paper(self, owner, contract):
        """Enter a contract as one that was approved before the CRM was there."""
        now = self.play.clock.moment
        contract._crm_workflow().write(
            {
                "state": "approved",
                "submitted_by_id": self.play.users[owner].id,
                "submitted_at": now,
                "approved_at": now,
            }
        )

    def _decide_later(self, owner, chance, contract, *rest):
        moment = self._later(owner, chance, 1)
        self.play.at(moment, self._decide, owner, chance, contract, *rest)

    def _decide(self, owner, chance, contract, stop, then, deal):
        play = self.play
        # sudo: who is asked, before that person acts
        approval = contract.sudo().approval_id
        play.by(approval.waiting_user_ids[:1], approval).action_approve(
            chance.choice(AGREED)
        )
        if approval.state == "pending" and stop != "seen":
            self._decide_later(owner, chance, contract, stop, then, deal)
        elif not stop:
            moment = self._later(owner, chance, 2)
            play.at(moment, self._sign, owner, chance, contract, then, deal)

    def _sign(self, owner, chance, contract, then, deal):
        play = self.play
        play.by(owner, contract).action_sign()
        if contract.state == "signed" and not contract.origin_id:
            first = fields.Datetime.to_datetime(contract.date_start)
            play.at(first.replace(hour=1), self._start, owner, contract)
        if deal:
            play.at(
                self._later(owner, chance, 20), self._deliver, owner, chance, contract
            )
        if then:
            then(deal)

    def _deliver(self, owner, chance, contract):
        """Note a delivery; the contract of what is long over is completed."""
        play, is_whole = self.play, chance.random() < 0.6
        receiver = chance.choice(["仓库主管", "库管签收", "项目经理"])
        plans = play.by(owner, contract).delivery_plan_ids
        rows = []
        for plan in plans:
            rest = plan.quantity - plan.delivered_quantity
            quantity = rest if is_whole else round(rest / 2) or rest
            if rest > 0:
                rows.append(
                    {
                        "plan_id": plan.id,
                        "date": play.clock.moment.date(),
                        "quantity": quantity,
                        "receiver": receiver,
                    }
                )
        play.by(owner, self.env["crm.contract.delivery"]).create(rows)
        if not is_whole:
            play.at(
                self._later(owner, chance, 18), self._deliver, owner, chance, contract
            )
        else:
            play.at(self._later(owner, chance, 60), self._finish, owner, contract)

    def _finish(self, owner, contract):
        if contract.state in ("signed", "executing"):
            self.play.by(owner, contract).action_done("设备已验收，余款按期支付")

    # ------------------------------------------------------------
    # YEARLY SERVICE
    # ------------------------------------------------------------

    def tell(self, rows):
        """Plan the contracts of yearly service.

        :param rows: of customers.tsv
        """
        owners = {row.id: row.owner for row in rows}
        for number, days, what in SERVICES:
            owner, chance = owners[number], self.play.chance(f"service {number}")
            moment = self.play.past(chance, owner, days + 12)
            self.play.at(moment, self._serve, number, owner, chance, what)

    def _serve(self, number, owner, chance, what):
        play = self.play
        partner = play.ref(f"customer_{number}_demo")
        today = play.clock.moment.date()
        start = fields.Date.add(today, days=12)
        care = play.catalogue["care"]
        contract = play.numbering(owner, self.env["crm.contract"]).create(
            {
                "name": f"{partner.mnemonic or partner.name}设备年度维保",
                "type_id": self.env.ref("crm_sales.contract_type_service").id,
                "partner_id": partner.id,
                "date_start": start,
                "sign_place": "上海市青浦区",
                "payment_terms": "签订后十五日内一次付清。",
                "line_ids": [
                    Command.create(
                        {
                            "product_id": care.id,
                            "quantity": chance.randint(2, 8),
                            "tax_rate": 6,
                        }
                    )
                ],
            }
        )
        contract = play.by(owner, contract)
        self._submit_later(owner, chance, contract)
        end = fields.Datetime.to_datetime(contract.date_end).replace(hour=3)
        if what in ("renewing", "renewed"):
            moment = fields.Datetime.subtract(end, days=30)
            play.at(moment, self._renew, owner, chance, contract, what)
        if what == "renewed":
            play.at(fields.Datetime.add(end, days=1), self._finish, owner, contract)
        elif what == "changed":
            moment = self._later(owner, chance, 90)
            play.at(moment, self._change, owner, chance, contract)
        elif what == "terminated":
            play.at(self._later(owner, chance, 75), self._terminate, contract)

    def _start(self, owner, contract):
        if contract.state == "signed":
            self.play.by(owner, contract).action_start()

    def _renew(self, owner, chance, contract, what):
        self.play.numbering(owner, contract).action_renew()
        if what == "renewed":
            self._submit_later(owner, chance, contract.next_id)

    def _change(self, owner, chance, contract):
        play = self.play
        contract = play.by(owner, contract)
        contract.action_change("新增设备两台，纳入维保")
        change = contract.change_ids[:1]
        change.line_ids[0].quantity += 2
        self._submit_later(owner, chance, change)

    def _terminate(self, contract):
        superior = contract.user_id._crm_superiors()[:1]
        self.play.by(superior, contract).action_terminate("客户仓库搬迁，双方协商终止")
