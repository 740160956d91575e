"""A pooled customer and pooled leads full of secrets, and who must not see them.

What was said, sent, planned, filed and answered about them before is there as well, and
one of the members took part in it.
"""

import json
from dataclasses import dataclass

from command import addons

from .conftest import PASSWORD

# What a member must not get to see before the claim. The digits occur nowhere else.
SECRETS = {
    "phone": "075588886666",
    "mobile": "13812345678",
    "email": "laowang@secret-petro.cn",
    "wechat": "wx_laowang_007",
    "qq": "76543210",
    "street": "深南大道9527号",
    "vat": "91440300708461136T",
    "number in the name": "13700007777",
    "contact": "李秘书",
    "phone of the contact": "13611112222",
    "e-mail of the contact": "lisecretary@secret-petro.cn",
    "follow-up": "13511110000",
    "message": "13411110000",
    "attachment": "13311110000",
    "activity": "13211110000",
    "former phone": "075577776666",
    "bank": "6222020200001234567",
    "deleted contact": "13722220000",
    "phone of the lead": "13955550001",
    "e-mail of the lead": "zhaozong@secret-lead.cn",
    "wechat of the lead": "wx_zhaozong_9",
    "street of the lead": "延安西路8361号",
    "contact of the lead": "赵大宝",
    "number in the topic": "13955550002",
    "notes of the lead": "13955550003",
    "message of the lead": "13955550004",
    "follow-up of the lead": "13955550005",
    "phone in the answer": "13955550006",
    "e-mail in the answer": "form@secret-lead.cn",
    "file of the lead": "13955550007",
}

