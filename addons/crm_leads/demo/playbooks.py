"""A playbook of the demonstration: inquiries that nobody has answered yet."""

from odoo import fields
from odoo.fields import Command

SUBJECT = "给{{ object.contact_name }}：同行是怎么做的"
BODY = """
<p><t t-out="object.contact_name"/>，您好：</p>
<p>附上两个与贵公司情况相近的案例，供您参考。若方便，本周可安排工程师上门测量，不收取费用。</p>
<p><t t-out="object.user_id.name"/></p>
"""
STEPS = [
    ("首次电话", "followup", 0, "days", {"note": "问清用途、数量、预算和到货时间。"}),
    ("发送同行案例", "email", 1, "workdays", {}),
    ("三天没有回音，再打一次", "followup", 3, "workdays", {"due_days": 0}),
    ("一周没有回音，请经理过问", "notice", 2, "workdays", {"notice_to": "leader"}),
    ("转入长期培育", "tag", 5, "days", {}),
]
# so many leads are on their way, so many of them past the first step
STARTED, BEGUN = 5, 3


def load(env):
    """Let a manager's playbook run for leads that nobody has contacted.

    :param env: environment of the superuser
    """
    manager = env.ref("crm_base.user_manager1_demo")
    template = (
        env["mail.template"]
        .with_user(manager)
        .create(
            {
                "name": "新询盘：同行案例",
                "model_id": env["ir.model"]._get_id("crm.lead"),
                "subject": SUBJECT,
                "body_html": BODY,
            }
        )
    )
    tag = env["crm.tag"].create({"name": "长期培育"})
    more = {"email": {"template_id": template.id}, "tag": {"tag_ids": tag.ids}}
    playbook = (
        env["crm.playbook"]
        .with_user(manager)
        .create(
            {
                "name": "新询盘十天跟进",
                "res_model": "crm.lead",
                "step_ids": [
                    Command.create(
                        {
                            "name": name,
                            "kind": kind,
                            "delay": delay,
                            "delay_unit": unit,
                            "sequence": index,
                            **values,
                            **more.get(kind, {}),
                        }
                    )
                    for index, (name, kind, delay, unit, values) in enumerate(STEPS)
                ],
            }
        )
    )
    playbook.action_start()
    leads = env["crm.lead"].search(
        [
            ("is_captured", "=", True),
            ("lead_state", "=", "new"),
            ("user_id", "in", manager._crm_scope_ids("write")),
            ("user_id", "!=", manager.id),
        ],
        limit=STARTED,
        order="id",
    )
    for lead in leads:
        lead.with_user(lead.user_id).action_start_playbook(playbook.id)
    # sudo: runs are kept by the system, and nobody waits for the scheduler here
    runs = leads.playbook_run_ids.sudo()
    for run in runs[:BEGUN]:
        run._crm_workflow().next_at = fields.Datetime.now()
        run.flush_recordset()
        run._crm_go_on()
