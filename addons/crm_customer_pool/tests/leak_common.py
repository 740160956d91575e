"""A pooled customer that is full of secrets, and what a member was told about it."""

import json

from .common import PoolCase

# What a member must not get to see before the claim. The digits occur nowhere else.
SECRETS = {
    "phone": "075588886666",
    "mobile": "13812345678",
    "phone_other": "13987654321",
    "email": "laowang@secret-petro.cn",
    "wechat": "wx_laowang_007",
    "qq": "76543210",
    "street": "深南大道9527号",
    "name": "13700007777",
    "contact": "李秘书",
    "contact_phone": "13611112222",
    "contact_email": "lisecretary@secret-petro.cn",
    "contact_wechat": "wx_lisecretary",
    "deleted_phone": "13722220000",
    "deleted_email": "gone@secret-petro.cn",
    "followup": "13511110000",
    "message": "13411110000",
    "attachment": "13311110000",
    "activity": "13211110000",
    "bank": "6222020200001234567",
}
# What was sent to somebody, and invitations, bear the names of the day they were made.
KEPT = {
    "calendar.attendee": ("name", "contact"),
    "calendar.event": ("name", "contact"),
    "mail.message": ("name", "contact"),
}


class LeakCase(PoolCase):
    """A customer full of secrets, released by somebody who is not in the pool."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        customer = cls._customer(
            cls.xia,
            f"深圳石油公司 {SECRETS['name']}",
            **{
                name: SECRETS[name]
                for name in (
                    "phone",
                    "mobile",
                    "phone_other",
                    "email",
                    "wechat",
                    "qq",
                    "street",
                )
            },
        )
        cls.contact = cls._contact(
            customer,
            SECRETS["contact"],
            phone=SECRETS["contact_phone"],
            email=SECRETS["contact_email"],
            wechat=SECRETS["contact_wechat"],
        )
        cls._followup(
            cls.xia, customer, done=True, content=f"新号码 {SECRETS['followup']}"
        )
        cls._followup(cls.xia, customer, content=f"打 {SECRETS['followup']}")
        cls.message = customer.with_user(cls.xia).message_post(
            body=f"号码改成 {SECRETS['message']}"
        )
        cls.attachment = cls.env["ir.attachment"].create(
            {
                "name": f"名片 {SECRETS['attachment']}.txt",
                "raw": SECRETS["attachment"].encode(),
                "res_model": "res.partner",
                "res_id": customer.id,
            }
        )
        cls.env["mail.activity"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id("res.partner"),
                "res_id": customer.id,
                "user_id": cls.xia.id,
                "summary": f"打给 {SECRETS['activity']}",
            }
        )
        cls.env["res.partner.bank"].create(
            {"acc_number": SECRETS["bank"], "partner_id": customer.id}
        )
        # tracked: old and new value are in the log
        customer.with_user(cls.xia).write({"phone": "075511112222"})
        customer.with_user(cls.xia).write({"phone": SECRETS["phone"]})
        cls._tell_a_borrower(customer)
        customer.with_user(cls.boss).action_release_to_pool(
            cls.pool.id, f"打 {SECRETS['followup']} 无人接"
        )
        cls.customer = customer
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _tell_a_borrower(cls, customer):
        """Lend the customer to a member of the pool, and leave traces at hers."""
        cls._share(customer, cls.sue, "write")
        theirs = customer.with_user(cls.sue)
        theirs.action_remind_me("2040-01-01 01:00:00", "回访")
        gone = theirs.create(
            {
                "name": "已离职",
                "parent_id": customer.id,
                "phone": SECRETS["deleted_phone"],
                "email": SECRETS["deleted_email"],
            }
        )
        gone.with_user(cls.boss).unlink()
        task = (
            cls.env["crm.task"]
            .with_user(cls.xia)
            .create(
                {"name": "送样品", "user_id": cls.sue.id, "partner_id": customer.id}
            )
        )
        task.with_user(cls.sue).action_start()
        task.with_user(cls.sue).action_done()
        task.action_confirm()
        people = customer | cls.contact | cls.xia.partner_id | cls.sue.partner_id
        cls.env["calendar.event"].with_user(cls.xia).create(
            {
                "name": "技术交流",
                "start": "2040-01-02 01:00:00",
                "stop": "2040-01-02 02:00:00",
                "partner_ids": [(6, 0, people.ids)],
            }
        )
        [told] = (
            customer.with_user(cls.sam)
            .browse()
            .crm_check_duplicates([{"name": "深圳石油公司"}])
        )
        for match in told["matches"]:
            customer.with_user(cls.sam).browse().crm_ask_to_join(match["token"])

    @classmethod
    def _telling(cls):
        """Return a context that asks for all that names can be made to tell (dict)."""
        asked = {
            key
            for name in cls.env.registry
            for key in cls.env.registry.field_depends_context[
                cls.env[name]._fields["display_name"]
            ]
        }
        told = asked - {"allowed_company_ids", "company", "lang", "tz", "uid"}
        # a number: one of them is the id of a team
        return dict.fromkeys(told, 1)

    def assertNoSecret(self, told, door, spared=()):
        """What was told through a door holds no secret, but those of spared names."""
        text = (
            told
            if isinstance(told, str)
            else json.dumps(told, default=str, ensure_ascii=False)
        )
        for name in SECRETS.keys() - set(spared):
            secret = SECRETS[name]
            self.assertNotIn(secret, text, f"{name} leaks through {door}")
