import json

from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .leak_common import KEPT, SECRETS, LeakCase


@tagged("post_install", "-at_install")
class TestLeak(LeakCase):
    def _doors_of_the_read_model(self, user):
        """Return every way to read the pool's list, a dict of name to function."""
        Row = self.env["crm.pool.customer"].with_user(user)
        row = Row.browse(self.customer.id)
        names = list(Row._fields)
        columns = [name for name in names if name != "id"]
        spec = {
            name: {"fields": {"display_name": {}}} if field.relational else {}
            for name, field in Row._fields.items()
        }

        def grouped_by(name):
            moment = Row._fields[name].type in ("date", "datetime")
            return lambda: Row.formatted_read_group(
                [], [f"{name}:month" if moment else name], ["__count"]
            )

        def unfolded_by(name):
            return lambda: Row.web_read_group(
                [], [name], [], auto_unfold=True, unfold_read_specification=spec
            )

        return {
            "read": lambda: row.read(),
            "search_read": lambda: Row.search_read([]),
            "web_read": lambda: row.web_read(spec),
            "web_search_read": lambda: Row.web_search_read([], spec),
            "name_search": lambda: Row.name_search("深圳"),
            "display_name": lambda: row.display_name,
            "export": lambda: row.export_data(columns),
            "fields_get": lambda: Row.fields_get(),
            "default_get": lambda: Row.default_get(names),
            "search panel": lambda: Row.search_panel_select_range("pool_id"),
            "get_views": lambda: Row.get_views([(False, "list"), (False, "form")]),
            **{
                f"groups by {name}": grouped_by(name)
                for name, field in Row._fields.items()
                if field.store
            },
            **{
                f"unfolded groups by {name}": unfolded_by(name)
                for name in ("phone", "email", "pool_id")
            },
        }

    def test_doors_of_the_read_model(self):
        """No door of the pool's own list tells more than the masked values.

        Covers: P10.
        """
        for user in self.sam | self.sue | self.manager | self.other_manager:
            for door, walk in self._doors_of_the_read_model(user).items():
                with self.subTest(user=user.login, door=door):
                    self.assertNoSecret(walk(), door)
            self.assertEqual(self._seen(self.customer, user).mobile, "138****5678")

    def test_search_is_no_oracle(self):
        """Guessing a full number or address finds nothing, by whatever field.

        Covers: P10.
        """
        Row = self.env["crm.pool.customer"].with_user(self.sam)
        for name, field in Row._fields.items():
            if field.type not in ("char", "text") or not (field.store or field.search):
                continue
            for secret in SECRETS.values():
                for operator in ("=", "ilike", "=ilike", "like", "in"):
                    value = [secret] if operator == "in" else secret
                    with self.subTest(name=name, secret=secret, operator=operator):
                        self.assertFalse(Row.search_count([(name, operator, value)]))
        for secret in SECRETS.values():
            self.assertFalse(Row.name_search(secret))

    def _doors_of_the_partner(self, user, family):
        """Return every way to the customer as a partner, a dict of name to function."""
        theirs = family.with_user(user)
        customer = theirs[:1]
        attachment = self.attachment.with_user(user)
        Followup = self.env["crm.followup"].with_user(user)
        return {
            "read": lambda: theirs.read(["phone"]),
            "web_read": lambda: theirs.web_read({"phone": {}}),
            "export": lambda: theirs.export_data(["phone", "email"]),
            "copy": lambda: theirs.copy(),
            "overview": lambda: customer.get_crm_overview(),
            "timeline": lambda: customer.get_crm_timeline(),
            "post": lambda: customer.message_post(body="?"),
            "write": lambda: theirs.write({"comment": "x"}),
            "follow up": lambda: Followup.create(
                {"name": "x", "partner_id": customer.id}
            ),
            "attachment": lambda: attachment.read(["raw"]),
            "attachment name": lambda: attachment.read(["name"]),
            "release": lambda: customer.action_release_to_pool(self.pool.id, "x"),
        }

    def test_partner_is_out_of_reach(self):
        """As a partner neither the customer nor its contact exists for a member.

        Covers: P10.
        """
        family = self.customer | self.contact
        for user in self.sam | self.sue | self.manager | self.other_manager | self.xia:
            self.assertBlind(user, family)
            for door, walk in self._doors_of_the_partner(user, family).items():
                with (
                    self.subTest(user=user.login, door=door),
                    self.assertRaises(AccessError),
                ):
                    walk()
            family.with_user(user).message_subscribe(user.partner_id.ids)
            self.assertNotIn(user.partner_id, family.message_partner_ids)
            Partner = self.env["res.partner"].with_user(user)
            for secret in SECRETS.values():
                self.assertFalse(Partner.name_search(secret))
                for name in ("search_key", "phone", "mobile", "email", "wechat"):
                    found = Partner.search_count([(name, "ilike", secret)])
                    self.assertFalse(found)

    def test_every_model(self):
        """Whatever else a member reads, of any model, holds no secret.

        Covers: P10.
        """
        # sue once had the customer on loan; names may be asked to tell an address
        for user in self.sam | self.sue | self.manager:
            with mute_logger("odoo.models", "odoo.addons.base.models.ir_model"):
                read = sum(
                    self._read_everything(user, name)
                    for name in sorted(self.env.registry)
                    if name not in ("ir.ui.view", "ir.ui.menu", "res.country.state")
                )
            self.assertGreater(read, 100)

    def _read_everything(self, user, name):
        """Look for secrets in a model; return how many records were read (int)."""
        Model = self.env[name].with_user(user)
        if Model._abstract or Model._transient or not Model.has_access("read"):
            return 0
        records = Model.with_context(active_test=False, **self._telling()).search(
            [], order="id desc", limit=200
        )
        names = [
            field.name
            for field in Model._fields.values()
            if field.type not in ("binary", "image")
            and Model._has_field_access(field, "read")
        ]
        try:
            told = records.read(names)
        except UserError:
            # a record may refuse to be read; that tells nothing
            return 0
        with self.subTest(name, user=user.login):
            # whoever had it on loan, and her superior, keep what they were sent
            spared = () if user == self.sam else KEPT.get(name, ())
            self.assertNoSecret(told, f"{name}, read by {user.login}", spared)
        return len(told)

    def test_paths_of_every_model(self):
        """No path from another model confirms a guess about a pooled customer.

        Covers: P10.
        """
        probes = (("phone", SECRETS["phone"]), ("email", SECRETS["contact_email"]))
        walked = 0
        for name in sorted(self.env.registry):
            Model = self.env[name].with_user(self.sam)
            if Model._abstract or Model._transient or not Model.has_access("read"):
                continue
            for field in Model._fields.values():
                if (
                    field.comodel_name != "res.partner"
                    or not field.store
                    or not Model._has_field_access(field, "read")
                ):
                    continue
                for target, secret in probes:
                    walked += 1
                    self.assertFalse(
                        Model.with_context(active_test=False).search_count(
                            [(f"{field.name}.{target}", "=", secret)]
                        ),
                        f"{name}.{field.name}.{target}",
                    )
        self.assertGreater(walked, 20)

    def test_figures(self):
        """Figures are computed without the pooled customer, and name nothing of it.

        Covers: P10.
        """
        Metric = self.env["crm.metric"].with_user(self.sam)
        for metric in Metric.search([]):
            for group_by in (False, "user"):
                if group_by and not metric.user_field:
                    continue
                told = Metric.compute_values(
                    [metric.code], "2020-01-01", "2040-01-01", group_by
                )
                self.assertNoSecret(told, metric.code)

    def test_after_the_claim(self):
        """Whoever claims the customer sees everything, at once.

        Covers: P02, P10.
        """
        self._claim(self.sam, self.customer)
        theirs = self.customer.with_user(self.sam)
        self.assertEqual(theirs.mobile, SECRETS["mobile"])
        self.assertEqual(theirs.child_ids.phone, SECRETS["contact_phone"])
        self.assertIn(SECRETS["message"], str(theirs.message_ids.mapped("body")))
        self.assertEqual(
            self.attachment.with_user(self.sam).raw, SECRETS["attachment"].encode()
        )


