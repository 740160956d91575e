import importlib
import importlib.util
from datetime import timedelta
from functools import partial

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.crm_base.tests.common import CrmCase

from . import doors
from .factories import FACTORIES
from .oracle import Oracle

AUTHOR = "CRM Suite contributors"


class ParityCase(CrmCase):
    """The cast of crm_base, with customers of everybody, shares, a pool, and history.

    Beside the cast: rea and wri borrow Sam's customer (for reading, for writing) and
    had Sue's until yesterday.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = cls._crm_user("rea", "salesperson")
        cls.writer = cls._crm_user("wri", "salesperson")
        cls.everybody |= cls.reader | cls.writer
        # nothing is left to chance: several teams, several levels, one team too many
        cls.archived = cls._crm_team("Dissolved", cls.xia, cls.north, cls.writer)
        cls.archived.action_archive()
        owners = (
            cls.sam,
            cls.sue,
            cls.tom,
            cls.xia,
            cls.other_manager,
            cls.director,
            cls.boss,
        )
        cls.customers = cls.env["res.partner"]
        for owner in owners:
            customer = cls._customer(owner, f"{owner.name} 的客户")
            cls._contact(customer, f"{owner.name} 的联系人")
            cls._followup(owner, customer, planned_at="2031-01-01 00:00:00")
            cls._followup(owner, customer, done=True, content="谈了价格和交期")
            cls.customers |= customer
        first, second = cls.customers[:2]
        cls._share(first, cls.reader)
        cls._share(first, cls.writer, "write")
        yesterday = fields.Date.today() - timedelta(days=1)
        for user in (cls.reader, cls.writer):
            cls._share(second, user, "write", fields.Date.to_string(yesterday))
        first.with_user(cls.sam).action_transfer(cls.sue.id, "休假")
        first.with_user(cls.sue).action_transfer(cls.sam.id, "回来")
        cls.pool = cls.env["crm.pool"].create(
            {
                "name": "南区公海",
                "member_team_ids": [(6, 0, cls.south.ids)],
                "admin_ids": [(6, 0, cls.director.ids)],
            }
        )
        pooled = cls._customer(cls.tom, "公海里的客户")
        cls._contact(pooled, "公海里的联系人")
        cls._followup(cls.tom, pooled, done=True, content="没有需求")
        pooled.with_user(cls.boss).action_release_to_pool(cls.pool.id, "没有需求")
        cls.customers |= pooled
        cls.meeting = cls.env["calendar.event"].create(
            {
                "name": "展会",
                "start": "2031-01-01 01:00:00",
                "stop": "2031-01-01 02:00:00",
                "user_id": cls.tom.id,
                "partner_ids": [(6, 0, cls.tom.partner_id.ids)],
            }
        )
        cls.env.flush_all()
        cls.env.invalidate_all()
        cls.oracle = Oracle(cls.env)
        cls.expected = {}
        for model, factory in cls._factories().items():
            if model in cls.env:
                cls.expected[model] = [
                    one
                    for customer in (*cls.customers, cls.env["res.partner"])
                    for one in factory(cls(), cls.oracle, customer)
                ]
        cls._fill_side_doors()

    @classmethod
    def _factories(cls):
        """Return the factories of this addon and of every addon that brings its own."""
        factories = dict(FACTORIES)
        for name in cls._modules():
            module = f"odoo.addons.{name}.tests.parity"
            if importlib.util.find_spec(f"odoo.addons.{name}.tests") and (
                importlib.util.find_spec(module)
            ):
                factories.update(importlib.import_module(module).FACTORIES)
        return factories

    @classmethod
    def _modules(cls):
        """Return the names of the installed addons of the suite."""
        return (
            cls.env["ir.module.module"]
            .search([("author", "=", AUTHOR), ("state", "=", "installed")])
            .mapped("name")
        )

    @classmethod
    def _models(cls):
        """Return the names of all models of the suite, or with a rule of the suite."""
        modules = cls._modules()
        Data = cls.env["ir.model.data"]

        def records(model):
            data = Data.search([("model", "=", model), ("module", "in", modules)])
            return cls.env[model].browse(data.mapped("res_id")).exists()

        rules = records("ir.rule").filtered(lambda rule: not rule.groups)
        names = {
            name
            for name in records("ir.model").mapped("model")
            if name in cls.env and cls.env[name]._original_module in modules
        }
        names |= set(rules.model_id.mapped("model"))
        return sorted(
            name
            for name in names
            if name in cls.env
            and not cls.env[name]._abstract
            and not cls.env[name].is_transient()
        )

    @classmethod
    def _fill_side_doors(cls):
        """Give every record an attachment, a message and an activity."""
        for model, expected in cls.expected.items():
            records = cls.env[model].union(*(one.record for one in expected))
            if not cls.env[model]._auto:
                continue
            cls.env["ir.attachment"].create(
                [
                    {
                        "name": "x.txt",
                        "raw": b"x",
                        "res_model": model,
                        "res_id": record.id,
                    }
                    for record in records
                ]
            )
            if isinstance(records, cls.env.registry["mail.thread"]):
                for record in records:
                    record.message_post(body="x", subject=doors.SUBJECT)
            if isinstance(records, cls.env.registry["mail.activity.mixin"]):
                for record in records:
                    record.activity_schedule(summary="x", user_id=cls.boss.id)


@tagged("post_install", "-at_install")
class TestParity(ParityCase):
    """Whatever door somebody knocks at, the answer is the same, and the oracle's."""

    def _records(self, model, user):
        records = self.env[model].union(*(one.record for one in self.expected[model]))
        return records.with_user(user).with_context(active_test=False)

    def _walk(self):
        """Yield model, user, records and the ids that the user should see."""
        for model, expected in self.expected.items():
            for user in self.everybody:
                seen = {one.record.id for one in expected if one.read(user)}
                changed = {one.record.id for one in expected if one.write(user)}
                yield model, user, self._records(model, user), seen, changed

    def test_every_model_has_records(self):
        """A model of the suite that is not tested is an error, not a gap.

        Covers: B01, B02.
        """
        missing = [model for model in self._models() if not self.expected.get(model)]
        self.assertFalse(
            missing,
            "No record to test with. Add a factory for these models to"
            " tests/addons/test_crm_suite/tests/factories.py, or to FACTORIES in"
            " tests/parity.py of their addon.",
        )

    def test_the_story_divides(self):
        """Every model that hangs on people is seen in part by somebody.

        Covers: B01, B02.
        """
        for model in ("res.partner", "crm.followup", "crm.share", "crm.owner.move"):
            parts = {
                user.login: len([o for o in self.expected[model] if o.read(user)])
                for user in self.everybody
            }
            whole = len(self.expected[model])
            self.assertTrue(
                any(0 < count < whole for count in parts.values()), (model, parts)
            )

    def test_doors_of_seeing(self):
        """Reading, searching, counting, grouping, exporting: one answer.

        Covers: B01, B02, B03, B19.
        """
        for model, user, records, seen, _changed in self._walk():
            for name, door in (doors.SEEING | doors.COUNTING).items():
                with self.subTest(model=model, user=user.login, door=name):
                    self.env.invalidate_all()
                    try:
                        found = door(records)
                    except AccessError:
                        found = set()
                    if name in doors.COUNTING:
                        self.assertEqual(found or 0, len(seen))
                    elif found is not None or not user.share:
                        self.assertEqual(found, seen)

    def test_side_doors(self):
        """Attachments and messages are as private as their record, activities as work.

        Covers: B01, B02, B03.
        """
        for model, user, records, seen, changed in self._walk():
            if user.share or not records._auto:
                continue
            for name, door in doors.SIDE.items():
                if name == "message" and not hasattr(records, "message_post"):
                    continue
                if name == "activity" and not hasattr(records, "activity_schedule"):
                    continue
                with self.subTest(model=model, user=user.login, door=name):
                    self.env.invalidate_all()
                    try:
                        found = door(records)
                    except AccessError:
                        found = set()
                    self.assertEqual(
                        found,
                        changed
                        if name == "activity" and not self._plans(records, user)
                        else seen,
                    )

    def _plans(self, records, user):
        """Return whether a user works on activities of records that he reads (bool).

        They are the boss's own, and Odoo opens those of some models, such as invoices,
        to everybody who reads the record.
        """
        return user == self.boss or records._mail_post_access == "read"

    def test_access_checks(self):
        """What the access check says of each operation is what the oracle says.

        Covers: B01, B02, B03.
        """
        for model, expected in self.expected.items():
            for user in self.everybody:
                for one in expected:
                    record = one.record.with_user(user)
                    with self.subTest(model=model, user=user.login, record=record.id):
                        self.assertEqual(
                            record.has_access("read"), bool(one.read(user))
                        )
                        self.assertEqual(
                            record.has_access("write"), bool(one.write(user))
                        )
                        if one.unlink is not one.write:
                            continue
                        self.assertEqual(
                            record.has_access("unlink"), bool(one.unlink(user))
                        )

    def _attempt(self, use):
        """Return whether something is let through; nothing of it stays."""
        savepoint = self.env.cr.savepoint()
        try:
            use()
            self.env.flush_all()
            return True
        except AccessError:
            return False
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_doors_of_changing(self):
        """A change goes through for exactly those who may change.

        Covers: B01, B02, B03.
        """
        for model, expected in self.expected.items():
            field = self._harmless_field(model)
            for user in self.everybody:
                for one in expected:
                    record = one.record.with_user(user)
                    with self.subTest(model=model, user=user.login, record=record.id):
                        allowed = self._attempt(partial(record.write, {field: "改"}))
                        self.assertEqual(allowed, bool(one.write(user)), field)

    def _harmless_field(self, model):
        fields_by_name = self.env[model]._fields
        for name in ("comment", "content", "note", "description", "subject", "name"):
            field = fields_by_name.get(name)
            if field and field.store and field.type in ("char", "text", "html"):
                return name
        return "id"

    def test_doors_of_deleting(self):
        """A deletion goes through for exactly those who may delete.

        Covers: B01, B05, B16.
        """
        for model, expected in self.expected.items():
            for user in self.everybody:
                for one in expected:
                    record = one.record.with_user(user)
                    with self.subTest(model=model, user=user.login, record=record.id):
                        try:
                            allowed = self._attempt(record.unlink)
                        except UserError:
                            # right or wrong to ask, the record stays for its reasons
                            allowed = False
                            if one.unlink(user):
                                continue
                        self.assertEqual(allowed, bool(one.unlink(user)))

    def test_doors_of_creating(self):
        """A creation goes through for exactly those who may create.

        Covers: B01, B02, B03.
        """
        for model, expected in self.expected.items():
            for user in self.everybody:
                for one in expected:
                    if one.values is None:
                        continue
                    with self.subTest(model=model, user=user.login, values=one.values):
                        create = self.env[model].with_user(user).create
                        allowed = self._attempt(partial(create, dict(one.values)))
                        self.assertEqual(allowed, bool(one.create(user)))
