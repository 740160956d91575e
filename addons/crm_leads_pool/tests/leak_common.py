"""A pooled lead that is full of secrets, and what a member was told about it."""

import json

from .common import LeadPoolCase

# What a member must not get to see before the claim. The digits occur nowhere else.
SECRETS = {
    "phone": "13812345678",
    "email_from": "laowang@secret-petro.cn",
    "wechat": "wx_laowang_007",
    "street": "深南大道9527号",
    "contact_name": "李大明",
    "topic": "13700007777",
    "description": "13511110000",
    "message": "13411110000",
    "attachment": "13311110000",
    "activity": "13211110000",
}


class LeadLeakCase(LeadPoolCase):
    """A lead full of secrets, given up by somebody who is not in the pool."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lead = cls._lead(
            cls.xia,
            f"李大明询价 {SECRETS['topic']}",
            partner_name="深圳石油公司",
            description=f"<p>{SECRETS['description']}</p>",
            **{
                name: SECRETS[name]
                for name in ("phone", "email_from", "wechat", "street", "contact_name")
            },
        )
        # once in the sight of a member: by a customer, and as a follower
        customer = cls._customer(cls.sam, "深圳石油公司")
        lead._crm_workflow().partner_id = customer
        lead.write({name: SECRETS[name] for name in ("phone", "email_from")})
        lead.message_subscribe(cls.sam.partner_id.ids)
        lead.with_user(cls.xia).message_post(body=f"改成 {SECRETS['message']}")
        lead.with_user(cls.xia).activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=cls.xia.id,
            summary=f"打给 {SECRETS['activity']}",
        )
        cls.attachment = cls.env["ir.attachment"].create(
            {
                "name": f"名片 {SECRETS['attachment']}.txt",
                "raw": SECRETS["attachment"].encode(),
                "res_model": "crm.lead",
                "res_id": lead.id,
            }
        )
        cls._give_up(lead)
        cls.lead = lead
        cls.env.flush_all()
        cls.env.invalidate_all()

    def assertNoSecret(self, told, door):
        text = json.dumps(told, default=str, ensure_ascii=False)
        for name, secret in SECRETS.items():
            self.assertNotIn(secret, text, f"{name} leaks through {door}")
