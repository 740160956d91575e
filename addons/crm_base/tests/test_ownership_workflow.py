from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestWorkflowFields(CrmCase):
    """Facts are made by methods and by nobody else."""

    PARTNER_FACTS = {
        "owner_since": "2020-01-01 00:00:00",
        "last_followup_at": "2020-01-01 00:00:00",
        "last_effective_followup_at": "2020-01-01 00:00:00",
        "next_followup_at": "2020-01-01 00:00:00",
        "last_opportunity_at": "2020-01-01 00:00:00",
        "last_deal_at": "2020-01-01 00:00:00",
        "search_key": "forged",
        "surname_initial": "Z",
        "birthday_next": "2020-01-01",
    }
    FOLLOWUP_FACTS = {
        "state": "cancelled",
        "done_at": "2020-01-01 00:00:00",
        "cancel_reason": "x",
        "is_effective": True,
        "checkin_at": "2020-01-01 00:00:00",
        "checkin_latitude": 1.0,
        "checkin_longitude": 1.0,
        "checkin_accuracy": 1.0,
        "checkin_distance": 1.0,
        "reviewer_id": 1,
        "review": "x",
        "reviewed_at": "2020-01-01 00:00:00",
        "is_visit": True,
        "checkin_is_far": True,
        "satisfaction_score": 5,
    }

    def setUp(self):
        super().setUp()
        self.customer = self._customer(self.sam)
        self.followup = self._followup(self.sam, self.customer)

    def _doors(self, record, values, facts):
        """Yield (name of the door, function of one fact's name and value)."""
        model = self.env[record._name]
        theirs = record.with_user(self.sam)

        def create(name, value):
            model.with_user(self.sam).create({**values, name: value})

        def create_in_one2many(name, value):
            if record._name == "res.partner":
                theirs.child_ids = [Command.create({"name": "x", name: value})]
            else:
                self.customer.with_user(self.sam).followup_ids = [
                    Command.create(
                        {"name": "x", "method_id": self.phone.id, name: value}
                    )
                ]

        def load(name, value):
            if name in ("reviewer_id",):
                raise AccessError(name)
            result = theirs.load([".id", name], [[str(record.id), str(value)]])
            if any(message["type"] == "error" for message in result["messages"]):
                raise AccessError(str(result["messages"]))

        yield "write", lambda name, value: theirs.write({name: value})
        yield "web_save", lambda name, value: theirs.web_save({name: value}, {"id": {}})
        yield "create", create
        yield "one2many", create_in_one2many
        yield "load", load
        yield (
            "boss",
            lambda name, value: record.with_user(self.boss).write({name: value}),
        )
        yield "sudo", lambda name, value: record.sudo().write({name: value})
        yield (
            "context key",
            lambda name, value: theirs.with_context(crm_workflow=True).write(
                {name: value}
            ),
        )
        yield (
            "context key by name",
            lambda name, value: theirs.with_context(
                crm_workflow="<object object>"
            ).write({name: value}),
        )

    def _check_doors(self, record, values, facts):
        for door, use in self._doors(record, values, facts):
            for name, value in facts.items():
                with (
                    self.subTest(door=door, field=name),
                    self.assertRaises(AccessError),
                ):
                    use(name, value)
                    self.env.flush_all()

    def test_facts_of_customers(self):
        """No door lets anybody write what the system keeps about a customer.

        Covers: B03, B09.
        """
        facts = {**self.PARTNER_FACTS, "crm_customer_id": self.customer.id}
        self._check_doors(self.customer, {"name": "x", "is_crm_customer": True}, facts)

    def test_facts_of_followups(self):
        """No door lets anybody write what really happened.

        Covers: B09, B10.
        """
        self._check_doors(
            self.followup,
            {
                "name": "x",
                "partner_id": self.customer.id,
                "method_id": self.phone.id,
            },
            self.FOLLOWUP_FACTS,
        )

    def test_defaults_do_not_smuggle(self):
        """Defaults from the context or of the user are not a back door.

        Covers: B09.
        """
        for name, value in self.FOLLOWUP_FACTS.items():
            with self.subTest(field=name):
                followups = (
                    self.env["crm.followup"]
                    .with_user(self.sam)
                    .with_context(**{f"default_{name}": value})
                )
                plan = followups.create(
                    {
                        "name": "x",
                        "partner_id": self.customer.id,
                        "method_id": self.phone.id,
                    }
                )
                self.assertEqual(plan.state, "planned")
                self.assertNotEqual(
                    plan[name], plan._fields[name].convert_to_record(value, plan)
                )
                self.assertNotEqual(
                    followups.default_get([name]).get(name, False), value
                )
        self.env["ir.default"].set("crm.followup", "review", "x", user_id=self.sam.id)
        plan = self._followup(self.sam, self.customer)
        self.assertFalse(plan.review)
        for name, value in self.PARTNER_FACTS.items():
            with self.subTest(field=name):
                customer = (
                    self.env["res.partner"]
                    .with_user(self.sam)
                    .with_context(**{f"default_{name}": value})
                    .create({"name": "x", "is_crm_customer": True})
                )
                self.env.flush_all()
                self.assertNotIn(
                    str(value), str(customer[name]), f"{name} was smuggled in"
                )

    def test_onchange_shows_the_truth(self):
        """The form cannot be made to show other facts either.

        Covers: B09.
        """
        values = self.followup.with_user(self.sam).onchange(
            {"template_id": False}, ["template_id"], {"state": {}, "name": {}}
        )
        self.assertNotIn("state", values.get("value", {}))

    def test_empty_values_pass_on_creation(self):
        """Forms send empty read-only fields; that is no forgery.

        Covers: B09.
        """
        plan = self._followup(
            self.sam, self.customer, done_at=False, review=False, state="planned"
        )
        self.assertEqual(plan.state, "planned")

    def test_message_names_the_fields(self):
        """Whoever is refused reads which field, in words.

        Covers: B09.
        """
        with self.assertRaisesRegex(AccessError, "Owned Since"):
            self.customer.with_user(self.sam).with_context(lang="en_US").write(
                {"owner_since": fields.Datetime.now()}
            )
