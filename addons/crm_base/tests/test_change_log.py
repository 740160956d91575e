from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestChangeLog(CrmCase):
    def _rows(self, customer, user=None, **values):
        domain = [("customer_res_id", "=", customer.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        log = self.env["crm.change.log"].with_user(user or self.boss)
        return log.search(domain, order="id")

    def test_from_creation_on(self):
        """A customer's first row says what it was made with, by whom and how.

        Covers: B15.
        """
        customer = self._customer(self.sam, "大明机械", phone="021-5555 6666")
        row = self._rows(customer)
        self.assertEqual(row.kind, "create")
        self.assertEqual(row.user_id, self.sam)
        self.assertEqual(row.role, "crm_base.group_salesperson")
        self.assertEqual(row.door, "system")
        self.assertEqual(row.record_name, "大明机械")
        for text in ("大明机械", "021-5555 6666", "Sam", customer.customer_no):
            self.assertIn(text, row.new_text)

    def test_every_kind_of_value(self):
        """Each field is a row: from what to what, as the reader reads it.

        Covers: B15.
        """
        customer = self._customer(self.sam)
        warm = self.env.ref("crm_base.dictionary_heat_level_warm")
        hot = self.env.ref("crm_base.dictionary_heat_level_hot")
        tags = self.env["res.partner.category"].create([{"name": "甲"}, {"name": "乙"}])
        theirs = customer.with_user(self.sam)
        theirs.write(
            {"heat_level_id": warm.id, "category_id": [Command.link(tags[0].id)]}
        )
        theirs.write(
            {
                "heat_level_id": hot.id,
                "heat_until": "2030-01-02",
                "is_company": False,
                "category_id": [Command.set(tags.ids)],
                "comment": "<p>老板<b>爱</b>喝茶</p>",
                "type": "invoice",
                "phone": customer.phone,
            }
        )
        rows = {row.field_name: row for row in self._rows(customer, kind="write")}
        texts = {
            name: (row.old_text, row.new_text)
            for name, row in rows.items()
            if name in ("heat_level_id", "is_company", "category_id", "type")
        }
        self.assertEqual(
            texts,
            {
                "heat_level_id": (warm.name, hot.name),
                "is_company": ("Yes", "No"),
                "category_id": ("甲", "甲, 乙"),
                "type": ("Contact", "Invoice"),
            },
        )
        self.assertIn("喝茶", rows["comment"].new_text)
        self.assertNotIn("<", rows["comment"].new_text)
        self.assertTrue(rows["heat_until"].new_text)
        self.assertNotIn("phone", rows, "what stays the same is no change")
        self.assertEqual(rows["heat_level_id"].field_label, "Heat")
        self.assertIn(
            rows["heat_level_id"],
            self.env["crm.change.log"].search([("field_label", "ilike", "hea")]),
        )

    def test_in_the_reader_s_language(self):
        """Labels and values are told in the language of whoever reads.

        Covers: B15, X02.
        """
        customer = self._customer(self.sam)
        hot = self.env.ref("crm_base.dictionary_heat_level_hot")
        hot.with_context(lang="zh_CN").name = "火热"
        customer.with_user(self.sam).heat_level_id = hot
        row = self._rows(customer, field_name="heat_level_id")
        self.assertEqual(row.new_text, hot.with_context(lang="en_US").name)
        chinese = row.with_context(lang="zh_CN")
        self.assertEqual(chinese.new_text, "火热")
        # a value that is gone keeps the name it had
        theirs = self.env["res.partner.category"].create({"name": "临时"})
        customer.with_user(self.sam).category_id = theirs
        theirs.unlink()
        row = self._rows(customer, field_name="category_id")[0]
        self.assertEqual(row.new_text, "临时")

    def test_what_methods_change(self):
        """Transfers, states and archiving are in the log, facts of the system not.

        Covers: B03, B15.
        """
        customer = self._customer(self.sam)
        contact = self._contact(customer)
        plan = self._followup(self.sam, customer)
        plan.with_user(self.sam).action_done()
        customer.with_user(self.manager).action_transfer(self.sue.id, "x")
        customer.with_user(self.sue).action_archive()
        found = {
            (row.model, row.res_id, row.field_name, row.user_id.login)
            for row in self._rows(customer, kind="write")
        }
        self.assertLessEqual(
            {
                ("res.partner", customer.id, "user_id", "mia"),
                ("res.partner", contact.id, "user_id", "mia"),
                ("res.partner", customer.id, "active", "sue"),
                ("crm.followup", plan.id, "state", "sam"),
            },
            found,
        )
        names = {name for _model, _id, name, _login in found}
        self.assertFalse(names & {"owner_since", "last_followup_at"})
        owner = self._rows(customer, field_name="user_id", res_id=customer.id)
        self.assertEqual((owner.old_text, owner.new_text), ("Sam", "Sue"))

    def test_deleted_and_restored(self):
        """The story goes on over deletion and restoration. Covers: B15, B16."""
        customer = self._customer(self.sam)
        customer.with_user(self.boss).unlink()
        self.env["crm.recycle.entry"].with_user(self.boss).search([]).action_restore()
        rows = self._rows(customer)
        self.assertEqual(rows.mapped("kind"), ["create", "delete", "restore"])
        self.assertEqual(rows[1].user_id, self.boss)

    def test_readers(self):
        """The boss reads all, managers what happened to customers of theirs.

        Covers: B01, B15.
        """
        customer = self._customer(self.sam)
        self._share(customer, self.other_manager, "write")
        row = self._rows(customer, model="res.partner")
        self.assertViewers(row.with_env(self.env), self.manager | self.director)
        action = customer.with_user(self.manager).action_open_change_log()
        self.assertEqual(
            self.env["crm.change.log"].with_user(self.manager).search(action["domain"]),
            row.with_user(self.manager),
        )
        with self.assertRaises(AccessError):
            customer.with_user(self.tom).action_open_change_log()
        opened = row.with_user(self.manager).action_open_record()
        self.assertEqual(opened["res_id"], customer.id)
        customer.with_user(self.boss).unlink()
        self.assertBlind(self.manager, row)
        with self.assertRaises(UserError):
            row.with_user(self.boss).action_open_record()

    def test_no_other_door(self):
        """Nobody writes, changes or deletes a row, the system included.

        Covers: B15.
        """
        row = self._rows(self._customer(self.sam))
        values = {"kind": "write", "door": "web", "model": "res.partner", "res_id": 1}
        for user in (self.sam, self.boss, self.env.ref("base.user_admin")):
            for theirs in (row.with_user(user), row.with_user(user).sudo()):
                for call in (
                    lambda log: log.create(values),
                    lambda log: log.write({"record_name": "x"}),
                    lambda log: log.unlink(),
                    lambda log: log.copy(),
                ):
                    with self.assertRaises(AccessError):
                        call(theirs)
        self.assertTrue(row.exists())

    def test_others_are_no_customers(self):
        """Suppliers and colleagues are not written down here. Covers: B15."""
        supplier = self.env["res.partner"].create({"name": "供应商"})
        supplier.name = "供货商"
        self.assertFalse(
            self.env["crm.change.log"].search([("res_id", "=", supplier.id)])
        )
        supplier.with_user(self.boss).is_crm_customer = True
        self.assertTrue(self._rows(supplier))

    def test_queries_do_not_grow(self):
        """Many customers in one call take one more statement, not one more each.

        Covers: B15, X03.
        """

        def count(number, logged):
            model = self.env["res.partner"].with_user(self.boss)
            self.patch(self.env.registry["res.partner"], "_crm_change_log", logged)
            vals = [
                {
                    "name": f"客户{index}",
                    "is_crm_customer": True,
                    "customer_no": f"{number}{logged}{index}",
                }
                for index in range(number)
            ]
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            made = model.create(vals)
            self.env.flush_all()
            middle = self.env.cr.sql_log_count
            made.write({"heat_reason": "展会"})
            self.env.flush_all()
            return middle - start, self.env.cr.sql_log_count - middle

        count(2, True)
        few = [a - b for a, b in zip(count(5, True), count(5, False), strict=True)]
        many = [a - b for a, b in zip(count(50, True), count(50, False), strict=True)]
        self.assertLessEqual(max(many), max(few) + 1, (few, many))
        self.assertLessEqual(max(many), 8, (few, many))
