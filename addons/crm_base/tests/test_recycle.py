from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CrmCase

# lines, which come back with what they belong to; protocols of what was done; and what
# belongs to the machine and not to the business
LINES = {
    "crm.backup",
    "crm.handover",
    "crm.handover.target",
    "crm.import.batch",
    "crm.import.column",
    "crm.import.profile.column",
    "crm.login.rule",
    "crm.reminder.lead",
    "crm.sms.gateway",
    "crm.sms.gateway.template",
    "crm.task.item",
    "crm.webhook.event",
}


class RecycleCase(CrmCase):
    def _bin(self, user):
        return self.env["crm.recycle.entry"].with_user(user)

    def _entry(self, user, record_id, model="res.partner"):
        return self._bin(user).search(
            [("model", "=", model), ("res_id", "=", record_id)]
        )

    def _rows(self, table, ids):
        """Return rows as the database has them, by id."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT to_jsonb(t) FROM {table} t WHERE id = ANY(%s) ORDER BY id",
            [list(ids)],
        )
        return [row for (row,) in self.env.cr.fetchall()]

    def _delete(self, records, user=None):
        records.with_user(user or self.boss).unlink()
        self.env.invalidate_all()

    def _restore(self, entry):
        result = entry.action_restore()
        self.env.invalidate_all()
        return result


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


@tagged("post_install", "-at_install")
class TestRecycleRights(RecycleCase):
    def test_whose_it_is(self):
        """People see and restore what they deleted, superiors what theirs did.

        Covers: B01, B16.
        """
        customer = self._customer(self.sam)
        plan = self._followup(self.sam, customer)
        self._delete(plan, self.sam)
        entry = self._entry(self.sam, plan.id, "crm.followup")
        self.assertViewers(
            entry.with_env(self.env),
            self.sam | self.manager | self.assistant | self.director,
        )
        with self.assertRaises(AccessError):
            self._bin(self.sue).browse(entry.id).action_restore()
        with self.assertRaises(AccessError):
            self._bin(self.portal).browse(entry.id).action_restore()
        self._restore(entry)
        self.assertEqual(plan.user_id, self.sam)

    def test_purging_is_the_boss_s(self):
        """Nobody but the boss deletes for good. Covers: B16."""
        customer = self._customer(self.sam)
        plan = self._followup(self.sam, customer)
        file = self.env["ir.attachment"].create(
            {"name": "x", "raw": b"x", "res_model": "crm.followup", "res_id": plan.id}
        )
        self._delete(plan, self.sam)
        entry = self._entry(self.sam, plan.id, "crm.followup")
        for user in (self.sam, self.director, self.maintainer):
            for call in ("action_purge", "action_empty"):
                with self.assertRaises(AccessError):
                    getattr(self._bin(user).browse(entry.id), call)()
        self.assertTrue(entry.exists())
        self.assertTrue(entry.with_user(self.boss).action_purge())
        self.assertFalse(entry.exists())
        self.assertFalse(file.exists())
        self.assertFalse(self.env["crm.recycle.item"].search([]))
        log = self.env["crm.operation.log"].search([("operation", "=", "purge")])
        self.assertEqual(log.user_id, self.boss)
        self.assertEqual(log.res_ids, [plan.id])
        with self.assertRaisesRegex(UserError, "meanwhile"):
            entry.with_user(self.boss).action_purge()

    def test_empty(self):
        """The boss empties the whole bin. Covers: B16."""
        customer = self._customer(self.sam)
        plans = self._followup(self.sam, customer) | self._followup(self.sam, customer)
        self._delete(plans, self.sam)
        self._delete(customer)
        self.assertEqual(self._bin(self.boss).action_empty(), 3)
        self.assertFalse(self._bin(self.boss).search([]))

    def test_no_other_door(self):
        """Entries are made and removed by the system alone. Covers: B16."""
        plan = self._followup(self.sam, self._customer(self.sam))
        self._delete(plan, self.sam)
        for user in (self.sam, self.boss, self.env.ref("base.user_admin")):
            for entries in (self._bin(user), self._bin(user).sudo()):
                entry = entries.search([])
                for call in (
                    lambda e: e.create({"name": "x", "model": "x", "res_id": 1}),
                    lambda e: e.write({"name": "x"}),
                    lambda e: e.unlink(),
                ):
                    with self.assertRaises(AccessError):
                        call(entry)
            with self.assertRaises(AccessError):
                self.env["crm.recycle.item"].with_user(user).search([])

    def test_restore_is_no_way_around_rights(self):
        """Whoever lost the right to a model cannot bring back what he deleted.

        Covers: B01, B16.
        """
        template = self.env["crm.followup.template"].create({"name": "x"})
        self._delete(template, self.manager)
        entry = self._entry(self.manager, template.id, "crm.followup.template")
        self.manager.group_ids = self.sam.group_ids
        with self.assertRaises(AccessError):
            entry.action_restore()

    def test_stock_refusals_hold(self):
        """What could not be deleted before cannot be deleted now. Covers: B16."""
        customer = self._customer(self.sam)
        done = self._followup(self.sam, customer, done=True, content="x")
        for records, refusal in ((customer, AccessError), (done, UserError)):
            with self.assertRaises(refusal):
                records.with_user(self.sam).unlink()
        self.assertTrue(customer.exists() and done.exists())
        with self.assertRaises(UserError):
            self.sam.partner_id.with_user(self.boss).unlink()
        self.assertFalse(self.env["crm.recycle.entry"].search([]))
        self.assertFalse(self.env["crm.recycle.item"].search([]))

    def test_system_deletes_for_good(self):
        """What the system removes is not put into anybody's bin. Covers: B16."""
        plan = self._followup(self.sam, self._customer(self.sam))
        plan.sudo().unlink()
        self.assertFalse(self.env["crm.recycle.entry"].search([]))

    def test_kept_for_days(self):
        """After the days of the setting entries go for good, before never.

        Covers: B16.
        """
        customer = self._customer(self.sam)
        old, new = (
            self._followup(self.sam, customer),
            self._followup(self.sam, customer),
        )
        self._delete(old, self.sam)
        self._delete(new, self.sam)
        entry = self._entry(self.boss, old.id, "crm.followup")
        self.env.cr.execute(
            "UPDATE crm_recycle_entry SET logged_at = logged_at - interval '31 days'"
            " WHERE id = %s",
            [entry.id],
        )
        self.env.invalidate_all()
        bin_ = self.env["crm.recycle.entry"]
        bin_._gc_recycle_bin()
        self.assertTrue(entry.exists(), "0 means never")
        self.env["ir.config_parameter"].set_param("crm_base.recycle_days", "30")
        self.env.invalidate_all()
        self.assertTrue(entry.purge_at)
        bin_._gc_recycle_bin()
        self.assertFalse(entry.exists())
        self.assertTrue(self._entry(self.sam, new.id, "crm.followup"))


