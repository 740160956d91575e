from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .leak_common import SECRETS, LeadLeakCase


@tagged("post_install", "-at_install")
class TestLeadLeak(LeadLeakCase):
    """No door gives away a pooled lead; a claim opens it."""

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

    def test_ledger(self):
        """Administrators read of a pooled lead what members see. Covers: L08, P14."""
        self.lead_pool.admin_ids |= self.tom
        ledger = self.env["crm.owner.move"].with_user(self.tom)
        rows = ledger.search([("lead_id", "=", self.lead.id)])
        self.assertEqual(rows.mapped("kind"), ["release"])
        self.assertNoSecret(rows.read(), "read")
        self.assertNoSecret(rows.web_read({"lead_id": {"fields": {}}}), "web_read")
        self.assertNoSecret(rows.export_data(["partner_name"]), "export")
        groups = ledger.formatted_read_group([], ["lead_id"], ["__count"])
        self.assertNoSecret(groups, "groups")
        self.assertIn("深圳石油公司", rows.partner_name)
        self.assertIn("李大明", self.lead.with_user(self.boss).display_name)

    def test_after_the_claim(self):
        """Whoever claims it sees everything. Covers: L08."""
        self._take(self.sam, self.lead)
        lead = self.lead.with_user(self.sam)
        self.assertEqual(lead.phone, SECRETS["phone"])
        self.assertEqual(
            self.attachment.with_user(self.sam).raw.decode(), "13311110000"
        )
