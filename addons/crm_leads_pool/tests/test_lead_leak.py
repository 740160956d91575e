import json

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

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


@tagged("post_install", "-at_install")
class TestLeadLeak(LeadPoolCase):
    """No door gives away a pooled lead; a claim opens it."""

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

    def _doors(self, user):
        Row = self.env["crm.pool.lead"].with_user(user)
        row = Row.browse(self.lead.id)
        names = [name for name in Row._fields if name != "id"]
        spec = {
            name: {"fields": {"display_name": {}}} if field.relational else {}
            for name, field in Row._fields.items()
        }
        return {
            "read": lambda: row.read(),
            "search_read": lambda: Row.search_read([], names),
            "web_search_read": lambda: Row.web_search_read([], spec),
            "name_search": lambda: Row.name_search("深圳"),
            "display_name": lambda: row.display_name,
            "export": lambda: row.export_data(names),
            "groups": lambda: [
                Row.formatted_read_group([], [name], ["__count"])
                for name in ("name", "phone", "email", "wechat", "former_owner_id")
            ],
            "copy": lambda: row.copy_data(),
            "claim of another": lambda: row.browse(0).exists().ids,
        }

    def test_read_model(self):
        """Every way to read the list is masked. Covers: L08, P14."""
        for user in (self.sam, self.tom, self.manager, self.other_manager):
            for door, call in self._doors(user).items():
                with self.subTest(user=user.name, door=door):
                    self.assertNoSecret(call(), door)
        row = self._row(self.sam, self.lead)
        self.assertEqual(row.phone, "138****5678")
        self.assertEqual(row.email, "l***@secret-petro.cn")
        self.assertIn("深圳石油公司", row.name)
        self.assertIn("李**", row.name)

    def test_no_oracle(self):
        """Guesses are not confirmed by a search. Covers: L08."""
        for user in (self.sam, self.manager, self.other_manager):
            Row = self.env["crm.pool.lead"].with_user(user)
            for name, secret in SECRETS.items():
                for field in ("search_key", "name", "phone", "email", "wechat"):
                    for guess in (secret, secret[:6]):
                        found = Row.search([(field, "ilike", guess)])
                        allowed = name == "email_from" and secret[:6] == guess
                        if not allowed:
                            self.assertFalse(found, f"{user.name} {name} {field}")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_other_doors(self):
        """Neither the lead nor what hangs on it can be read. Covers: L08, P14."""
        for user in (self.sam, self.sue, self.tom, self.manager, self.director):
            with self.subTest(user.name):
                lead = self.lead.with_user(user)
                Lead = self.env["crm.lead"].with_user(user)
                self.assertFalse(Lead.search([("id", "=", lead.id)]))
                self.assertFalse(Lead.name_search("李大明"))
                for call in (
                    lambda lead=lead: lead.read(["phone"]),
                    lambda lead=lead: lead.export_data(["phone"]),
                    lambda lead=lead: lead.action_open_lead(),
                    lambda lead=lead: lead.action_new_followup(),
                    lambda lead=lead: lead.write({"name": "x"}),
                    lambda lead=lead: lead.action_transfer(lead.env.uid),
                    lambda lead=lead: lead.action_close("wrong_number"),
                    lambda lead=lead: lead.message_post(body="x"),
                    lambda lead=lead: self.attachment.with_env(lead.env).read(["raw"]),
                ):
                    with self.assertRaises(UserError):
                        call()
                for model in ("mail.message", "mail.activity", "crm.lead.report"):
                    Model = self.env[model].with_user(user)
                    field = "id" if model == "crm.lead.report" else "res_id"
                    domain = [(field, "=", lead.id)]
                    if field == "res_id":
                        name = "model" if model == "mail.message" else "res_model"
                        domain.append((name, "=", "crm.lead"))
                    self.assertFalse(Model.search(domain), model)
                customers = self.env["res.partner"].with_user(user)
                self.assertFalse(
                    customers.search([("opportunity_ids.phone", "=", SECRETS["phone"])])
                )
                moves = self.env["crm.owner.move"].with_user(user)
                self.assertFalse(
                    moves.search([("lead_id.phone", "=", SECRETS["phone"])])
                )

    def test_after_the_claim(self):
        """Whoever claims it sees everything. Covers: L08."""
        self._take(self.sam, self.lead)
        lead = self.lead.with_user(self.sam)
        self.assertEqual(lead.phone, SECRETS["phone"])
        self.assertEqual(
            self.attachment.with_user(self.sam).raw.decode(), "13311110000"
        )
