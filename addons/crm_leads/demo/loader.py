"""Leads of the demonstration: sixty, from every channel, in every state."""

import random
from datetime import timedelta
from types import SimpleNamespace

from odoo import fields
from odoo.tools import SQL

from odoo.addons.crm_base.demo.diary import Diary, read_table

from . import playbooks

FIRST = [
    "已通话，{need}，对方要先看案例。",
    "加了微信，发了产品册，{need}，周内回复。",
    "对方在开会，约了明天上午十点再联系，主要是{need}。",
]
LATER = [
    "发了初步报价，对方在和另外两家比较，月底前定。",
    "约了去现场量尺寸，仓库净高七米，二期还要扩。",
    "采购说预算已批，等总经理出差回来签。",
    "技术问题已答复，对方要求补充承重报告。",
]
PLANS = ["确认报价是否收到", "约上门看现场", "问预算批了没有", "回访样机试用情况"]
CAMPAIGN = "秋季物流展"


def load(env):
    """Tell of the leads, once: a database that has them is left alone.

    :param env: environment of the superuser
    """
    if env.ref("crm_leads.lead_01_demo", raise_if_not_found=False):
        return
    _put_stock_leads_away(env)
    Leads(env).tell()
    playbooks.load(env)


def _put_stock_leads_away(env):
    """Keep the leads of Odoo's own demonstration out of the lists of ours."""
    env.flush_all()
    env.execute_query(SQL("UPDATE crm_lead SET is_captured = FALSE RETURNING id"))
    env.invalidate_all()


class Leads:
    """The leads of the table beside this file."""

    def __init__(self, env):
        # no message, follower or e-mail for what is made up
        context = {**env.context, "tracking_disable": True, "mail_notrack": True}
        context["lang"] = "zh_CN"
        self.env = env(context={**context, "mail_create_nosubscribe": True})
        self.diary = Diary(fields.Datetime.now())
        self.method = self.env.ref("crm_base.dictionary_followup_method_phone")

    def tell(self):
        """Create the leads with their follow-ups, and end those that have ended."""
        self.campaign = self.env["utm.campaign"].create({"name": CAMPAIGN})
        rows = [SimpleNamespace(**row) for row in read_table(__file__, "leads.tsv")]
        for row in rows:
            chance = random.Random(f"lead{row.number}")
            lead = self._lead(row)
            if row.state == "new" or row.state == "unowned":
                continue
            self._followups(row, lead, chance)
            if row.state == "closed":
                self._close(row, lead, chance)
            elif row.state == "converted":
                self._convert(row, lead, chance)

    def _user(self, row):
        if not row.owner:
            return self.env["res.users"]
        return self.env.ref(f"crm_base.user_{row.owner}_demo")

    def _lead(self, row):
        user = self._user(row)
        intent = self.env["crm.dictionary"].search(
            [("kind", "=", "lead_intent"), ("code", "=", row.intent)], limit=1
        )
        lead = (
            self.env["crm.lead"]
            ._crm_capturing(row.channel)
            .create(
                {
                    "name": f"{row.company or row.contact}：{row.need}",
                    "type": "lead",
                    "partner_name": row.company,
                    "contact_name": row.contact,
                    "phone": row.phone,
                    "email_from": row.email,
                    "city": row.city,
                    "country_id": self.env.ref("base.cn").id,
                    "intent_id": intent.id,
                    "user_id": user.id,
                    "campaign_id": self.campaign.id
                    if row.channel == "campaign"
                    else False,
                    "team_id": self._team(user).id,
                }
            )
        )
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"crm_leads.lead_{row.number}_demo",
                    "record": lead,
                    "noupdate": True,
                }
            ]
        )
        self.made_at = self._past(int(row.days) + 0.2)
        self._backdate(lead, create_date=self.made_at)
        return lead.with_env(self.env)

    def _team(self, user):
        # what nobody has waits for the manager in the east
        manager = self.env.ref("crm_base.user_manager1_demo")
        return (
            user.crm_team_ids[:1]
            or self.env["crm.team"].search([("user_id", "=", manager.id)])[:1]
        )

    def _past(self, days):
        return self.diary.now - timedelta(days=days)

    def _backdate(self, lead, **values):
        """Write times that the ORM keeps to itself."""
        lead.flush_recordset()
        for name, value in values.items():
            self.env.execute_query(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id = %s RETURNING id",
                    SQL.identifier(lead._table),
                    SQL.identifier(name),
                    value,
                    lead.id,
                )
            )
        lead.invalidate_recordset()

    def _followups(self, row, lead, chance):
        days = int(row.days)
        patience = chance.choice([1, 2, 3, 5, 9, 22])
        steps = chance.sample(LATER, k=min(len(LATER), days // 7))
        vals_list = []
        for index, text in enumerate([chance.choice(FIRST), *steps]):
            done_at = self.made_at + timedelta(hours=patience + index * 50)
            if done_at >= self.diary.now:
                break
            vals_list.append(
                {
                    "name": "首次电话" if not index else "再次跟进",
                    "content": text.format(need=row.need),
                    "lead_id": lead.id,
                    "user_id": lead.user_id.id,
                    "method_id": self.method.id,
                    "state": "done",
                    "done_at": done_at,
                    "is_effective": True,
                }
            )
        if row.state == "working" and chance.random() < 0.8:
            vals_list.append(
                {
                    "name": chance.choice(PLANS),
                    "lead_id": lead.id,
                    "user_id": lead.user_id.id,
                    "method_id": self.method.id,
                    "state": "planned",
                    "planned_at": self.diary.ahead(
                        chance, lead.user_id.login, chance.randint(0, 6)
                    ),
                }
            )
        self.env["crm.followup"]._crm_create_history(vals_list)

    def _close(self, row, lead, chance):
        lead.action_close(row.reason)
        ended = self.made_at + timedelta(days=chance.randint(4, 12))
        lead._crm_workflow().write(
            {"closed_at": ended, "closed_by_id": lead.user_id.id}
        )

    def _convert(self, row, lead, chance):
        document = chance.choice(["opportunity", "opportunity", ""])
        lead.action_convert_to_customer(False, document, "link")
        ended = self.made_at + timedelta(days=chance.randint(5, 11))
        lead._crm_workflow().write(
            {"converted_at": ended, "converted_by_id": lead.user_id.id}
        )
