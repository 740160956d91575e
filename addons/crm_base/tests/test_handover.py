from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CrmCase


class HandoverCase(CrmCase):
    """Sam leaves; the desk is full."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].union(
            *(cls._customer(cls.sam, f"客户{number}") for number in range(4))
        )
        cls.first = cls.customers[0]
        cls.contact = cls._contact(cls.first)
        cls.plan = cls._followup(cls.sam, cls.first)
        cls.done = cls._followup(cls.sam, cls.first, done=True)

    @classmethod
    def _handover(cls, actor=None, **values):
        """Return a hand-over of sam's desk, as its actor sees it."""
        return (
            cls.env["crm.handover"]
            .with_user(actor or cls.manager)
            .create(
                {
                    "user_id": cls.sam.id,
                    "successor_id": cls.sue.id,
                    "reason": "离职",
                    **values,
                }
            )
        )

    def _fill_desk(self):
        """Put everything on sam's desk that Odoo and the suite can put there."""
        model_id = self.env["ir.model"]._get_id("res.partner")
        self.activity = self.first.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.sam.id, summary="回电"
        )
        self.event = self.env["calendar.event"].create(
            {
                "name": "周会",
                "user_id": self.sam.id,
                "partner_ids": [(6, 0, self.sam.partner_id.ids)],
                "start": fields.Datetime.now() + timedelta(days=2),
                "stop": fields.Datetime.now() + timedelta(days=2, hours=1),
            }
        )
        self.lent = self._share(self._customer(self.tom, "汤姆的客户"), self.sam)
        self.foreign = self._share(self._customer(self.xia, "南方客户"), self.sam)
        self.team = self._crm_team("Tianjin", self.sam, self.north)
        self.beijing.assistant_ids = [(4, self.sam.id)]
        self.template = self.env["mail.template"].create(
            {"name": "问候", "model_id": model_id, "user_id": self.sam.id}
        )
        self.env["utm.campaign"].create({"name": "春季", "user_id": self.sam.id})

    def assertNothingLeft(self, user):
        """A search of every model finds nothing open of a user."""
        self.env.flush_all()
        self.assertEqual(user._crm_desk_findings(), [])


