from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .recycle_case import RecycleCase


@tagged("post_install", "-at_install")
class TestRestore(RecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam, "大明机械", phone="021-5555 6666")
        cls.contact = cls._contact(cls.customer, "王小明")
        cls.retired = cls._contact(cls.customer, "李退休", active=False)
        cls.plan = cls._followup(
            cls.sam,
            cls.customer,
            planned_at="2030-01-01 01:00:00",
            contact_id=cls.contact.id,
        )
        cls.done = cls._followup(cls.sam, cls.customer, done=True, content="谈了价格")
        cls.share = cls._share(cls.customer, cls.xia)
        cls.tag = cls.env["res.partner.category"].create({"name": "重点"})
        cls.customer.category_id = cls.tag
        cls.customer.with_user(cls.sue).sudo().is_favorite = True
        cls.message = cls.customer.message_post(
            body="报价已发", attachments=[("报价.txt", b"quotation")]
        )
        cls.file = cls.env["ir.attachment"].create(
            {
                "name": "合同.pdf",
                "raw": b"contract",
                "res_model": "res.partner",
                "res_id": cls.customer.id,
            }
        )
        cls.activity = cls.customer.activity_schedule(
            summary="call", user_id=cls.sam.id
        )
        cls.customer.message_subscribe(cls.manager.partner_id.ids)
        cls.env["ir.model.data"].create(
            {
                "module": "__import__",
                "name": "big_machine",
                "model": "res.partner",
                "res_id": cls.customer.id,
            }
        )
        # what was made and changed in one transaction is not told as a change
        cls.env.cr.precommit.run()
        cls.customer.with_user(cls.sam).heat_level_id = cls.env.ref(
            "crm_base.dictionary_heat_level_hot"
        )
        cls.env.cr.precommit.run()
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _everything(self):
        """What makes up the customer, as the database has it."""
        customer = self.customer
        followers = customer.message_follower_ids
        data = self.env["ir.model.data"].search(
            [("model", "=", "res.partner"), ("res_id", "=", customer.id)]
        )
        return {
            "partners": self._rows(
                "res_partner", (customer | self.contact | self.retired).ids
            ),
            "followups": self._rows("crm_followup", (self.plan | self.done).ids),
            "shares": self._rows("crm_share", self.share.ids),
            "messages": self._rows("mail_message", customer.message_ids.ids),
            "followups' messages": self._rows(
                "mail_message", self.done.message_ids.ids
            ),
            "tracking": self._rows(
                "mail_tracking_value", customer.message_ids.tracking_value_ids.ids
            ),
            "files": self._rows(
                "ir_attachment", (self.file | self.message.attachment_ids).ids
            ),
            "activities": self._rows("mail_activity", self.activity.ids),
            "followers": self._rows("mail_followers", followers.ids),
            "names": self._rows("ir_model_data", data.ids),
            "tags": customer.category_id.ids,
            "favorites": customer.favorite_user_ids.ids,
            "ledger": self._rows("crm_owner_move", self._moves(customer).ids),
            "contents": [self.file.raw, *self.message.attachment_ids.mapped("raw")],
        }

    def test_everything_comes_back(self):
        """A customer comes back with its id and whatever hung on it, bit by bit.

        Covers: B16.
        """
        before = self._everything()
        self.assertTrue(all(before.values()), before)
        family = self.customer | self.contact | self.retired
        followups = self.plan | self.done
        moves = self._moves(self.customer)
        self._delete(self.customer)
        self.assertFalse(family.exists(), "contacts go with their customer")
        self.assertFalse(followups.exists() | followups.browse())
        self.assertFalse(self.share.exists())
        self.assertFalse(moves.partner_id)
        self.assertEqual(moves.mapped("partner_name"), ["大明机械"] * len(moves))
        entry = self._entry(self.boss, self.customer.id)
        self.assertEqual(entry.name, "大明机械")
        self.assertEqual(entry.user_id, self.boss)
        self.assertEqual(entry.owner_id, self.sam)
        self.assertEqual(
            entry.counts, {"res.partner": 2, "crm.followup": 2, "crm.share": 1}
        )
        self.assertEqual(len(self._bin(self.boss).search([])), 1)
        # the files stay where they are, out of everybody's reach
        self.env["ir.attachment"]._gc_file_store_unsafe()
        result = self._restore(entry)
        self.assertEqual(
            result["params"]["restored"],
            [{"model": "res.partner", "res_id": self.customer.id}],
        )
        after = self._everything()
        for name, rows in before.items():
            self.assertEqual(after[name], rows, name)
        self.assertFalse(self._bin(self.boss).search([]))
        self.assertFalse(self.env["crm.recycle.item"].search([]))
        self.assertSees(self.sam, self.customer | self.contact)
        self.assertBlind(self.tom, self.customer | self.contact)
        self.assertEqual(
            self.env["res.partner"]
            .with_user(self.sam)
            .search([("search_key", "ilike", "55556666")]),
            self.customer,
        )
        self.customer.with_user(self.sam).write({"phone": "021-7777 8888"})
        self.assertEqual(self.customer.last_followup_at, self.done.done_at)
        operations = self.env["crm.operation.log"].search(
            [("user_id", "=", self.boss.id)]
        )
        self.assertEqual(operations.mapped("operation"), ["restore", "delete"])

    def test_deleted_is_gone(self):
        """What is in the bin is in no list, count, search, name and cannot be written.

        Covers: B16.
        """
        self._delete(self.customer)
        partners = self.env["res.partner"].with_context(active_test=False)
        for user in (self.boss, self.sam, self.env.ref("base.user_admin")):
            theirs = partners.with_user(user)
            self.assertFalse(theirs.search([("name", "=", "大明机械")]))
            self.assertFalse(theirs.sudo().search_count([("name", "=", "大明机械")]))
            self.assertFalse(theirs.name_search("大明机械"))
            self.assertFalse(
                theirs.env["crm.followup"].search(
                    [("partner_id.name", "=", "大明机械")]
                )
            )
            with self.assertRaises(UserError):
                theirs.browse(self.customer.id).write({"name": "x"})
            files = theirs.env["ir.attachment"]
            self.assertFalse(files.search([("name", "in", ("合同.pdf", "报价.txt"))]))
            if not user.has_group("base.group_system"):
                with self.assertRaises(AccessError):
                    files.browse(self.file.id).read(["raw"])
        self.assertFalse(
            self.env["mail.message"].search([("body", "ilike", "报价已发")])
        )

    def test_contact_before_customer(self):
        """A contact deleted before its customer comes back with it, or after it.

        Covers: B16.
        """
        self._delete(self.contact)
        self.assertFalse(self.plan.contact_id)
        self._delete(self.customer)
        entry = self._entry(self.boss, self.contact.id)
        result = self._restore(entry)
        self.assertIn("大明机械", result["params"]["message"])
        self.assertTrue(self.customer.exists(), "a contact needs its customer")
        self.assertEqual(self.contact.parent_id, self.customer)
        self.assertEqual(self.contact.crm_customer_id, self.customer)
        self.assertEqual(self.plan.contact_id, self.contact, "links are made again")
        self.assertFalse(self._bin(self.boss).search([]))
        # and the other way round
        self._delete(self.contact)
        self._delete(self.customer)
        self._restore(self._entry(self.boss, self.customer.id))
        self.assertFalse(self.contact.exists())
        self._restore(self._entry(self.boss, self.contact.id))
        self.assertEqual(self.contact.parent_id, self.customer)
        self.assertEqual(self.plan.contact_id, self.contact)

    def test_parent_gone_for_good(self):
        """What cannot be without something purged is refused, with the reason.

        Covers: B16.
        """
        self._delete(self.plan, self.sam)
        self._delete(self.customer)
        self._entry(self.boss, self.customer.id).action_purge()
        entry = self._entry(self.sam, self.plan.id, "crm.followup")
        with self.assertRaisesRegex(UserError, "for good"):
            entry.action_restore()
        self.assertTrue(entry.exists())

    def test_needs_somebody_elses(self):
        """What needs something that a superior deleted asks for that person.

        Covers: B16.
        """
        self._delete(self.plan, self.sam)
        self._delete(self.customer)
        entry = self._entry(self.sam, self.plan.id, "crm.followup")
        with self.assertRaisesRegex(UserError, "Bella"):
            entry.action_restore()
        self._restore(self._entry(self.boss, self.plan.id, "crm.followup"))
        self.assertEqual(self.plan.partner_id, self.customer)
        self.assertEqual(self.customer.next_followup_at, self.plan.planned_at)

    @mute_logger("odoo.sql_db")
    def test_number_taken(self):
        """A number that is in use again is a reason not to restore.

        Covers: B16.
        """
        number = self.customer.customer_no
        self._delete(self.customer)
        other = self._customer(self.xia, "新客户", customer_no=number)
        entry = self._entry(self.boss, self.customer.id)
        with self.assertRaisesRegex(UserError, "number is already taken"):
            entry.action_restore()
        self.assertTrue(entry.exists())
        self.assertFalse(self.customer.exists())
        other.customer_no = "C-other"
        self.env.flush_all()
        self._restore(entry)
        self.assertEqual(self.customer.customer_no, number)

    def test_choice_deleted_meanwhile(self):
        """A level deleted meanwhile is left empty and said so; back, it is linked.

        Covers: B16.
        """
        level = self.env["crm.dictionary"].create(
            {"kind": "customer_level", "code": "vip9", "name": "至尊"}
        )
        self.customer.customer_level_id = level
        self._delete(self.customer)
        self._delete(level)
        message = self._restore(self._entry(self.boss, self.customer.id))["params"]
        self.assertIn("Level", message["message"])
        self.assertFalse(self.customer.customer_level_id)
        self._restore(self._entry(self.boss, level.id, "crm.dictionary"))
        self.assertEqual(self.customer.customer_level_id, level)

    def test_owner_left(self):
        """A customer of somebody who left comes back to whoever restores it.

        Covers: B16.
        """
        self._delete(self.customer)
        self.sam.action_archive()
        self._restore(self._entry(self.boss, self.customer.id))
        self.assertFamilyOwner(self.customer, self.boss)
        self.assertEqual(self.plan.user_id, self.boss)
        self.assertEqual(self._moves(self.customer)[0].kind, "transfer")

    def test_merge_is_for_good(self):
        """What a merge removes is not deleted by anybody, and not in the bin.

        Covers: B13, B16.
        """
        other = self._customer(self.sam, "大明机械厂")
        partners = self.customer | other
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_user(self.manager)
            .create(
                {
                    "partner_ids": [Command.set(partners.ids)],
                    "dst_partner_id": self.customer.id,
                }
            )
        )
        with self.acting(self.manager):
            wizard.action_merge()
        self.env.flush_all()
        self.assertFalse(other.exists())
        self.assertFalse(self.env["crm.recycle.entry"].search([]))