@tagged("post_install", "-at_install")
class TestLeakOverHttp(LeakCase, HttpCase):
    def test_routes(self):
        """The routes of the web client tell a member no secret either.

        Covers: P10.
        """
        self.authenticate("sam", "sam")
        thread = {"thread_model": "res.partner", "thread_id": self.customer.id}
        with mute_logger("odoo.http"):
            for route, params in (
                ("/mail/thread/messages", thread),
                (
                    "/mail/data",
                    {
                        "fetch_params": [
                            [
                                "mail.thread",
                                {
                                    **thread,
                                    "request_list": [
                                        "activities",
                                        "attachments",
                                        "followers",
                                        "suggestedRecipients",
                                    ],
                                },
                            ]
                        ]
                    },
                ),
                (
                    "/mail/thread/recipients",
                    {**thread, "message_id": self.message.id},
                ),
                (
                    "/web/dataset/call_kw/res.partner/get_mention_suggestions",
                    {
                        "model": "res.partner",
                        "method": "get_mention_suggestions",
                        "args": ["深圳"],
                        "kwargs": {},
                    },
                ),
                (
                    "/web/dataset/call_kw/crm.pool.customer/search_read",
                    {
                        "model": "crm.pool.customer",
                        "method": "search_read",
                        "args": [[]],
                        "kwargs": {},
                    },
                ),
            ):
                with self.subTest(route):
                    answer = self.url_open(route, json={"params": params})
                    self.assertNoSecret(answer.text, route)
            for path in (
                f"/web/content/{self.attachment.id}",
                f"/web/content?model=res.partner&id={self.customer.id}&field=phone",
                f"/mail/view?model=res.partner&res_id={self.customer.id}",
                f"/odoo/crm-customers/{self.customer.id}",
            ):
                with self.subTest(path):
                    self.assertNoSecret(self.url_open(path).text, path)
            answer = self.url_open(
                "/web/export/csv",
                data={
                    "csrf_token": Request.csrf_token(self),
                    "data": json.dumps(
                        {
                            "model": "crm.pool.customer",
                            "fields": [
                                {"name": name, "label": name, "type": "char"}
                                for name in (
                                    "name",
                                    "phone",
                                    "mobile",
                                    "email",
                                    "wechat",
                                )
                            ],
                            "ids": False,
                            "domain": [],
                            "import_compat": False,
                            "context": {},
                            "groupby": [],
                        }
                    ),
                },
            )
            self.assertIn("深圳石油公司", answer.content.decode("utf-8-sig"))
            self.assertNoSecret(answer.content.decode("utf-8-sig"), "csv")