@tagged("post_install", "-at_install")
class TestHandover(HandoverCase):
    def test_everything_goes_to_the_successor(self):
        """One go leaves nothing open, in no model with a user field. Covers: B04."""
        self._fill_desk()
        handover = self._handover(self.manager)
        result = handover.action_start()
        self.assertEqual(result["state"], "done", handover.row_ids.mapped("message"))
        self.assertEqual((result["failed"], result["open"]), (0, 0))
        self.assertNothingLeft(self.sam)
        self.assertEqual(self.customers.user_id, self.sue)
        self.assertFamilyOwner(self.first, self.sue)
        self.assertLedger(
            self.first,
            [("create", None, self.sam), ("handover", self.sam, self.sue)],
        )
        self.assertEqual(
            set(self._moves(self.first)[0].mapped("batch_id")), {result["batch_id"]}
        )
        self.assertEqual(self.plan.user_id, self.sue)
        self.assertEqual(self.done.user_id, self.sam, "done records stay, for audit")
        self.assertEqual(self.activity.user_id, self.sue)
        self.assertEqual(self.event.user_id, self.sue)
        self.assertEqual(self.event.partner_ids, self.sue.partner_id)
        self.assertEqual(self.team.user_id, self.sue)
        self.assertEqual(self.beijing.assistant_ids, self.sue)
        self.assertEqual(self.template.user_id, self.sue)
        self.assertFalse(self.sam.active)
        self.assertFalse(self.sam.crm_team_member_ids.filtered("active"))
        self.assertSees(self.manager, self.done)

    def test_foreign_shares_end(self):
        """What was lent by others is renewed only by who may lend it. Covers: B04."""
        self._fill_desk()
        lent, foreign = self.lent.partner_id, self.foreign.partner_id
        self._handover(self.manager).action_start()
        self.assertEqual(lent.share_ids.user_id, self.sue)
        self.assertFalse(foreign.share_ids, "the manager cannot see this customer")
        self.assertBlind(self.sue, foreign)

    def test_undo_of_what_is_back_already(self):
        """What went back with the record that it hangs on is put back. Covers: B04."""
        self._fill_desk()
        handover = self._handover(self.manager)
        handover.action_start()
        moved = handover.row_ids.filtered(lambda row: row.res_id == self.plan.id)
        self.assertEqual(self.plan.user_id, self.sue)
        # as an addon does whose records take their plans along
        self.plan.with_user(self.manager).user_id = self.sam
        result = handover.action_undo()
        self.assertEqual(result["changed"], 0)
        self.assertIn("undone", moved.mapped("state"))
        self.assertEqual(self.plan.user_id, self.sam)

    def test_undo(self):
        """Undo puts everything back and lists what was changed since. Covers: B04."""
        self._fill_desk()
        handover = self._handover(self.manager)
        handover.action_start()
        self.customers[1].with_user(self.manager).action_transfer(self.tom.id, "换人")
        self.plan.with_user(self.sue).action_done()
        result = handover.action_undo()
        self.assertEqual(result["state"], "undone")
        changed = handover.row_ids.filtered(lambda row: row.state == "changed")
        self.assertEqual(
            set(changed.mapped("res_name")), {"客户1", self.plan.display_name}
        )
        self.assertEqual(result["changed"], 2)
        self.assertEqual(self.customers[1].user_id, self.tom)
        self.assertEqual((self.customers - self.customers[1]).user_id, self.sam)
        self.assertLedger(
            self.first,
            [
                ("create", None, self.sam),
                ("handover", self.sam, self.sue),
                ("undo", self.sue, self.sam),
            ],
        )
        self.assertTrue(self.sam.active)
        self.assertEqual(self.sam.crm_team_member_ids.crm_team_id, self.beijing)
        self.assertEqual(self.activity.user_id, self.sam)
        self.assertEqual(self.event.user_id, self.sam)
        self.assertEqual(self.event.partner_ids, self.sam.partner_id)
        self.assertEqual(self.team.user_id, self.sam)
        self.assertEqual(self.beijing.assistant_ids, self.sam)
        self.assertEqual(self.template.user_id, self.sam)
        self.assertIn(
            self.sam, self.env["crm.share"].search([]).mapped("user_id"), "shares"
        )
        with self.assertRaises(UserError):
            handover.action_undo()

    def test_ways_of_dealing(self):
        """In turn, by team, by territory, by list. Covers: B04."""
        handover = self._handover(
            mode="round_robin", dealt_user_ids=[(6, 0, (self.sue | self.tom).ids)]
        )
        handover.action_start()
        dealt = self.customers.mapped("user_id.login")
        self.assertEqual(sorted(set(dealt)), ["sue", "tom"])
        self.assertEqual(
            [
                len(self.customers.filtered(lambda c, u=u: c.user_id == u))
                for u in (self.sue, self.tom)
            ],
            [2, 2],
        )
        self.assertEqual(self.plan.user_id, self.first.user_id)
        handover.action_undo()
        self.assertEqual(self.customers.user_id, self.sam)

        handover = self._handover(self.boss, mode="team", team_id=self.south.id)
        handover.action_start()
        self.assertEqual(self.customers.user_id, self.xia)
        handover.action_undo()

        land = self.env["crm.territory"].create({"name": "东北"})
        below = self.env["crm.territory"].create({"name": "沈阳", "parent_id": land.id})
        self.first.territory_id = below
        handover = self._handover(
            mode="territory",
            target_ids=[(0, 0, {"territory_id": land.id, "user_id": self.tom.id})],
        )
        handover.action_start()
        self.assertEqual(self.first.user_id, self.tom)
        self.assertEqual((self.customers - self.first).user_id, self.sue)
        handover.action_undo()

        handover = self._handover(
            mode="list", list_text=f"{self.first.customer_no}\ttom\n\n"
        )
        handover.action_start()
        self.assertEqual(self.first.user_id, self.tom)
        self.assertEqual((self.customers - self.first).user_id, self.sue)

    def test_lists_that_mean_nothing(self):
        """A list names what it does not understand. Covers: B04."""
        for text, word in [
            ("", "list"),
            ("no such line at all", "no such line"),
            (f"{self.first.customer_no} nobody", "nobody"),
            ("C-NONE tom", "C-NONE"),
        ]:
            handover = self._handover(mode="list", list_text=text)
            with self.assertRaisesRegex(UserError, word):
                handover.action_start()

    def test_refused_people(self):
        """Only superiors of lower or equal rights hand a desk over. Covers: B04."""
        for user in (
            self.sue,
            self.other_manager,
            self.assistant,
            self.employee,
            self.maintainer,
            self.portal,
            self.sam,
        ):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._handover(user)
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.sam.with_user(user).get_open_work()
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.sam.with_user(user).action_close_account()
        with self.assertRaises(AccessError):
            self._handover(self.manager, user_id=self.manager.id)
        self.env["crm.team.member"].create(
            {"crm_team_id": self.beijing.id, "user_id": self.director.id}
        )
        with self.assertRaisesRegex(AccessError, "higher rights"):
            self._handover(self.manager, user_id=self.director.id)
        admin = self.env.ref("base.user_admin")
        admin.group_ids -= self.env.ref("crm_base.group_boss")
        boss = self.boss.with_user(self.boss)
        with self.assertRaises(AccessError):
            admin.with_user(boss).action_close_account()

    def test_teams_out_of_reach(self):
        """A manager gives nobody a team that is not the manager's. Covers: B04."""
        south = self._crm_team("Hainan", self.sam, self.south)
        handover = self._handover(self.manager)
        result = handover.action_start()
        self.assertEqual((result["state"], result["failed"]), ("done", 1))
        self.assertEqual(result["open"], 1)
        self.assertEqual(south.user_id, self.sam)
        handover = handover.with_user(self.boss)
        self.assertEqual(handover.action_continue()["failed"], 0)
        self.assertEqual(south.user_id, self.sue)
        self.assertNothingLeft(self.sam)

    def test_wrong_successors(self):
        """The leaver, closed accounts and outsiders take nothing over. Covers: B04."""
        self.tom.active = False
        for user in (self.sam, self.tom, self.employee, self.portal):
            with self.subTest(user.login), self.assertRaises(UserError):
                self._handover(successor_id=user.id).action_start()
        with self.assertRaises(UserError):
            self._handover(successor_id=False).action_start()
        self.assertEqual(self.customers.user_id, self.sam)

    def test_protected(self):
        """Nobody writes rows, states or a hand-over that has begun. Covers: B04."""
        handover = self._handover(self.boss)
        with self.assertRaises(AccessError):
            handover.write({"state": "done"})
        handover.action_start()
        with self.assertRaises(AccessError):
            handover.write({"user_id": self.xia.id})
        with self.assertRaises(AccessError):
            handover.row_ids.write({"res_id": 1})
        with self.assertRaises(UserError):
            handover.unlink()
        with self.assertRaises(UserError):
            handover.action_start()

    def test_screen(self):
        """A manager fills in the form and saves it. Covers: B04."""
        with Form(self.env["crm.handover"].with_user(self.manager)) as form:
            form.user_id = self.sam
            form.successor_id = self.sue
            form.reason = "离职"
        form.record.action_check()
        self.assertGreaterEqual(form.record.open_count, 5)
        self.assertIn("crm.followup", form.record.finding_ids.mapped("model"))
        form.record.action_start()
        self.assertEqual(form.record.open_count, 0)
        action = form.record.action_open_rows()
        self.assertEqual(
            self.env["crm.handover.row"].search_count(action["domain"]),
            form.record.row_count,
        )

    def test_without_closing(self):
        """Somebody who changes the job keeps the account. Covers: B04."""
        handover = self._handover(
            self.manager, close_account=False, end_access=False, leave_teams=True
        )
        handover.action_start()
        self.assertTrue(self.sam.active)
        self.assertFalse(self.sam.crm_team_ids)
        self.assertNothingLeft(self.sam)
        handover.action_undo()
        self.assertEqual(self.sam.crm_team_ids, self.beijing)

    def test_every_field_is_declared(self):
        """No field of ours that names a person is unknown to the proof. Covers: B04."""
        declared = {
            (item.model, item.field) for item in self.env["res.users"]._crm_desk()
        }
        found = self.env["res.users"]._crm_person_fields()
        self.assertGreater(len(found), 30)
        ours = [one for one in found if one[0].startswith("crm.")]
        self.assertEqual([one for one in ours if one not in declared], [])

    def test_unknown_fields_are_told(self):
        """What nobody declared is reported, not passed over. Covers: B04."""
        Users = type(self.env["res.users"])
        desk = Users._crm_desk

        def shorter(users):
            return [item for item in desk(users) if item.model != "mail.template"]

        self._fill_desk()
        self.patch(Users, "_crm_desk", shorter)
        handover = self._handover(self.boss)
        handover.action_start()
        self.assertEqual(handover.unknown_count, 1)
        self.assertEqual(handover.finding_ids.model, "mail.template")
        self.assertEqual(handover.finding_ids.status, "unknown")

    def test_sessions_and_keys_end(self):
        """API keys and sessions end with the account, for good. Covers: B04, B23."""
        key = (
            self.env(user=self.sam)["res.users.apikeys"]
            .sudo()
            ._generate(None, "script", fields.Datetime.now() + timedelta(days=1))
        )
        Keys = self.env["res.users.apikeys"]
        self.assertEqual(Keys._check_credentials(scope="rpc", key=key), self.sam.id)
        handover = self._handover(self.manager)
        handover.action_start()
        self.assertFalse(Keys._check_credentials(scope="rpc", key=key))
        self.assertFalse(Keys.search([("user_id", "=", self.sam.id)]))
        # whoever is back makes new ones: what was revoked stays revoked
        handover.action_undo()
        self.assertTrue(self.sam.active)
        self.assertFalse(Keys._check_credentials(scope="rpc", key=key))

    def test_logged(self):
        """Hand-over and undo stand in the operation log. Covers: B04, B15."""
        handover = self._handover(self.manager)
        handover.action_start()
        handover.action_undo()
        logs = self.env["crm.operation.log"].search(
            [("user_id", "=", self.manager.id)], order="id"
        )
        self.assertEqual(
            logs.filtered(lambda log: log.model == "crm.handover").mapped("operation"),
            ["handover", "handover_undo"],
        )