_SET_UP = """
import inspect
import json
from datetime import datetime, timedelta

from odoo.addons.crm_web_form.tools import page_token, schema

S = json.loads(%(secrets)r)
plain = env(context={"no_reset_password": True})
sales, manager = "crm_base.group_salesperson", "crm_base.group_manager"
roles = {"chief": manager, "owner": sales, "lender": sales, "member": sales}
names = {"chief": "钱经理", "owner": "孙伟", "lender": "周芳", "member": "吴娜"}
users = plain["res.users"].create([
    {
        "name": names[login],
        "login": login,
        "password": %(password)r,
        "email": f"{login}@example.com",
        "lang": "zh_CN",
        "tz": "Asia/Shanghai",
        "group_ids": [(6, 0, [env.ref("base.group_user").id, env.ref(group).id])],
    }
    for login, group in roles.items()
])
chief, owner, lender, member = users
# what only people with this right may ask for is asked as well
(owner | lender).group_ids += env.ref("crm_base.group_export")
env["ir.config_parameter"].set_param("web.json.enabled", "True")
team = env["crm.team"].create({
    "name": "公海组",
    "user_id": chief.id,
    "member_ids": [(6, 0, (lender | member).ids)],
})
pools = {
    kind: env["crm.pool"].create({
        "name": f"{kind} pool", "holds": kind, "member_team_ids": [(6, 0, team.ids)],
        "member_user_ids": [(6, 0, owner.ids)],
    })
    for kind in ("customer", "lead")
}
boss = env.ref("base.user_admin")
soon = datetime.now() + timedelta(days=200)


def talk(record, key):
    # what people do with a record before they give it up
    mine = record.with_user(owner)
    mine.message_post(body=f"改成 {S[key]}", partner_ids=chief.partner_id.ids)
    mine.activity_schedule(
        "mail.mail_activity_data_todo", user_id=owner.id, summary=f"打 {S['activity']}"
    )
    env["ir.attachment"].create({
        "name": f"名片 {S['attachment']}.txt", "raw": S["attachment"].encode(),
        "res_model": record._name, "res_id": record.id,
    })


customer = env["res.partner"].with_user(owner).create({
    "name": f"深圳石油公司 {S['number in the name']}",
    "is_company": True,
    "is_crm_customer": True,
    **{name: S[name] for name in ("mobile", "email", "wechat", "qq", "street", "vat")},
    "phone": S["former phone"],
})
customer.phone = S["phone"]
contact = customer.create({
    "name": S["contact"], "parent_id": customer.id,
    "phone": S["phone of the contact"], "email": S["e-mail of the contact"],
})
gone = customer.create({
    "name": "已离职", "parent_id": customer.id, "phone": S["deleted contact"],
})
gone.with_user(boss).unlink()
env["res.partner.bank"].create({"acc_number": S["bank"], "partner_id": customer.id})
customer.action_share(lender.ids)
talk(customer, "message")
Followup = env["crm.followup"]
for user in (owner, lender):
    Followup.with_user(user).create({
        "name": "电话", "partner_id": customer.id, "content": S["follow-up"],
    } if user == owner else {"name": "回访", "partner_id": customer.id})
customer.with_user(lender).action_remind_me(str(soon)[:19], "回访")
task = env["crm.task"].with_user(owner).create({
    "name": "送样品", "user_id": lender.id, "partner_id": customer.id,
})
task.with_user(lender).action_start()
task.with_user(lender).action_done()
task.action_confirm()
people = customer | contact | (owner | lender).partner_id
event = env["calendar.event"].with_user(owner).create({
    "name": "技术交流", "start": soon, "stop": soon + timedelta(hours=1),
    "partner_ids": [(6, 0, people.ids)],
})

chance = env["crm.lead"].with_user(owner).create({
    "name": "钻头订单", "type": "opportunity", "partner_id": customer.id,
})
order = env["sale.order"].with_user(owner).create({
    "partner_id": customer.id, "opportunity_id": chance.id,
})
order._action_cancel()
contract = env["crm.contract"].with_user(owner).create({
    "name": "钻头采购", "partner_id": customer.id, "opportunity_id": chance.id,
    "type_id": env["crm.contract.type"].search([], limit=1).id,
})
assert S["street"] in str(contract.text)
contract.action_cancel("没谈成")
chance.action_set_lost(lost_reason_id=env["crm.lost.reason"].search([], limit=1).id)

lead = env["crm.lead"].with_user(owner).create({
    "name": f"{S['contact of the lead']}询价 {S['number in the topic']}",
    "type": "lead",
    "partner_name": "上海机床厂",
    "contact_name": S["contact of the lead"],
    "phone": S["phone of the lead"],
    "email_from": S["e-mail of the lead"],
    "wechat": S["wechat of the lead"],
    "street": S["street of the lead"],
    "description": f"<p>{S['notes of the lead']}</p>",
})
talk(lead, "message of the lead")
Followup.with_user(owner).create({
    "name": "电话", "lead_id": lead.id, "content": S["follow-up of the lead"],
})
env["ir.attachment"].create({
    "name": "报价.txt", "raw": S["file of the lead"].encode(),
    "res_model": "crm.lead", "res_id": lead.id,
})

# a lead that came by a form, which a member handles and the members' chief has made
form = env["crm.web.form"].with_user(chief).create({
    "name": "询价", "handler_id": lender.id, "min_seconds": 0,
})
content = schema.empty("询价")
content["elements"] = [
    {"id": "who", "kind": "text", "label": "姓名", "maps": "contact_name"},
    {"id": "phone", "kind": "phone", "label": "手机", "maps": "phone"},
    {"id": "mail", "kind": "email", "label": "邮箱", "maps": "email_from"},
]
form.save_design(content, form.revision)
form.action_publish()
env.cr.commit()
values = {
    "who": S["contact of the lead"], "phone": S["phone in the answer"],
    "mail": S["e-mail in the answer"],
}
visitor = form.with_user(env.ref("base.public_user")).sudo()
told = visitor._crm_submit(json.dumps({
    "token": page_token.issue(env, form.id, form.version_id.id),
    "values": values, "trap": "",
}), [], "203.0.113.7")
env.cr.commit()
answers = env["crm.web.form.answer"].search([("form_id", "=", form.id)])
answers._crm_work()
answered = answers.lead_id
assert answered, (told, answers.mapped("error"))

for leads in (lead, answered):
    leads.with_user(boss).action_release_to_pool(pools["lead"].id, "联系不上")
customer.with_user(boss).action_release_to_pool(pools["customer"].id, "联系不上")
env.flush_all()
columns = ("display_name", "phone", "email", "email_from", "mobile", "wechat")

keys = {
    user.login: env(user=user.id)["res.users.apikeys"].sudo()._generate(
        None, "leak", datetime.now() + timedelta(hours=12)
    )
    for user in users
}
registry = env.registry
context = {
    key
    for name in registry
    for key in registry.field_depends_context[env[name]._fields["display_name"]]
} - {"allowed_company_ids", "company", "lang", "tz", "uid"}
routes = []
for rule in env["ir.http"].routing_map().iter_rules():
    function = rule.endpoint.func
    controller = type(function.__self__)
    # an override may take what it only hands on as keywords
    arguments = {
        name: one
        for above in reversed(controller.__mro__) if function.__name__ in vars(above)
        for name, one in inspect.signature(
            inspect.unwrap(vars(above)[function.__name__])
        ).parameters.items()
        if name != "self" and one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL)
    }
    routing = rule.endpoint.routing
    routes.append({
        "path": rule.rule,
        "kind": routing["type"],
        "methods": routing.get("methods") or ["GET"],
        "arguments": list(arguments),
        "required": [n for n, one in arguments.items() if one.default is one.empty],
        "endpoint": f"{controller.__module__}.{function.__qualname__}",
        "is_ours": ".addons.crm_" in inspect.unwrap(function).__module__,
    })
env.cr.commit()
print("SETUP " + json.dumps({
    "keys": keys,
    "users": {user.login: user.id for user in users},
    "targets": {
        "res.partner": (customer | contact).ids,
        "crm.lead": (lead | answered).ids,
    },
    "context": sorted(context),
    "models": [
        name for name in sorted(registry)
        if not env[name]._abstract and not env[name]._transient
    ],
    "references": [
        (name, one.name, one.comodel_name, one.type)
        for name in sorted(registry)
        if not env[name]._abstract
        for one in env[name]._fields.values()
        if one.comodel_name in ("res.partner", "crm.lead") and one.type != "one2many"
    ],
    "columns": {
        name: [one for one in columns if one in env[name]._fields]
        for name in registry if not env[name]._abstract
    },
    "some": {
        name: env[name].with_context(active_test=False).search(
            [], limit=3, order="id desc"
        ).ids
        for name in registry if env[name]._auto and not env[name]._transient
    },
    "routes": routes,
    "reports": [
        (report.report_name, report.model)
        for report in env["ir.actions.report"].search([])
    ],
    "event": event.id,
    "tokens": {
        "form": form.token,
        "invitation": event.attendee_ids.filtered(
            lambda one: one.partner_id == lender.partner_id
        ).access_token,
    },
}))
"""


