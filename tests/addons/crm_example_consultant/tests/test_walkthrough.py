from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.crm_base.tests.common import CrmCase
from odoo.addons.crm_base.tests.import_files import ImportCase

FORM, LIST = "crm_base.res_partner_view_form", "crm_base.res_partner_view_list"


class WalkthroughCase(CrmCase):
    """The administrator of docs/extending, who sets the system up and sells nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._crm_user("ada", "employee")
        cls.administrator.group_ids = [
            Command.link(cls.env.ref("base.group_system").id)
        ]

    def _new_field(self):
        """The first walk-through: a field in the list Settings → Technical → Fields."""
        self.env["ir.model.fields"].with_user(self.administrator).create(
            {
                "name": "x_credit_grade",
                "field_description": "信用等级",
                "model_id": self.env.ref("base.model_res_partner").id,
                "ttype": "char",
            }
        )

    def _extend(self, view, name, arch):
        """An inherited view, as Settings → Technical → Views makes it."""
        view = self.env.ref(view)
        self.env["ir.ui.view"].with_user(self.administrator).create(
            {
                "name": name,
                "model": view.model,
                "inherit_id": view.id,
                "mode": "extension",
                "arch": arch,
            }
        )

    def _fields_of(self, view):
        arch = (
            self.env["res.partner"].with_user(self.sam).get_view(self.env.ref(view).id)
        )
        tree = etree.fromstring(arch["arch"])
        return [node.get("name") for node in tree.iter("field")]


@tagged("post_install", "-at_install")
class TestWalkthrough(WalkthroughCase):
    """Each walk-through of docs/extending, step by step, as the role named there."""

    def test_field_form_and_column(self):
        """A field, its place in the form and its column in the list.

        Covers: B22.
        """
        with self.assertRaises(AccessError):
            self.env["ir.model.fields"].with_user(self.boss).create(
                {
                    "name": "x_no",
                    "field_description": "No",
                    "model_id": self.env.ref("base.model_res_partner").id,
                    "ttype": "char",
                }
            )
        self._new_field()
        self._extend(
            FORM,
            "customer form: credit grade",
            "<field name='source_id' position='after'>"
            "<field name='x_credit_grade'/></field>",
        )
        self._extend(
            LIST,
            "customer list: credit grade",
            "<field name='customer_level_id' position='after'>"
            "<field name='x_credit_grade' optional='show'/></field>",
        )
        names = self._fields_of(FORM)
        self.assertEqual(
            names[names.index("source_id") + 1], "x_credit_grade", "its place"
        )
        self.assertIn("x_credit_grade", self._fields_of(LIST))
        customer = self._customer(self.sam)
        customer.with_user(self.sam).x_credit_grade = "AA"
        Partner = self.env["res.partner"]
        domain = [("x_credit_grade", "=", "AA")]
        self.assertEqual(Partner.with_user(self.manager).search(domain), customer)
        self.assertFalse(Partner.with_user(self.xia).search(domain))
        with self.assertRaises(AccessError):
            customer.with_user(self.xia).x_credit_grade = "C"

    def test_status(self):
        """A stage of one's own, in the data dictionary, by the director.

        Covers: B17, B22.
        """
        values = {
            "kind": "customer_stage",
            "name": "试用中",
            "code": "trial",
            "sequence": 35,
        }
        Dictionary = self.env["crm.dictionary"]
        with self.assertRaises(AccessError):
            Dictionary.with_user(self.manager).create(values)
        stage = Dictionary.with_user(self.director).create(values)
        customer = self._customer(self.sam)
        customer.with_user(self.sam).customer_stage_id = stage
        groups = (
            self.env["res.partner"]
            .with_user(self.sam)
            .formatted_read_group(
                [("is_crm_customer", "=", True)], ["customer_stage_id"], ["__count"]
            )
        )
        self.assertIn("试用中", [group["customer_stage_id"][1] for group in groups])

    def test_automation(self):
        """Whoever makes a customer an A customer gets a task to visit it.

        Covers: B22.
        """
        level = self.env["crm.dictionary"].search(
            [("kind", "=", "customer_level"), ("code", "=", "a")]
        )
        model = self.env.ref("base.model_res_partner")
        rule = (
            self.env["base.automation"]
            .with_user(self.administrator)
            .create(
                {
                    "name": "A 类客户：安排拜访",
                    "model_id": model.id,
                    "trigger": "on_create_or_write",
                    "trigger_field_ids": [
                        Command.link(
                            self.env.ref(
                                "crm_base.field_res_partner__customer_level_id"
                            ).id
                        )
                    ],
                    "filter_pre_domain": f"[('customer_level_id', '!=', {level.id})]",
                    "filter_domain": f"[('customer_level_id', '=', {level.id})]",
                }
            )
        )
        self.env["ir.actions.server"].with_user(self.administrator).create(
            {
                "name": "安排拜访",
                "model_id": model.id,
                "base_automation_id": rule.id,
                "usage": "base_automation",
                "state": "next_activity",
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "activity_summary": "本周拜访",
                "activity_date_deadline_range": 5,
                "activity_date_deadline_range_type": "days",
                "activity_user_type": "generic",
                "activity_user_field_name": "user_id",
            }
        )
        customer = self._customer(self.sam)
        self.assertFalse(customer.activity_ids)
        customer.with_user(self.sam).customer_level_id = level
        self.assertEqual(customer.activity_ids.summary, "本周拜访")
        self.assertEqual(customer.activity_ids.user_id, self.sam)

    def test_notification_rule(self):
        """The boss lets people be reminded of plans an hour before, by two channels.

        Covers: B11, B22.
        """
        kind = self.env["crm.reminder.kind"].search([], limit=1)
        with self.assertRaises(AccessError):
            kind.with_user(self.manager).escalate_after = 8
        channels = self.env["crm.reminder.channel"].search([], limit=2)
        kind.with_user(self.boss).write(
            {
                "escalate_after": 8,
                "channel_ids": [Command.set(channels.ids)],
                "lead_ids": [
                    Command.clear(),
                    Command.create({"number": 1, "unit": "hours"}),
                ],
            }
        )
        self.assertEqual(kind.lead_ids.mapped("number"), [1])
        self.assertEqual(kind.channel_ids, channels)

    def test_sharing_rule(self):
        """Customers of a level are shared with a specialist, by an automation.

        Covers: B02, B22.
        """
        level = self.env["crm.dictionary"].search(
            [("kind", "=", "customer_level"), ("code", "=", "a")]
        )
        model = self.env.ref("base.model_res_partner")
        rule = (
            self.env["base.automation"]
            .with_user(self.administrator)
            .create(
                {
                    "name": "A 类客户：技术支持可见",
                    "model_id": model.id,
                    "trigger": "on_create_or_write",
                    "filter_domain": f"[('customer_level_id', '=', {level.id})]",
                }
            )
        )
        self.env["ir.actions.server"].with_user(self.administrator).create(
            {
                "name": "共享给技术支持",
                "model_id": model.id,
                "base_automation_id": rule.id,
                "usage": "base_automation",
                "state": "code",
                "code": f"records.action_share([{self.xia.id}], 'read')",
            }
        )
        customer, other = self._customer(self.sam), self._customer(self.sam)
        customer.with_user(self.sam).customer_level_id = level
        self.assertTrue(customer.with_user(self.xia).has_access("read"))
        self.assertFalse(customer.with_user(self.xia).has_access("write"))
        self.assertFalse(other.with_user(self.xia).has_access("read"))


@tagged("post_install", "-at_install")
class TestWalkthroughImport(ImportCase):
    def test_import_profile(self):
        """A director describes the spreadsheet of a fair; a salesperson imports it.

        Covers: B18, B22.
        """
        customer = self.env.ref("crm_base.crm_import_profile_customer")
        values = {
            "name": "展会名单",
            "code": "fair",
            "model_id": customer.sudo().model_id.id,
            "handler": customer.handler,
            "column_ids": [
                Command.create(
                    {"field": "name", "synonyms": "参展商,展商", "required": True}
                ),
                Command.create({"field": "phone", "synonyms": "展位电话"}),
            ],
        }
        profiles = self.env["crm.import.profile"]
        with self.assertRaises(AccessError):
            profiles.with_user(self.manager).create(values)
        profile = profiles.with_user(self.director).create(values)
        batch = self._import(
            self.sam,
            [["参展商", "展位电话"], ["绍兴轻纺机械有限公司", "0575-55550100"]],
            profile_id=profile.id,
        )
        self.assertEqual(batch.state, "done")
        found = self.env["res.partner"].search([("name", "=", "绍兴轻纺机械有限公司")])
        self.assertEqual((found.user_id, found.phone), (self.sam, "0575-55550100"))
