"""How the company sells: stages, limits, who approves what, and against whom."""

from odoo import Command

from odoo.addons.crm_base.demo.diary import read_table

# of Odoo's own stages: what they are called here, expected days, forecast
STAGES = [
    ("crm.stage_lead1", "初步接触", 21, "pipeline"),
    ("crm.stage_lead2", "需求确认", 30, "pipeline"),
    ("crm.stage_lead3", "方案报价", 30, "best"),
    (None, "商务谈判", 25, "commit"),
    ("crm.stage_lead4", "赢单", 0, None),
]
LIMITS = {"salesperson": 5, "manager": 12, "director": 20}
REASONS = ["价格超出预算", "竞争对手中标", "客户取消项目", "交期不满足", "技术参数不符"]
RULES = [
    (
        "合同审批",
        "crm.contract",
        [
            ("直属上级", {"approver": "superior", "hours": 24}),
            ("销售总监", {"group": "director", "amount_from": 200000, "hours": 48}),
            ("总经理", {"group": "boss", "amount_from": 1000000, "hours": 48}),
        ],
    ),
    (
        "折扣审批",
        "sale.order",
        [
            ("直属上级", {"approver": "superior", "hours": 8}),
            ("销售总监", {"group": "director", "discount_from": 12, "hours": 24}),
        ],
    ),
]
TEMPLATES = [
    (
        "货架扩容方案",
        "仓位不够、层高没用足的仓库",
        "<h2>现状与问题</h2><p>（现有仓位、层高、周转）</p><h2>方案</h2><p>横梁式货架加高，"
        "拣选区改为阁楼平台。</p><h2>投资与回报</h2><p>单位仓位投资、回收期测算。</p>",
    ),
    (
        "仓储数字化方案",
        "账实不符、找货靠人记的仓库",
        "<h2>目标</h2><p>库存准确率99.9%，拣选效率提升40%。</p><h2>范围</h2><p>WMS、手持终端、"
        "与ERP对接。</p><h2>实施计划</h2><p>调研一周，部署两周，试运行一周。</p>",
    ),
    (
        "搬运自动化方案",
        "招工难、旺季爆仓的客户",
        "<h2>流程分析</h2><p>各环节人数与瓶颈。</p><h2>设备配置</h2><p>AGV、穿梭车或分拣线的"
        "数量与布局。</p><h2>安全与维保</h2><p>人车分流、四小时响应。</p>",
    ),
]


class Company:
    """Sets up what a director sets up once."""

    def __init__(self, play):
        self.play = play
        self.env = play.env

    def tell(self):
        """Make it all; the play finds stages, reasons and competitors in itself."""
        play = self.play
        # a second boss, who reads here what everybody else does
        self.env.ref("base.user_admin").notification_type = "inbox"
        self.env.ref("crm_sales.partner_walk_in").name = "散客"
        play.stages = self._stages()
        self._gates(play.stages)
        self.env["crm.discount.limit"].create(
            [{"role": role, "percent": value} for role, value in LIMITS.items()]
        )
        play.reasons = self.env["crm.lost.reason"].create(
            [{"name": name} for name in REASONS]
        )
        play.rivals = self.env["crm.competitor"].create(
            read_table(__file__, "competitors.tsv")
        )
        self.env["crm.solution.template"].create(
            [
                {"name": name, "summary": summary, "body": body}
                for name, summary, body in TEMPLATES
            ]
        )
        self._rules()

    def _stages(self):
        stages = self.env["crm.stage"]
        for number, (xml_id, name, days, forecast) in enumerate(STAGES):
            values = {"sequence": number + 1, "rotting_threshold_days": days}
            if forecast:
                values["forecast_category"] = forecast
            stage = xml_id and self.env.ref(xml_id, raise_if_not_found=False)
            if stage:
                stage.write({"name": name, **values})
            else:
                stage = stages.create(
                    {"name": name, "is_won": number == len(STAGES) - 1, **values}
                )
            stages |= stage
        return stages

    def _gates(self, stages):
        get = self.env["ir.model.fields"]._get
        fields = {
            name: get("crm.lead", name).id
            for name in ("need", "expected_revenue", "date_deadline")
        }
        asked = [
            (1, {"kind": "field", "field_ids": [Command.set([fields["need"]])]}),
            (
                2,
                {
                    "kind": "field",
                    "field_ids": [
                        Command.set(
                            [fields["expected_revenue"], fields["date_deadline"]]
                        )
                    ],
                },
            ),
            (
                3,
                {
                    "kind": "condition",
                    "domain": "[('order_ids.state', 'in', ['sent', 'sale'])]",
                    "message": "先把报价单发给客户，再进入商务谈判",
                },
            ),
        ]
        self.env["crm.stage.gate"].create(
            [{"stage_id": stages[number].id, **values} for number, values in asked]
        )
        self.env["crm.stage.task"].create(
            {
                "stage_id": stages[3].id,
                "name": "确认合同条款",
                "checklist": "付款方式\n交付时间与地点\n质保与维保\n开票资料",
                "days": 5,
            }
        )

    def _rules(self):
        for name, model, levels in RULES:
            rule = self.env["crm.approval.rule"].create(
                {
                    "name": name,
                    "model": model,
                    "level_ids": [
                        Command.create(self._level(number, level, values))
                        for number, (level, values) in enumerate(levels)
                    ],
                }
            )
            rule.action_publish()

    def _level(self, number, name, values):
        values = dict(values)
        group = values.pop("group", "")
        if group:
            values["approver"] = "role"
            values["group_id"] = self.env.ref(f"crm_base.group_{group}").id
        return {"name": name, "sequence": number, **values}
