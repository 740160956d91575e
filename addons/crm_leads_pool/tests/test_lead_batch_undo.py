"""Taken back, leads are as they were before the batch."""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .batch_common import LeadBatchCase


@tagged("post_install", "-at_install")
class TestLeadBatchUndo(LeadBatchCase):
    def test_release(self):
        """A release taken back restores owner, team, plans, activities, followers.

        Covers: P03, P14.
        """
        leads = self._rich_lead("甲") | self._rich_lead("乙", partner_name="华强")
        leads[0].team_id = self.north
        self._settle()
        before = self._rows(leads)
        result = self._release(leads)
        self.assertInLeadPool(leads)
        batch = self._batch(result)
        self.assertRecordValues(
            batch,
            [
                {
                    "kind": "release",
                    "holds": "lead",
                    "user_id": self.sam.id,
                    "pool_id": self.lead_pool.id,
                    "total": 2,
                    "done_count": 2,
                    "refused_count": 0,
                    "state": "done",
                }
            ],
        )
        self.assertTrue(batch.with_user(self.sam).can_undo)
        undone = self._undo(result, self.sam)
        self.assertEqual(sorted(undone["undone"]), sorted(leads.ids))
        self.assertFalse(undone["refused"])
        self.assertAsBefore(before, leads)
        self.assertEqual(batch.state, "undone")
        self.assertRecordValues(
            self._batch(undone),
            [
                {
                    "kind": "undo",
                    "holds": "lead",
                    "undo_of_id": batch.id,
                    "done_count": 2,
                }
            ],
        )
        self.assertEqual(self._kinds(leads[0]), ["create", "release", "undo"])
        self.assertEqual(
            self._lead_moves(leads[0])[-1].undo_of_id, self._lead_moves(leads[0])[-2]
        )

    def test_claim_and_assign(self):
        """Claims and assignments taken back leave leads waiting as before.

        Covers: P02, P03, P14.
        """
        leads = self._pooled_leads(2)
        before = self._rows(leads)
        result = self._take(self.sam, *leads)
        self.assertEqual(leads.user_id, self.sam)
        self.assertFalse(self._undo(result)["refused"])
        self.assertAsBefore(before, leads)
        self.assertInLeadPool(leads)
        self.assertEqual(self._row(self.sue, leads[0]).claim_count, 0)
        result = self._row(self.other_manager, *leads).action_assign(self.sam.id)
        self.assertFalse(self._undo(result, self.other_manager)["refused"])
        self.assertAsBefore(before, leads)
        # and wait for the next one
        self.assertEqual(self._take(self.sue, *leads)["claimed"], leads.ids)

    def test_transfer(self):
        """A transfer taken back returns the plans of the owner with the leads.

        Covers: P03, P14.
        """
        leads = self._rich_lead("甲") | self._rich_lead("乙")
        before = self._rows(leads)
        result = leads.with_user(self.sam).action_transfer(self.tom.id, "休假")
        batch = self._batch(result)
        self.assertEqual(
            (batch.kind, batch.holds, batch.to_user_id), ("transfer", "lead", self.tom)
        )
        plans = leads.followup_ids.filtered(lambda one: one.state == "planned")
        self.assertEqual(set(plans.user_id), {self.tom, self.manager})
        self.assertFalse(self._undo(result, self.sam)["refused"])
        self.assertAsBefore(before, leads)

    def test_split(self):
        """A list that was dealt out comes back, to nobody.

        Covers: L08, P03, P14.
        """
        leads = self.env["crm.lead"].concat(
            *(self._unowned(self.beijing, f"名单{index}") for index in range(4))
        )
        self._settle()
        before = self._rows(leads)
        result = leads.with_user(self.manager).action_split(
            [{"user_id": self.sam.id}, {"user_id": self.sue.id}]
        )
        self.assertEqual(set(leads.user_id), {self.sam, self.sue})
        batch = self._batch(result)
        self.assertEqual(
            (batch.kind, batch.done_count, batch.to_user_id),
            ("transfer", 4, self.env["res.users"]),
        )
        self.assertFalse(self._undo(result, self.manager)["refused"])
        self.assertAsBefore(before, leads)

    def test_nobodys_leads(self):
        """Leads that nobody had are nobody's again, and out of the pool.

        Covers: P03, P14.
        """
        self.lead_pool.member_user_ids |= self.manager
        lead = self._unowned(self.beijing)
        self._settle()
        before = self._rows(lead)
        result = self._release(lead, self.manager)
        self.assertInLeadPool(lead)
        self.assertFalse(self._undo(result, self.manager)["refused"])
        self.assertAsBefore(before, lead)

    def test_recycled(self):
        """What the rules took back in a night comes back with its plans.

        Covers: P03, P04, P14.
        """
        leads = self._rich_lead("甲") | self._rich_lead("乙")
        leads._crm_workflow().write(
            {"owner_since": fields.Datetime.now() - timedelta(days=90)}
        )
        before = self._rows(leads)
        self.env["crm.pool.rule"].create(
            {
                "name": "三十天",
                "pool_id": self.lead_pool.id,
                "trigger": "no_conversion",
                "days": 30,
            }
        )
        self._settle()
        dates = leads.mapped("pool_deadline")
        self.assertTrue(all(dates))
        self.env.cr.precommit.run()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["crm.pool"]._cron_recycle()
        self.env.invalidate_all()
        self.assertInLeadPool(leads)
        batch = self.env["crm.pool.batch"].search(
            [("kind", "=", "recycle"), ("pool_id", "=", self.lead_pool.id)]
        )
        self.assertEqual((batch.holds, batch.done_count), ("lead", 2))
        self.assertFalse(batch.with_user(self.sam).search([("id", "=", batch.id)]))
        told = self._undo({"batch_id": batch.batch_id}, self.other_manager)
        self.assertEqual(sorted(told["undone"]), leads.ids)
        self.lead_pool.rule_ids.active = False
        self.assertAsBefore(before, leads)

    def test_undone_claim_is_no_claim(self):
        """An undone claim does not count against the day; giving back still does.

        Covers: P06, P14.
        """
        self.lead_pool.claim_per_day = 2
        leads = self._pooled_leads(4)
        result = self._take(self.sam, *leads[:2])
        with self.assertRefused("limit is 2"):
            self._take(self.sam, leads[2])
        self._undo(result, self.manager)
        self._take(self.sam, leads[2])
        self._take(self.sam, leads[3])
        with self.assertRefused("limit is 2"):
            self._take(self.sam, leads[0])

    def test_no_room(self):
        """An undo is a door like any other: nobody gets more than the limit.

        Covers: P03, P06, P14.
        """
        leads = self._several(2)
        result = self._release(leads)
        self.lead_pool.holding_limit = 2
        self._lead(self.sam, "丙")
        told = self._undo(result)
        self.assertEqual(len(told["undone"]), 1)
        self.assertIn("there is no room", told["refused"][0]["reason"])

    def test_no_trace_for_exclusion(self):
        """Whoever released by mistake and took it back is no former owner.

        Covers: P06, P14.
        """
        self.lead_pool.exclude_previous_owner_days = 30
        lead = self._several(1)
        self._undo(self._release(lead))
        lead.with_user(self.sam).action_transfer(self.sue.id)
        lead.with_user(self.sue).action_transfer(self.sam.id)
        self.assertEqual(lead.user_id, self.sam)

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def test_who_undoes(self):
        """Claims are not undone by the claimant, batches of others by superiors.

        Covers: P03, P14.
        """
        lead = self._pooled_leads(1)
        result = self._take(self.sam, lead)
        with self.assertRaises(AccessError):
            self._undo(result, self.sam)
        # a batch out of sight does not exist
        for user in (self.sue, self.xia):
            with self.assertRaises(UserError):
                self._undo(result, user)
        self._undo(result, self.manager)
        with self.assertRefused("undone already"):
            self._undo(result, self.manager)
        lead = self._several(1)
        result = lead.with_user(self.sam).action_transfer(self.tom.id)
        batch = self._batch(result)
        batch._crm_workflow().done_at = fields.Datetime.now() - timedelta(hours=25)
        with self.assertRaises(AccessError):
            self._undo(result, self.sam)
        undo = self._undo(result, self.manager)
        with self.assertRaises(AccessError):
            self._undo(undo, self.boss)

    def test_of_a_kind_that_is_gone(self):
        """Without pools of leads, their batches are history.

        Covers: P03, X01.
        """
        result = self._release(self._several(1))
        self.patch(
            type(self.env["crm.pool"]),
            "_crm_held_models",
            lambda pools: {"customer": "res.partner"},
        )
        self.assertFalse(self._batch(result).with_user(self.sam).can_undo)
        with self.assertRaises(AccessError):
            self._undo(result)

    def test_smuggled_past(self):
        """What a lead was like is remembered by the system, not by the caller.

        Covers: P03, P14.
        """
        lead = self._several(1)
        forged = {str(lead.id): {"values": {"pool_id": self.other_lead_pool.id}}}
        lead = lead.with_context(crm_pool_before=forged, by_lead=forged)
        result = self._release(lead)
        self.assertFalse(self._lead_moves(lead)[-1].before["values"]["pool_id"])
        self._undo(result)
        self.assertEqual((lead.user_id, lead.pool_id.id), (self.sam, False))
