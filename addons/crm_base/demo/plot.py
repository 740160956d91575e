"""What can happen in the story of the demonstration, and how people are."""

from typing import NamedTuple

# days that the story goes back
WINDOW = 88


class Habits(NamedTuple):
    diligence: float
    carelessness: float
    late: float
    far: float
    charm: float


# need: product, unit, quantity from and to, price from and to
PRODUCTS = {
    "beam": ("横梁式货架", "组", 40, 400, 650, 900),
    "cold": ("冷库货架", "组", 60, 320, 900, 1300),
    "attic": ("阁楼平台", "平方米", 200, 1500, 620, 980),
    "fork": ("电动叉车", "台", 2, 8, 78000, 135000),
    "stack": ("电动堆高车", "台", 3, 12, 16000, 29000),
    "agv": ("AGV搬运车", "台", 2, 12, 98000, 160000),
    "shuttle": ("四向穿梭车", "台", 2, 8, 160000, 230000),
    "sort": ("自动分拣线", "条", 1, 2, 480000, 860000),
    "pda": ("手持终端", "台", 20, 120, 1800, 2600),
    "wms": ("仓储管理系统", "套", 1, 1, 120000, 360000),
}
SITES = ["一号仓", "二期仓库", "原料库", "成品库", "东区仓库", "新租的仓库"]
RIVALS = ["一家本地厂商", "苏州的一家同行", "广东的一家厂商", "原来的供应商"]
WEEKDAYS = ["下周二", "下周三", "下周四", "本周五", "月底前"]
# nobody is told of his own boss: how heads are called, and what is said of them
TOP = ("总", "老板")
ABOVE = ("总经理", "副总", "老板", "决策人", "采购转到", "前台转到")
HEAT_REASONS = {
    "warm": "需求明确，{p}预算本季度申报",
    "hot": "{p}{q}已进入比价，决策人见过两次",
    "boiling": "{p}{q}，金额{a}，本月定标",
}

# stage: steps on the way to it, which of them must have been taken, days since the last
ARCS = {
    "new": (["first"], set(), (0, 9)),
    "contacted": (["first", "wechat", "need"], {"first"}, (1, 18)),
    "interested": (
        ["first", "wechat", "need", "material", "visit", "solution", "reception"],
        {"need"},
        (0, 12),
    ),
    "quoted": (
        "first wechat need visit material solution quote tech negotiate".split(),
        {"visit", "quote"},
        (0, 7),
    ),
    "deal": (
        "need visit solution quote negotiate contract delivery training collect"
        " care".split(),
        {"contract"},
        (1, 20),
    ),
    "repeat": (
        ["care", "reorder", "care", "quote", "repeat", "delivery", "care"],
        {"care"},
        (2, 25),
    ),
    "dormant": (
        ["need", "wechat", "stalled", "noanswer", "stalled"],
        {"stalled"},
        (48, 75),
    ),
}
PLANNED = {
    "new": 0.35,
    "contacted": 0.4,
    "interested": 0.6,
    "quoted": 0.8,
    "deal": 0.5,
    "repeat": 0.45,
    "dormant": 0.12,
}
# how people work: share of the steps they record, how often carelessly, how late they
# are, how often they check in far off, how much better or worse customers like it
HABITS = {
    "boss": Habits(0.3, 0.0, 1.0, 0.0, 0.2),
    "director": Habits(0.55, 0.0, 1.0, 0.0, 0.1),
    "manager1": Habits(0.7, 0.0, 1.0, 0.0, 0.2),
    "manager2": Habits(0.65, 0.02, 1.0, 0.02, 0.0),
    "sales1": Habits(0.95, 0.02, 0.8, 0.02, 0.1),
    "sales2": Habits(0.85, 0.01, 0.9, 0.0, 0.35),
    "sales3": Habits(0.75, 0.18, 0.8, 0.08, -0.25),
    "sales4": Habits(0.8, 0.04, 1.0, 0.04, 0.0),
    "sales5": Habits(0.45, 0.3, 2.1, 0.3, -0.45),
    "sales6": Habits(0.65, 0.06, 1.2, 0.1, -0.1),
    "former": Habits(0.6, 0.1, 1.0, 0.1, -0.2),
}
SUPERIORS = {
    "sales1": "manager1",
    "sales2": "manager1",
    "sales3": "manager1",
    "former": "manager1",
    "sales4": "manager2",
    "sales5": "manager2",
    "sales6": "director",
    "manager1": "director",
    "manager2": "director",
}
MOVES = {
    ("former", "sales3"): ("handover", "manager1", "赵磊离职，客户交接给新同事李文博"),
    ("former", "sales1"): ("handover", "manager1", "赵磊离职，江苏客户交接给王晓峰"),
    ("sales4", "sales5"): ("transfer", "manager2", "区域调整，佛山、福建客户划归吴倩"),
    ("manager1", "sales2"): ("transfer", "manager1", "经理客户下放，由陈佳怡日常跟进"),
    ("manager2", "sales4"): ("transfer", "manager2", "客户要求就近服务"),
    ("director", "sales6"): ("transfer", "director", "北方大区组建，客户移交"),
}
ATTACHMENTS = [
    (
        "需求调研表.csv",
        "项目,内容\n日均出库,1200单\nSKU数量,8300\n托盘尺寸,1200×1000mm\n"
        "单托重量,不超过800kg\n层高,7.5m\n期望投用,两个月内\n",
        "需求调研表已整理，见附件，请方案部周五前出初稿。",
    ),
    (
        "现场勘察记录.txt",
        "一、地坪平整度合格，承重3t/㎡\n二、消防喷淋需避让两处\n三、用电容量160kVA，够用\n"
        "四、卸货口2个，限高3.8m\n五、施工只能安排在周末\n",
        "现场勘察记录上传，注意施工时间只能在周末。",
    ),
    (
        "分项报价.csv",
        "名称,数量,单价,金额\n主材,1,186000,186000\n安装,1,24000,24000\n运输,1,9800,9800\n"
        "合计,,,219800\n",
        "分项报价已发客户采购，内部留底。",
    ),
    (
        "会议纪要.txt",
        "参会：客户副总、采购、仓储、IT；我方销售、方案工程师\n结论：\n1. 分两期实施\n"
        "2. 交期四十天\n3. 付款三六一\n4. 质保一年，维保响应四小时\n",
        "方案评审会纪要，客户已书面确认。",
    ),
    (
        "开票资料.txt",
        "发票类型：增值税专用发票（13%）\n开户行、账号：以合同为准\n收票人：财务部\n",
        "开票资料见附件，以此为准。",
    ),
]
