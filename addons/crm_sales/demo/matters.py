"""What deals are about: needs, solutions, competitors, evaluations, and follow-ups."""

from odoo import fields

NEEDS = [
    ("capacity", "2", "仓位增加三成以上"),
    ("delivery", "2", "旺季前交付并验收"),
    ("price", "1", "总价控制在预算内，分三期付款"),
    ("function", "1", "与现有系统对接，账实一致"),
    ("service", "0", "停机四小时内到场"),
    ("compliance", "1", "提供承重检测报告和消防意见"),
]
TALKS = [
    "和采购对了清单，{p}数量{q}，补了承重和交期的说明。",
    "对方仓储经理带看了{site}，净高和柱距都量了，方案按两期做。",
    "总经理问了同行案例和付款方式，答应出差回来给答复。",
    "对方说另一家价格低，我讲了质保和安装队，约下周再谈。",
    "技术答疑，{p}的参数逐条确认，客户内部走评分。",
]
PLANS = ["确认报价意见", "约总经理面谈", "带客户看样板仓", "催技术评分结果"]
RISKS = ["预算未最后批复", "竞争对手账期更长", "土建进度可能推迟", "决策人近期调整"]


class Matters:
    """Adds to opportunities what their tabs show."""

    def __init__(self, play):
        self.play = play
        self.env = play.env

    def tell(self, deals):
        """Make it for those that were played.

        :param deals: as of :class:`Deals`
        """
        deals = [deal for deal in deals if deal.lead]
        self._talk(deals)
        rivals, needs = [], []
        for deal in deals:
            chance = self.play.chance(f"matters {deal.key}")
            if chance.random() < 0.4:
                rivals.append(self._rival(deal, chance))
            if deal.order and not deal.is_lost:
                if chance.random() < 0.6:
                    needs += self._needs(deal, chance)
                if chance.random() < 0.5:
                    self._evaluate(deal, chance)
        known = {
            (row.lead_id.id, row.competitor_id.id)
            for row in self.env["crm.lead.competitor"].search([])
        }
        self.env["crm.lead.competitor"].create(
            [
                row
                for row in rivals
                if (row["lead_id"], row["competitor_id"]) not in known
            ]
        )
        self._solve(self.env["crm.need"].create(needs))

    def _talk(self, deals):
        """Make the follow-ups of opportunities, and what is planned next."""
        play, phone = self.play, self.play.value("followup_method", "phone")
        visit, history = self.play.value("followup_method", "visit"), []
        for deal in deals:
            chance = play.chance(f"talks {deal.key}")
            is_open = deal.lead.won_status == "pending"
            moves = deal.lead.stage_move_ids.sorted("logged_at")
            for move in moves[1:] if not is_open else moves:
                history.append(
                    {
                        **self._followup(deal, chance),
                        "method_id": chance.choice((phone, phone, visit)),
                        "state": "done",
                        "done_at": fields.Datetime.subtract(
                            move.logged_at, minutes=chance.randint(20, 90)
                        ),
                        "is_effective": True,
                    }
                )
            if is_open and chance.random() < 0.75:
                ahead = play.diary.ahead(chance, deal.owner, chance.randint(0, 12))
                history.append(
                    {
                        **self._followup(deal, chance),
                        "name": chance.choice(PLANS),
                        "content": False,
                        "method_id": phone,
                        "state": "planned",
                        "planned_at": ahead,
                    }
                )
        self.env["crm.followup"]._crm_create_history(history)

    def _followup(self, deal, chance):
        return {
            "name": deal.name,
            "content": chance.choice(TALKS).format(**deal.slots),
            "lead_id": deal.lead.id,
            "partner_id": deal.partner.id,
            "user_id": self.play.users[deal.owner].id,
        }

    def _rival(self, deal, chance):
        return {
            "lead_id": deal.lead.id,
            "competitor_id": chance.choice(self.play.rivals).id,
            "price": round(deal.amount * chance.uniform(0.85, 1.15), -3),
            "threat": chance.choice("123"),
            "strengths": chance.choice(["价格低", "交期短", "与客户采购熟"]),
            "weaknesses": chance.choice(["售后外包", "无同行案例", "软件弱"]),
        }

    def _needs(self, deal, chance):
        return [
            {
                "lead_id": deal.lead.id,
                "name": name,
                "kind_id": self.play.value("need_kind", kind),
                "priority": priority,
            }
            for kind, priority, name in chance.sample(NEEDS, chance.randint(2, 3))
        ]

    def _solve(self, needs):
        """Write solutions for the needs of some opportunities."""
        templates = self.env["crm.solution.template"].search([])
        for number, (lead, asked) in enumerate(needs.grouped("lead_id").items()):
            if number % 2:
                continue
            owner = lead.user_id
            solution = self.play.by(owner, self.env["crm.solution"]).create(
                {
                    "name": f"{lead.name}方案",
                    "lead_id": lead.id,
                    "template_id": templates[number % len(templates)].id,
                    "summary": "分两期实施，先货架后软件",
                }
            )
            asked.solution_id = solution
            if number % 4 == 0:
                solution.action_present()
            if lead.won_status == "won":
                if solution.state == "draft":
                    solution.action_present()
                solution.action_accept()

    def _evaluate(self, deal, chance):
        scores = [str(chance.randint(2, 5)) for _score in range(3)]
        deal.lead.write(
            {
                "potential": scores[0],
                "potential_note": "二期还有同样规模，集团内可复制",
                "feasibility": scores[1],
                "feasibility_note": "现场条件满足，工期够",
                "risk": scores[2],
                "risk_note": chance.choice(RISKS),
            }
        )
        if deal.lead.won_status == "pending":
            self.env["crm.lead.resource"].create(
                {
                    "lead_id": deal.lead.id,
                    "role_id": self.play.value("resource_role", "presales"),
                    "user_id": self.play.users["assistant"].id,
                    "days": chance.randint(1, 4),
                    "date_from": fields.Date.add(
                        self.play.now.date(), days=chance.randint(1, 12)
                    ),
                }
            )