@dataclass
class Scene:
    """Where the secrets are, and who must not see them.

    :ivar dict keys: keys of the API by login
    :ivar dict users: ids of users by login
    :ivar dict targets: ids of what is pooled, by model
    :ivar list context: what a caller may ask names to tell
    :ivar list models: names of all models with records
    :ivar list references: lists of model, field, model it points to, and type
    :ivar dict columns: names of fields that tell how to reach somebody, by model
    :ivar dict some: ids of a few records, by model
    :ivar list routes: dicts ``path``, ``kind``, ``methods``, ``arguments``,
        ``required``, ``endpoint`` and ``is_ours``
    :ivar list reports: pairs of the name of a report and its model
    :ivar int event: id of the meeting that the lender was invited to
    :ivar dict tokens: of what was sent to the lender, and of the form
    """

    lab: object
    url: str
    database: str
    keys: dict
    users: dict
    targets: dict
    context: list
    models: list
    references: list
    columns: dict
    some: dict
    routes: list
    reports: list
    event: int
    tokens: dict

    @classmethod
    def made(cls, lab):
        """Set everything up on a server of its own."""
        names = [
            name for name, addon in addons.ours().items() if not addon.is_for_tests
        ]
        database = lab.database(names, lang="zh_CN")
        output = lab.shell(
            database,
            _SET_UP % {"secrets": json.dumps(SECRETS), "password": PASSWORD},
        )
        line = next(line for line in output.splitlines() if line.startswith("SETUP "))
        service = lab.serve(database)
        told = json.loads(line.removeprefix("SETUP "))
        return cls(lab, service.url, database, **told)

    def pooled(self):
        """Return the ids of what waits in a pool, by model."""
        return {
            model: self.lab.sql(
                self.database,
                f"SELECT id FROM {model.replace('.', '_')}"
                " WHERE pool_id IS NOT NULL ORDER BY id",
            )
            for model in self.targets
        }