@tagged("post_install", "-at_install")
class TestRecycleEverything(RecycleCase):
    def test_every_deletable_model_joins(self):
        """Whatever model of the suite somebody may delete from lands in the bin.

        Covers: B16.
        """
        modules = self.env["ir.module.module"].search(
            [("author", "=", "CRM Suite contributors"), ("state", "=", "installed")]
        )
        rights = self.env["ir.model.access"].search([("perm_unlink", "=", True)])
        missing = {
            model
            for model in rights.model_id.mapped("model")
            if model in self.env
            and self.env[model]._original_module in modules.mapped("name")
            and not self.env[model]._transient
            and self.env[model]._auto
            and not self.env[model]._crm_recycle
            and model not in LINES
        }
        self.assertFalse(missing, "add _crm_recycle = True")

    def test_settings_come_back(self):
        """Teams, territories, templates, metrics and choices come back. Covers: B16."""
        team = self._crm_team("第二组", self.manager, self.north, self.tom)
        members = team.crm_team_member_ids
        territory = self.env["crm.territory"].create({"name": "华西"})
        below = self.env["crm.territory"].create(
            {"name": "成都", "parent_id": territory.id}
        )
        metric = self.env["crm.metric"].create(
            {
                "code": "x",
                "name": "x",
                "model_id": self.env["ir.model"]._get_id("crm.followup"),
            }
        )
        for record in (team, below, metric):
            before = self._rows(record._table, record.ids)
            self._delete(record)
            self.assertFalse(record.exists())
            self._restore(self._entry(self.boss, record.id, record._name))
            self.assertEqual(self._rows(record._table, record.ids), before)
        self.assertEqual(members.exists(), members)
        self.assertIn(self.tom, team.member_ids)

    def test_queries_do_not_grow(self):
        """Deleting many customers takes as many statements as deleting few.

        Covers: B16, X03.
        """

        def customers(count):
            made = (
                self.env["res.partner"]
                .with_user(self.boss)
                .create(
                    [
                        {
                            "name": f"客户{number}",
                            "is_company": True,
                            "is_crm_customer": True,
                        }
                        for number in range(count)
                    ]
                )
            )
            self.env["res.partner"].create(
                [{"name": "联系人", "parent_id": one.id} for one in made]
            )
            for one in made:
                self._followup(self.boss, one)
            self.env.flush_all()
            self.env.invalidate_all()
            return made

        counts = []
        for number in (3, 3, 30):
            records = customers(number)
            start = self.env.cr.sql_log_count
            records.unlink()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[2], counts[1] + 5, counts)
        entries = self._bin(self.boss).search([])
        self.assertEqual(len(entries), 36)
        entries.action_restore()
        self.assertEqual(
            self.env["crm.followup"].search_count([("user_id", "=", self.boss.id)]), 36
        )
