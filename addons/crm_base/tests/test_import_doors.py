import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .import_files import ImportCase, text

ROWS = [["客户名称", "电话"], ["诺深科技（北京）有限公司", "010-62345678"]]


@tagged("post_install", "-at_install")
class TestImportDoors(ImportCase):
    """Who may import what, and what whoever imports is told about others."""

    def test_who_may_import(self):
        """Managers have the right, salespeople when it is given. Covers: B18."""
        for user in (self.sam, self.manager, self.director, self.boss):
            self.assertTrue(self._batch(user, ROWS))
        for user in (
            self.sue,
            self.assistant,
            self.employee,
            self.maintainer,
            self.portal,
        ):
            with self.assertRaises(AccessError):
                self._batch(user, ROWS)

    def test_what_a_role_may_not_create(self):
        """The right to import is no right to create."""
        self.employee.group_ids += self.importer
        with self.assertRaises(AccessError):
            self.env["crm.import.batch"].with_user(self.employee).create(
                {"model": "crm.territory", "file": base64.b64encode(text(ROWS))}
            )
        for model in ("res.users", "ir.cron", "crm.owner.move", "no.such", "ir.model"):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.env["crm.import.batch"].with_user(self.sam).create(
                    {"model": model, "file": base64.b64encode(text(ROWS))}
                )

    def test_imports_of_others(self):
        """Imports and their rows are their author's and the boss's."""
        batch = self._batch(self.sam, ROWS)
        batch.action_preview()
        for user in (self.manager, self.director):
            self.assertBlind(user, batch.sudo())
            self.assertBlind(user, batch.sudo().row_ids)
        self.assertSees(self.boss, batch.sudo())
        with self.assertRaises(AccessError):
            batch.with_user(self.manager).action_run()

    def test_state_and_rows_are_not_written(self):
        """State, author, results and rows change through the buttons only."""
        batch = self._batch(self.sam, ROWS)
        batch.action_preview()
        for vals in (
            {"state": "done"},
            {"user_id": self.boss.id},
            {"file_hash": "x"},
            {"error_file": "eA=="},
            {"row_count": 7},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                batch.write(vals)
        for vals in (
            {"state": "created"},
            {"data": ["x"]},
            {"res_id": 1},
            {"links": {}},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                batch.row_ids.write(vals)
        batch.row_ids.write({"decision": "skip"})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.env["crm.import.row"].with_user(self.sam).create(
                {"batch_id": batch.id, "number": 9}
            )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.env["crm.import.batch"].with_user(self.sam).create(
                {
                    "profile_id": batch.profile_id.id,
                    "user_id": self.boss.id,
                    "file": base64.b64encode(text(ROWS)),
                }
            )

    def test_workflow_fields_are_no_columns(self):
        """Fields that only methods change cannot be mapped."""
        profile = (
            self.env["crm.import.profile"]
            .with_user(self.sam)
            ._crm_for_model("res.partner")
        )
        self.assertEqual(profile.code, "customer")
        names = {
            name
            for name, _required in self.env["crm.import.profile"]
            .new({"model_id": self.env["ir.model"]._get_id("crm.followup")})
            ._crm_importable_fields()
        }
        self.assertIn("content", names)
        self.assertFalse(names & {"state", "done_at", "review", "checkin_at"})

    def test_profile_in_use_stays(self):
        """A profile with imports is archived, not deleted; without any it goes."""
        batch = self._batch(self.sam, ROWS)
        used = batch.profile_id.with_user(self.director)
        with self.assertRaisesRegex(UserError, "archive it instead"):
            used.unlink()
        used.action_archive()
        self.assertFalse(used.active)
        free = used.create(
            {
                "name": "Sources",
                "code": "sources",
                "model_id": self.env["ir.model"]._get_id("utm.source"),
            }
        )
        free.unlink()
        self.assertFalse(free.exists())

    def test_owner_out_of_reach(self):
        """A salesperson imports for himself; a manager for her people."""
        rows = [["客户名称", "负责人"], ["归属科技有限公司", "Xia"]]
        batch = self._batch(self.sam, rows)
        batch.action_preview()
        self.assertIn("your own people", self._notes(batch)[2])
        rows[1][1] = "sue"
        self._import(self.manager, rows)
        customer = self._partner("归属科技有限公司")
        self.assertEqual(customer.user_id, self.sue)
        self.assertLedger(customer, [("create", None, self.sue)])

    def test_duplicate_out_of_sight(self):
        """Of a colleague's customer the importer learns that it exists, no more.

        Covers: B13, B18.
        """
        theirs = self._customer(
            self.xia, "北京诺深科技有限公司", phone="010-62345678", customer_no="X-9"
        )
        batch = self._batch(self.sam, ROWS)
        batch.action_preview()
        row = batch.row_ids
        self.assertEqual(row.state, "duplicate")
        told = f"{row.note} {row.matches} {batch.preview} {batch.problems}"
        for secret in (theirs.name, "X-9", "Xia", self.south.name):
            self.assertNotIn(secret, told)
        self.assertEqual(row.matches[0]["res_id"], 0)
        for decision in ("update", "contact"):
            row.decision = decision
        self._run(batch)
        self.assertEqual(batch.row_ids.state, "skipped")
        self.assertEqual(theirs.phone, "010-62345678")
        self.assertFalse(theirs.child_ids)

    def test_decisions(self):
        """Each duplicate is skipped, updated, given a contact, or created anyway."""
        names = [f"决定{word}科技有限公司" for word in ("甲", "乙", "丙", "丁")]
        known = self.env["res.partner"]
        for name in names:
            known |= self._customer(self.tom, f"北京{name}", city="旧")
        head = ["客户名称", "城市", "联系人", "手机"]
        rows = [
            head,
            *(
                [f"北京{name}", "新", f"人{i}", f"1380013800{i}"]
                for i, name in enumerate(names)
            ),
        ]
        batch = self._batch(self.manager, rows)
        batch.action_preview()
        self.assertEqual(batch.duplicate_count, 4)
        for row, decision in zip(
            batch.row_ids.sorted("number"),
            ("skip", "update", "contact", "create"),
            strict=True,
        ):
            row.decision = decision
        self._run(batch)
        self.assertEqual(
            list(self._states(batch).values()),
            ["skipped", "updated", "linked", "created"],
        )
        self.assertEqual(known.mapped("city"), ["旧", "新", "旧", "旧"])
        self.assertEqual(known[2].child_ids.name, "人2")
        self.assertEqual(len(self._partner(known[3].name)), 2)

    def test_creating_anyway_is_for_managers(self):
        """What is there without doubt is not created once more by a salesperson."""
        self._customer(self.sam, "北京再来科技有限公司")
        batch = self._batch(self.sam, [["客户名称"], ["北京再来科技有限公司"]])
        batch.duplicate_policy = "create"
        batch.action_preview()
        self._run(batch)
        self.assertEqual(batch.error_count, 1)
        self.assertEqual(len(self._partner("北京再来科技有限公司")), 1)

    def test_update_keeps_what_the_file_leaves_empty(self):
        """An empty cell erases nothing."""
        customer = self._customer(
            self.sam, "北京留空科技有限公司", phone="010-62345678"
        )
        batch = self._batch(
            self.sam,
            [["客户名称", "电话", "城市"], ["北京留空科技有限公司", "", "北京"]],
        )
        batch.duplicate_policy = "update"
        batch.action_preview()
        self._run(batch)
        self.assertEqual((customer.phone, customer.city), ("010-62345678", "北京"))

    def test_other_company(self):
        """Customers belong to nobody's other company: imports are of one company."""
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._batch(self.sam, ROWS, company_id=other.id)


@tagged("post_install", "-at_install")
class TestImportDownload(HttpCase, ImportCase):
    """What is downloaded, and by whom."""

    def test_downloads(self):
        """Templates for those who may import, rejected rows for their author."""
        profile = self.env.ref("crm_base.crm_import_profile_customer")
        batch = self._batch(self.sam, [["客户名称", "电话"], ["", "abc"]])
        batch.action_preview()
        template = f"/crm_base/import_template/{profile.id}"
        errors = batch.action_errors()["url"]
        for user, allowed in ((self.sam, (200, 200)), (self.manager, (200, 404))):
            self.authenticate(user.login, user.login)
            self.assertEqual(self.url_open(template).status_code, allowed[0])
            answer = self.url_open(errors)
            is_workbook = answer.status_code == 200 and answer.content[:2] == b"PK"
            self.assertEqual(is_workbook, allowed[1] == 200, user.login)
        self.authenticate(self.sue.login, self.sue.login)
        self.assertNotEqual(self.url_open(template).content[:2], b"PK")
