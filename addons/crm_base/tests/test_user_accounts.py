import base64
import io

from openpyxl import Workbook

from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestUserAccounts(CrmCase):
    def _row(self, login, **values):
        return {"name": login.title(), "login": login, **values}

    def _create(self, rows, user=None, **options):
        Users = self.env["res.users"].with_user(user or self.boss)
        return Users.create_accounts(rows, **options)

    def test_many_at_once(self):
        """A table of people becomes accounts, teams and links. Covers: B04."""
        result = self._create(
            [
                self._row("li", role="manager", team="north", phone="13800138000"),
                self._row("wu", role="业务员" if self._has_chinese() else ""),
                self._row("he@example.com", role="Director"),
                self._row("sam"),
                self._row("no team", team="North"),
                self._row("ma", team="Nowhere"),
                self._row("xu", role="emperor"),
                self._row("wu"),
                self._row("qi", email="no mail"),
                {"login": "nameless"},
                "nonsense",
            ]
        )
        self.assertEqual(
            [row["status"] for row in result["rows"]],
            ["created"] * 3 + ["exists"] + ["failed"] * 7,
        )
        self.assertEqual(
            (result["created"], result["existing"], result["failed"]), (3, 1, 7)
        )
        for row in result["rows"][4:]:
            self.assertTrue(row["message"])
        li, wu, he = self.env["res.users"].browse(
            [row["user_id"] for row in result["rows"][:3]]
        )
        self.assertEqual((li.crm_role, wu.crm_role), ("manager", "salesperson"))
        self.assertEqual(he.crm_role, "director")
        self.assertEqual(li.sale_team_id, self.north)
        self.assertEqual(he.email, "he@example.com")
        self.assertEqual(li.company_ids, self.boss.company_ids)
        self.assertTrue(result["rows"][0]["link"].startswith("http"))
        self.assertFalse(li.has_group("base.group_system"))

    def _has_chinese(self):
        return "zh_CN" in dict(self.env["res.lang"].get_installed())

    def test_twice_changes_nothing(self):
        """The same table twice leaves the accounts alone. Covers: B04."""
        rows = [self._row("li", role="manager"), self._row("wu")]
        made = self._create(rows)
        again = self._create([{**rows[0], "role": "boss"}, rows[1]])
        self.assertEqual((again["created"], again["existing"]), (0, 2))
        self.assertEqual(
            [row["user_id"] for row in again["rows"]],
            [row["user_id"] for row in made["rows"]],
        )
        li = self.env["res.users"].browse(made["rows"][0]["user_id"])
        self.assertEqual(li.crm_role, "manager")

    def test_dry_run(self):
        """A check creates nothing. Covers: B04."""
        result = self._create([self._row("li")], dry_run=True)
        self.assertEqual(result["created"], 1)
        self.assertFalse(result["rows"][0]["user_id"])
        self.assertFalse(self.env["res.users"].search([("login", "=", "li")]))

    def test_refused(self):
        """Only the boss makes accounts. Covers: B01, B04."""
        for user in (
            self.director,
            self.manager,
            self.sam,
            self.employee,
            self.maintainer,
            self.portal,
        ):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._create([self._row("li")], user)
        for rows in ([], None, {}, "text", [self._row("li")] * 2001):
            with self.assertRaises(UserError):
                self._create(rows)

    def test_no_password_is_hashed(self):
        """500 accounts take no 500 hashes, which take minutes. Covers: B04."""
        Users = type(self.env["res.users"])
        hashed = []

        def count(users, uid, password):
            hashed.append(uid)

        self.patch(Users, "_set_encrypted_password", count)
        self._create([self._row(f"user{number}") for number in range(20)])
        self.assertFalse(hashed)

    def test_queries(self):
        """More accounts cost few queries more each. Covers: B04."""

        def cost(prefix, number):
            before = self.env.cr.sql_log_count
            self._create(
                [self._row(f"{prefix}{index}", team="South") for index in range(number)]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        cost("warm", 2)
        few, many = cost("few", 5), cost("many", 25)
        self.assertLess(many - few, 20 * 20, (few, many))

    def test_link_opens_the_account(self):
        """The person chooses a password by the link, and logs in. Covers: B04."""
        result = self._create([self._row("li")])
        token = result["rows"][0]["link"].partition("token=")[2].partition("&")[0]
        Users = self.env["res.users"].sudo()
        Users.signup({"password": "correct horse battery"}, token)
        li = Users.browse(result["rows"][0]["user_id"])
        self.assertTrue(
            li.with_user(li)._check_credentials(
                {"type": "password", "password": "correct horse battery"},
                {"interactive": True},
            )
        )

    def test_table_in_the_wizard(self):
        """Pasted text, with and without headings, and a spreadsheet. Covers: B04."""
        wizard = self.env["crm.user.create"].with_user(self.boss)
        pasted = wizard.create({"text": "李娜\tlina\t138\t\t\tNorth\n王强\twq\n"})
        pasted.action_preview()
        self.assertFalse(self.env["res.users"].search([("login", "=", "lina")]))
        pasted.action_create_accounts()
        lina = self.env["res.users"].search([("login", "=", "lina")])
        self.assertEqual((lina.name, lina.sale_team_id), ("李娜", self.north))
        book = Workbook()
        for row in (["账号", "姓名", "部门"], ["zhao", "赵云", "South"]):
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        wizard.create(
            {"file": base64.b64encode(stream.getvalue())}
        ).action_create_accounts()
        zhao = self.env["res.users"].search([("login", "=", "zhao")])
        self.assertEqual((zhao.name, zhao.sale_team_id), ("赵云", self.south))
        gbk = "姓名,账号\n钱多,qian\n".encode("gb18030")
        wizard.create({"file": base64.b64encode(gbk)}).action_create_accounts()
        self.assertTrue(self.env["res.users"].search([("login", "=", "qian")]))

    def test_broken_files(self):
        """A file that is no table is refused clearly. Covers: B04."""
        wizard = self.env["crm.user.create"].with_user(self.boss)
        for content in (b"PK\x03\x04 broken", b"\xff\xfe\x81\x00", b" \n"):
            with self.assertRaises(UserError):
                wizard.create({"file": base64.b64encode(content)}).action_preview()
        with self.assertRaises(UserError):
            wizard.create({}).action_preview()

    # ------------------------------------------------------------
    # CLOSING, REOPENING, PASSWORDS
    # ------------------------------------------------------------

    def test_close_and_reopen(self):
        """A closed account keeps its work within reach of superiors. Covers: B04."""
        customer = self._customer(self.sam)
        activity = customer.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.sam.id
        )
        self.sam.with_user(self.manager).action_close_account()
        self.assertFalse(self.sam.active)
        self.assertTrue(activity.exists().active)
        self.assertSees(self.manager, customer)
        with self.assertRaises(AccessError):
            self.sam.with_user(self.manager).action_reopen_account()
        self.sam.with_user(self.boss).action_reopen_account()
        self.assertTrue(self.sam.active)

    def test_new_password(self):
        """The boss takes a password away and hands out a link. Covers: B04."""
        self.sam.password = "the old password"
        credential = {"type": "password", "password": "the old password"}
        sam = self.sam.with_user(self.sam)
        sam._check_credentials(credential, {"interactive": True})
        (link,) = self.sam.with_user(self.boss).action_new_password_link()
        self.assertEqual(link["login"], "sam")
        with self.assertRaises(AccessDenied):
            sam._check_credentials(credential, {"interactive": True})
        token = link["link"].partition("token=")[2].partition("&")[0]
        self.env["res.users"].sudo().signup({"password": "a new password"}, token)
        sam._check_credentials(
            {"type": "password", "password": "a new password"}, {"interactive": True}
        )
        log = self.env["crm.operation.log"].search(
            [("operation", "=", "account")], order="id desc", limit=1
        )
        self.assertEqual(log.user_id, self.boss)
        self.assertNotIn(token, str(log.details))

    def test_who_resets_passwords(self):
        """Nobody resets the password of somebody with higher rights. Covers: B04."""
        for user in (self.director, self.manager, self.sam, self.employee):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.xia.with_user(user).action_new_password_link()
        admin = self.env.ref("base.user_admin")
        for target in (admin, self.maintainer, self.boss, self.portal):
            with self.subTest(target.login), self.assertRaises(AccessError):
                target.with_user(self.boss).action_new_password_link()
        other = self.env["res.company"].create({"name": "别的公司"})
        self.xia.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            self.xia.with_user(self.boss).action_new_password_link()