@tagged("post_install", "-at_install")
class TestHandoverInBackground(HandoverCase):
    def test_many(self):
        """Many records are worked off in steps, and go on when killed. Covers: B04."""
        self.patch_constants(at_once=2, step=2)
        handover = self._handover(self.manager)
        result = handover.action_start()
        self.assertEqual(result["state"], "running")
        self.assertEqual(self.customers.user_id, self.sam)
        # one step, and the server goes down
        handover.sudo()._crm_step()
        self.env.invalidate_all()
        self.assertEqual(
            len(self.customers.filtered(lambda c: c.user_id == self.sue)), 2
        )
        self._run_cron("crm_base.ir_cron_handover")
        self.assertEqual(handover.state, "done")
        self.assertNothingLeft(self.sam)
        self.assertEqual(self._moves(self.first)[0].actor_id, self.manager)
        self.assertEqual(len(self._moves(self.first)), 2)
        self.assertEqual(handover.action_undo()["state"], "undoing")
        self._run_cron("crm_base.ir_cron_handover")
        self.assertEqual(handover.state, "undone")
        self.assertEqual(self.customers.user_id, self.sam)

    def patch_constants(self, at_once, step):
        base = "odoo.addons.crm_base.models."
        self.startPatcher(patch(base + "crm_handover.AT_ONCE", at_once))
        self.startPatcher(patch(base + "crm_handover_run.STEP", step))

    def test_refused_rows(self):
        """A refused row keeps its reason, the others go on. Covers: B04."""
        Partner = type(self.env["res.partner"])
        check = Partner._crm_check_owner_change
        reason = "没有名额"

        def refuse(partners, user, kind):
            if kind == "handover" and self.first in partners.sudo(False):
                raise UserError(reason)
            return check(partners, user, kind)

        self.patch(Partner, "_crm_check_owner_change", refuse)
        handover = self._handover(self.manager)
        result = handover.action_start()
        self.assertEqual((result["state"], result["failed"]), ("done", 1))
        failed = handover.row_ids.filtered(lambda row: row.state == "failed")
        self.assertEqual((failed.res_name, failed.message), ("客户0", reason))
        self.assertEqual((self.customers - self.first).user_id, self.sue)
        self.assertEqual(handover.open_count, 1)
        self.patch(Partner, "_crm_check_owner_change", check)
        self.assertEqual(handover.action_continue()["failed"], 0)
        self.assertNothingLeft(self.sam)

    def test_queries_do_not_grow(self):
        """Ten more customers cost few queries more. Covers: B04."""

        def cost(number):
            user = self._crm_user(f"leaver{number}", "salesperson")
            self.beijing.member_ids = [(4, user.id)]
            self.env["res.partner"].with_user(user).create(
                [
                    {"name": f"客户{number}-{i}", "is_crm_customer": True}
                    for i in range(number)
                ]
            )
            handover = self._handover(self.boss, user_id=user.id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            handover.action_start()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        cost(3)
        few, many = cost(60), cost(90)
        self.assertLess(many - few, 30, (few, many))
