"""Two playbooks of the demonstration: after a quotation, and after a deal."""

from odoo import fields
from odoo.fields import Command

CASES = """
<p><t t-out="object.partner_id.name"/>，您好：</p>
<p>附上两个与贵公司仓库情况相近的项目照片和验收数据，供比较方案时参考。
报价中若有需要调整的地方，请直接回复这封邮件。</p>
<p><t t-out="object.user_id.name"/></p>
"""
CARE = """
<p><t t-out="object.partner_id.name"/>，您好：</p>
<p>设备投用已有两周，想了解使用是否顺手。现场若有问题，请直接回复这封邮件，
我们一个工作日内安排工程师联系您。</p>
<p><t t-out="object.user_id.name"/></p>
"""
AFTER_QUOTATION = [
    (
        "电话确认报价收到",
        "followup",
        1,
        "workdays",
        {"note": "核对型号、数量和交期，问清谁来定、什么时候定。"},
    ),
    ("发送同类项目案例", "email", 2, "workdays", {}),
    (
        "了解比价情况",
        "followup",
        3,
        "workdays",
        {"note": "对手是谁，差在哪里。"},
    ),
    ("报价满一周没有回音", "notice", 2, "workdays", {"notice_to": "leader"}),
    ("报价快到期，更新或作废", "task", 7, "workdays", {"due_days": 3}),
]
AFTER_DEAL = [
    (
        "交接给项目交付",
        "task",
        1,
        "workdays",
        {"note": "合同、图纸、现场联系人、约定过的特殊要求。", "due_days": 2},
    ),
    (
        "到货验收回访",
        "followup",
        7,
        "days",
        {"note": "到货是否齐全，安装好没有。"},
    ),
    ("询问使用情况", "email", 14, "days", {}),
    ("满月回访", "followup", 14, "days", {"note": "使用情况，有没有增购计划。"}),
    ("季度回访", "followup", 60, "days", {"note": "维保到期时间，能否介绍同行。"}),
]
NAME = "crm_sales.crm_playbook_quotation_demo"
# so many opportunities are on their way in each, the first of them past the first step
STARTED, BEGUN = 6, 4


def load(env):
    """Let a manager's two playbooks run for opportunities of the own people, once.

    :param env: environment of the superuser
    """
    if env.ref(NAME, raise_if_not_found=False):
        return
    env = env(context={**env.context, "lang": "zh_CN", "tz": "Asia/Shanghai"})
    manager = env.ref("crm_base.user_manager1_demo")
    quoted = env.ref("crm.stage_lead3")
    after_quotation = _playbook(
        manager,
        "报价后跟进",
        AFTER_QUOTATION,
        ("{{ object.partner_id.name }}：同类项目案例", CASES),
        {
            "lead_type": "opportunity",
            "auto_entry": "stage",
            "entry_stage_ids": [Command.set(quoted.ids)],
            "reentry": "days",
            "reentry_days": 30,
            "stop_on_stage": True,
        },
    )
    after_deal = _playbook(
        manager,
        "赢单后回访",
        AFTER_DEAL,
        ("{{ object.partner_id.name }}：设备使用情况回访", CARE),
        # all visits are made, whatever the customer says on the way
        {
            "lead_type": "won",
            "auto_entry": "new",
            "stop_on_reply": False,
            "stop_on_followup": False,
        },
    )
    env["ir.model.data"]._update_xmlids(
        [{"xml_id": NAME, "record": after_quotation.with_env(env), "noupdate": True}]
    )
    _start(
        manager,
        after_quotation,
        [("stage_id", "=", quoted.id), ("won_status", "=", "pending")],
        "date_last_stage_update desc, id",
    )
    _start(manager, after_deal, [("won_status", "=", "won")], "date_closed desc, id")


def _playbook(manager, name, steps, mail, values):
    """Create a playbook of a manager and start it; return it (crm.playbook)."""
    env = manager.env(user=manager.id)
    subject, body = mail
    template = env["mail.template"].create(
        {
            "name": f"{name}：{subject.rpartition('：')[2]}",
            "model_id": env["ir.model"]._get_id("crm.lead"),
            "subject": subject,
            "body_html": body,
        }
    )
    rows = [
        {
            "name": step,
            "kind": kind,
            "delay": delay,
            "delay_unit": unit,
            "sequence": number,
            **more,
            **({"template_id": template.id} if kind == "email" else {}),
        }
        for number, (step, kind, delay, unit, more) in enumerate(steps)
    ]
    playbook = env["crm.playbook"].create(
        {
            "name": name,
            "res_model": "crm.lead",
            "step_ids": [Command.create(row) for row in rows],
            **values,
        }
    )
    playbook.action_start()
    return playbook


def _start(manager, playbook, domain, order):
    """Start it for some opportunities, as their owners do; begin with some of them."""
    env = manager.env
    deals = env["crm.lead"].search(
        [
            *domain,
            ("type", "=", "opportunity"),
            ("user_id", "in", manager._crm_scope_ids("write")),
            ("email_normalized", "!=", False),
        ],
        limit=STARTED,
        order=order,
    )
    for deal in deals:
        deal.with_user(deal.user_id).action_start_playbook(playbook.id)
    # sudo: runs are kept by the system, and nobody waits for the scheduler here
    for run in deals.sudo().playbook_run_ids[:BEGUN]:
        run._crm_workflow().next_at = fields.Datetime.now()
        run.flush_recordset()
        run._crm_go_on()
