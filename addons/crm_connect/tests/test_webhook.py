import hashlib
import hmac
import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from . import server
from .common import ConnectCase


@tagged("post_install", "-at_install")
class TestWebhook(ConnectCase):
    """What happens is told, signed, once, and only what was committed."""

    def test_signed(self):
        """A new customer is told, signed over time and body. Covers: B21."""
        webhook = self._webhook(
            "customer.created",
            field_ids=self._fields("res.partner", "phone", "user_id"),
        )
        customer = self._customer(self.sam, "杭州云图科技", phone="0571-5550100")
        self._contact(customer)
        self._send()
        (seen,) = self.server.seen
        body = json.loads(seen["body"])
        self.assertEqual(body["event"], "customer.created")
        self.assertEqual(body["record_id"], customer.id)
        self.assertEqual(body["user_id"], self.sam.id)
        self.assertEqual(
            body["data"],
            {
                "id": customer.id,
                "display_name": "杭州云图科技",
                "phone": "0571-5550100",
                "user_id": {"id": self.sam.id, "name": "Sam"},
                "write_date": customer.write_date.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        )
        headers = seen["headers"]
        self.assertEqual(headers["x-crm-delivery"], body["id"])
        signed = headers["x-crm-timestamp"].encode() + b"." + seen["body"]
        expected = hmac.new(webhook.sudo().secret.encode(), signed, hashlib.sha256)
        self.assertEqual(headers["x-crm-signature"], f"sha256={expected.hexdigest()}")
        self.assertEqual(self._deliveries(webhook).state, "sent")

    def test_events(self):
        """Changes, deletions, new owners, finished follow-ups are told. Covers: B21."""
        everything = self._webhook(
            "customer.created", "customer.changed", "customer.deleted"
        )
        owners = self._webhook("owner.moved", name="owners")
        followups = self._webhook("followup.done", name="follow-ups")
        customer = self._customer(self.sam)
        self._happen()
        customer.with_user(self.sam).write({"phone": "010-55550100"})
        followup = self._followup(self.sam, customer)
        followup.with_user(self.sam).write({"content": "谈了价格"})
        self._happen()
        followup.with_user(self.sam).action_done()
        customer.with_user(self.manager).action_transfer(self.sue.id, "休假")
        self._happen()
        changed = self._deliveries(everything).mapped("message")
        self.assertEqual(changed[0]["event"], "customer.created")
        self.assertIn("phone", changed[1]["changed"])
        moved = self._deliveries(owners)
        self.assertEqual(len(moved), 1)
        self.assertEqual(self._deliveries(followups).res_id, followup.id)
        other = self._customer(self.sam, "不要的客户")
        self._happen()
        other_id = other.id
        other.with_user(self.boss).unlink()
        last = self._deliveries(everything)[-1]
        self.assertEqual((last.event, last.res_id), ("customer.deleted", other_id))
        self.assertEqual(last.message["data"]["display_name"], "不要的客户")

    def test_one_transaction(self):
        """Many changes of one record in a transaction are one delivery. Covers: B21."""
        webhook = self._webhook("customer.created", "customer.changed")
        customer = self._customer(self.sam)
        customer.name = "改过的名字"
        customer.comment = "备注"
        with self.env.cr.savepoint():
            customer.comment = "一个备注"
        deliveries = self._deliveries(webhook)
        self.assertEqual(deliveries.mapped("event"), ["customer.created"])
        self.assertEqual(
            deliveries.message["data"]["display_name"],
            "改过的名字",
            "as it is in the end",
        )
        self._customer(self.sam, "只活一会儿").unlink()
        self.assertEqual(len(self._deliveries(webhook)), 1)

    def test_rolled_back(self):
        """What was rolled back is never told, in whole or in part. Covers: B21."""
        webhook = self._webhook("customer.created", "customer.changed")
        kept = self._customer(self.sam, "留下的")
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self._customer(self.sam, "撤销的")
            kept.name = "撤销的名字"
            _nothing = 1 / 0
        kept.comment = "之后"
        deliveries = self._deliveries(webhook)
        self.assertEqual(set(deliveries.mapped("res_id")), {kept.id})
        self.assertNotIn("撤销", json.dumps(deliveries.mapped("message")))

    def test_filter(self):
        """Only records of the filter and of the event are told. Covers: B21."""
        webhook = self._webhook("customer.created", domain="[('name', 'like', '科技')]")
        self._customer(self.sam, "云图科技")
        self._customer(self.sam, "海联贸易")
        self.env["res.partner"].create({"name": "供应商科技"})
        self.assertEqual(self._deliveries(webhook).mapped("record_name"), ["云图科技"])
        webhook.active = False
        self._customer(self.sam, "另一家科技")
        self.assertEqual(len(self._deliveries(webhook)), 1)

    def test_document(self):
        """A document of one's own; values never change its form. Covers: B21."""
        template = '{"who": "{{display_name}}", "say": ["{{event}}"]}'
        webhook = self._webhook("customer.created", template=template)
        self._customer(self.sam, '恶意", "x": "{{phone}}')
        self.assertEqual(
            self._deliveries(webhook).message["who"], '恶意", "x": "{{phone}}'
        )
        for wrong in ("{", '{"a": "{{phone}}"}'):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                webhook.template = wrong

    def test_many(self):
        """500 events in a transaction cost few queries. Covers: B21."""
        self._webhook(
            "customer.changed",
            field_ids=self._fields("res.partner", "user_id", "phone"),
        )
        values = {"is_crm_customer": True, "user_id": self.sam.id}
        customers = self.env["res.partner"].create(
            [{**values, "name": f"客户{index}"} for index in range(500)]
        )
        self._happen()

        def queries(records):
            records.comment = "新的备注"
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._happen()
            return self.env.cr.sql_log_count - before

        few = queries(customers[:5])
        many = queries(customers[5:])
        # one more for each hundred rows written at once
        self.assertLessEqual(many, few + 5)
        self.assertLessEqual(many, 15)

    def test_nobody_listens(self):
        """Where nobody listens, nothing is added to a transaction. Covers: B21."""
        customer = self._customer(self.sam)
        self._happen()
        before = self.env["crm.webhook.delivery"].search_count([])
        customer.comment = "x"
        self.env.flush_all()
        # what changed is written to the log by looking there, not at the end
        self.env["crm.change.log"].search_count([])
        count = self.env.cr.sql_log_count
        self.env.cr.flush()
        self.assertEqual(self.env.cr.sql_log_count, count)
        self.assertEqual(self.env["crm.webhook.delivery"].search_count([]), before)

    def test_order(self):
        """Deliveries about one record keep their order when one fails. Covers: B21."""
        webhook = self._webhook("customer.changed")
        one, two = self._customer(self.sam, "一"), self._customer(self.sam, "二")
        self._deliveries(webhook).unlink()
        for record, value in ((one, "1"), (one, "2"), (two, "3")):
            record.comment = value
            self.env.flush_all()
            self._happen()
        self.server.answers.append(server.status(400))
        self._send()
        self.assertEqual(
            self._deliveries(webhook).mapped("state"), ["waiting", "waiting", "sent"]
        )
        self._later(webhook)
        self._send()
        self.assertEqual(set(self._deliveries(webhook).mapped("state")), {"sent"})
        told = [json.loads(seen["body"])["record_id"] for seen in self.server.seen]
        self.assertEqual(told, [one.id, two.id, one.id, one.id])
        # the repetition is the same delivery, for a receiver that got it already
        self.assertEqual(self.server.seen[0]["body"], self.server.seen[2]["body"])

    def test_secret(self):
        """A secret is never read again, copied, or taken along. Covers: B21."""
        webhook = self._webhook("customer.created", new_secret="s3cret-of-oa")
        self.assertEqual(webhook.sudo().secret, "s3cret-of-oa")
        for user in (self.boss, self.env.ref("base.user_admin")):
            mine = webhook.with_user(user)
            self.assertNotIn("secret", mine.fields_get())
            with self.assertRaises(AccessError):
                mine.read(["secret"])
            with self.assertRaises(AccessError):
                mine.export_data(["secret"])
            with self.assertRaises(AccessError):
                mine.search([("secret", "like", "s%")])
            self.assertFalse(mine.read(["new_secret"])[0]["new_secret"])
        self.assertNotEqual(webhook.copy().sudo().secret, "s3cret-of-oa")
        webhook.url = "http://other.example.com/hook"
        self.assertNotEqual(webhook.sudo().secret, "s3cret-of-oa")
        shown = webhook.action_new_secret()["params"]["message"]
        self.assertEqual(webhook.sudo().secret, shown)

    def test_hidden_fields(self):
        """A webhook sends and chooses by nothing that its author may not read.

        Covers: B21.
        """
        webhook = self._webhook("customer.created").with_user(self.boss)
        hidden = self.env["ir.model.fields"]._get("res.partner", "signup_type")
        with self.assertRaises(ValidationError):
            webhook.field_ids = hidden
        with self.assertRaises(AccessError):
            webhook.domain = "[('signup_type', '!=', False)]"
        for nonsense in ("[" * 500, "{}", "x", "__import__('os').getcwd()"):
            with self.subTest(nonsense), self.assertRaises(ValidationError):
                webhook.domain = nonsense

    def test_rights(self):
        """The boss sets up webhooks; nobody else reads addresses. Covers: B21."""
        webhook = self._webhook("customer.created")
        robot = self.env["crm.webhook"].create(
            {"name": "销售群", "kind": "wecom", "url": self.server.url("/robot?key=1")}
        )
        self._customer(self.sam)
        delivery = self._deliveries(webhook)
        for user in (self.sam, self.manager, self.director, self.maintainer):
            self.assertFalse(webhook.with_user(user).has_access("read"), user.login)
            self.assertFalse(delivery.with_user(user).has_access("read"), user.login)
            with self.assertRaises(AccessError):
                self._webhook("customer.created", user=user)
            with self.assertRaises(AccessError):
                delivery.with_user(user).action_replay()
            self.assertEqual(robot.with_user(user).name, "销售群")
            with self.assertRaises(AccessError):
                robot.with_user(user).read(["url"])
            with self.assertRaises(AccessError):
                robot.with_user(user).action_test()
        with self.assertRaises(AccessError):
            delivery.with_user(self.boss).write({"state": "sent"})
        with self.assertRaises(AccessError):
            delivery.with_user(self.boss).unlink()
        with self.assertRaises(AccessError):
            self.env["crm.webhook.event"].with_user(self.boss).create(
                {"name": "x", "code": "x", "model_id": webhook.model_id.id}
            )

    def test_definition(self):
        """Secrets, binaries and strange records cannot be sent. Covers: B21."""
        users = self.env.ref("base.model_res_users")
        for name in ("password", "signature_x", "image_1920"):
            field = self.env["ir.model.fields"].search(
                [("model", "=", "res.users"), ("name", "=", name)]
            )
            if field:
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self.env["crm.webhook"].with_user(self.boss).create(
                        {
                            "name": "x",
                            "url": "http://example.com",
                            "model_id": users.id,
                            "field_ids": [(6, 0, field.ids)],
                        }
                    )
        for url in (
            "ftp://example.com/",
            "file:///etc/passwd",
            "http://",
            "http://{}@example.com/".format("user:pass"),
            "javascript:alert(1)",
            "http://example.com:99999/",
        ):
            with self.assertRaises(ValidationError, msg=url), self.env.cr.savepoint():
                self._webhook("customer.created", url=url)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._webhook("customer.created", domain="__import__('os')")

    def test_robot_copied(self):
        """Whoever chooses a robot gets its name out of a copy, not its address."""
        robot = self._webhook(name="群", kind="wecom", model_id=False)
        self.env.invalidate_all()
        (seen,) = robot.with_user(self.sam).copy_data()
        self.assertEqual(seen["name"], "群")
        self.assertFalse({"url", "template", "secret"} & seen.keys())
        (whole,) = robot.with_user(self.boss).copy_data()
        self.assertEqual(whole["url"], robot.sudo().url)
        self.assertEqual(robot.with_user(self.boss).copy().kind, "wecom")

    def test_own_event(self):
        """An administrator adds an event for any model, without code. Covers: B21."""
        model = self.env.ref("crm_base.model_crm_territory")
        self.env["crm.webhook.event"].create(
            {
                "name": "Territory renamed",
                "code": "territory.renamed",
                "model_id": model.id,
                "trigger_fields": "name, parent_id",
            }
        )
        webhook = self._webhook("territory.renamed")
        territory = self.env["crm.territory"].create({"name": "华东"})
        self._happen()
        self.assertFalse(self._deliveries(webhook))
        territory.name = "华东大区"
        self.assertEqual(self._deliveries(webhook).res_id, territory.id)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.env["crm.webhook.event"].create(
                {
                    "name": "x",
                    "code": "x",
                    "model_id": model.id,
                    "trigger_fields": "nonsense",
                }
            )

    def test_replay_needs_an_end(self):
        """What is on its way is not sent twice. Covers: B21."""
        webhook = self._webhook("customer.created")
        self._customer(self.sam)
        delivery = self._deliveries(webhook).with_user(self.boss)
        with self.assertRaises(UserError):
            delivery.action_replay()
        self.assertEqual(delivery.action_cancel(), 1)
        self._send()
        self.assertFalse(self.server.seen)
        self.assertEqual(delivery.action_replay(), 1)
        self._send()
        self.assertEqual(len(self.server.seen), 1)
        self.assertEqual(delivery.action_replay(), 1)
        self._send()
        first, second = self.server.seen
        self.assertEqual(
            first["headers"]["x-crm-delivery"], second["headers"]["x-crm-delivery"]
        )
