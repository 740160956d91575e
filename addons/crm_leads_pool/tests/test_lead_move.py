"""Leads from pool to pool, and back."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .batch_common import LeadBatchCase


class LeadMoveCase(LeadBatchCase):
    def _move(self, leads, user=None, pool=None):
        rows = self._row(user or self.other_manager, *leads)
        return rows.action_move((pool or self.other_lead_pool).id, "换区域")


@tagged("post_install", "-at_install")
class TestLeadMove(LeadMoveCase):
    """Covers: P12, P14."""

    def test_moved_by_the_administrator_of_both(self):
        """Batch, ledger row with both pools, and what was known stays known."""
        leads = self._pooled_leads(2)
        since = leads.mapped("pooled_at")
        result = self._move(leads)
        self.assertEqual(result["moved"], leads.ids)
        self.assertInLeadPool(leads, self.other_lead_pool)
        for lead in leads:
            move = self._lead_moves(lead)[-1]
            self.assertEqual(
                (move.kind, move.pool_id, move.from_pool_id, move.batch_id),
                ("repool", self.other_lead_pool, self.lead_pool, result["batch_id"]),
            )
            self.assertEqual(move.actor_id, self.other_manager)
            self.assertEqual(lead.pool_former_owner_id, self.manager)
        self.assertEqual(leads.mapped("pooled_at"), since)
        rows = self.env["crm.pool.lead"].with_user(self.sam)
        self.assertFalse(rows.search([("id", "in", leads.ids)]))
        self.assertEqual(self._take(self.xia, leads[0])["claimed"], leads[:1].ids)

    def test_refused(self):
        """Members, administrators of one pool alone, and strangers move nothing."""
        lead = self._pooled_leads(1)
        self.lead_pool.admin_ids = [(4, self.tom.id)]
        for user in (self.sam, self.tom, self.manager, self.director):
            with self.assertRaises(AccessError):
                self._move(lead, user)
        self.other_lead_pool.admin_ids = [(4, self.director.id)]
        with self.assertRefused("no pool that you may take it from"):
            self._move(lead, self.director)
        with self.assertRefused("already"):
            self._move(lead, pool=self.lead_pool)
        with self.assertRefused("holds: Customers"):
            self._move(lead, pool=self.pool)
        other = self.env["res.company"].create({"name": "另一家"})
        abroad = self._pool("外地", holds="lead", company_id=other.id)
        lead._crm_workflow().company_id = self.company
        with self.assertRefused("another company"):
            self._move(lead, self.boss, abroad)
        with self.assertRefused("Choose the pool"):
            self._row(self.boss, lead).action_move(False)
        self.assertInLeadPool(lead)

    def test_mixed_batch(self):
        """Rows that cannot move say why; the others move."""
        here, there = (
            self._pooled_leads(1),
            self._pooled_leads(1, self.other_lead_pool),
        )
        result = self._move(here | there)
        self.assertEqual(result["moved"], here.ids)
        self.assertEqual([row["id"] for row in result["refused"]], there.ids)
        batch = self._batch(result)
        self.assertEqual(
            (batch.kind, batch.holds, batch.done_count), ("move", "lead", 1)
        )
        self.assertEqual(batch.row_ids.res_id, there.id)

    def test_button_only_for_those_who_may(self):
        """The button is in the view of whoever administrates two pools of leads."""
        Lead = self.env["crm.pool.lead"]
        self.pool.admin_ids = [(4, self.director.id)]
        self.lead_pool.admin_ids = [(4, self.director.id)]
        for user, shown in (
            (self.other_manager, True),
            (self.boss, True),
            (self.director, False),
            (self.sam, False),
        ):
            arch = Lead.with_user(user).get_view(view_type="list")["arch"]
            self.assertEqual("action_open_move" in arch, shown, user.login)

    def test_wizard(self):
        """The wizard offers pools of leads of one's own and tells the outcome."""
        lead = self._pooled_leads(1)
        action = self._row(self.other_manager, lead).action_open_move()
        wizard = self.env[action["res_model"]].with_user(self.other_manager)
        wizard = wizard.with_context(**action["context"]).create(
            {"pool_id": self.other_lead_pool.id}
        )
        pools = self.env["crm.pool"].with_user(self.other_manager)
        self.assertEqual(
            pools.search(wizard._domain_pool_id()),
            self.lead_pool | self.other_lead_pool,
        )
        wizard.action_move()
        self.assertInLeadPool(lead, self.other_lead_pool)


@tagged("post_install", "-at_install")
class TestLeadMoveUndo(LeadMoveCase):
    """Covers: P03, P12, P14."""

    def test_undo(self):
        """Leads are where they came from, as they were, and wait there."""
        leads = self._pooled_leads(2)
        before = self._rows(leads)
        result = self._move(leads)
        batch = self._batch(result)
        self.assertTrue(batch.with_user(self.other_manager).can_undo)
        undone = self._undo(result, self.other_manager)
        self.assertFalse(undone["refused"])
        self.assertAsBefore(before, leads)
        self.assertEqual(batch.state, "undone")
        move = self._lead_moves(leads[0])[-1]
        self.assertEqual(
            (move.kind, move.pool_id, move.from_pool_id, move.undo_of_id.kind),
            ("undo", self.lead_pool, self.other_lead_pool, "repool"),
        )
        self.assertEqual(self._take(self.sam, leads[0])["claimed"], leads[:1].ids)
        codes = {
            found["code"]
            for found in self.env["crm.consistency"]._crm_run_checks(self.env.cr)
            if found["count"]
        }
        self.assertNotIn("pool_ledger", codes)

    def test_changed_since(self):
        """Claimed or moved on since: stays where it is, and is listed."""
        leads = self._pooled_leads(3)
        claimed, moved, waiting = leads
        result = self._move(leads)
        self._take(self.xia, claimed)
        self._move(moved, pool=self.lead_pool)
        told = self._undo(result, self.other_manager)
        self.assertEqual(told["undone"], waiting.ids)
        self.assertEqual(
            {row["id"] for row in told["refused"]}, set((claimed | moved).ids)
        )
        self.assertEqual(claimed.user_id, self.xia)
        self.assertInLeadPool(moved)
        self.assertInLeadPool(waiting)

    def test_who(self):
        """Only who administrates both pools; the boss in any case."""
        lead = self._pooled_leads(1)
        result = self._move(lead)
        batch = self._batch(result)
        self.lead_pool.admin_ids = [(3, self.other_manager.id)]
        told = self._undo(result, self.other_manager)
        self.assertIn("do not administrate", told["refused"][0]["reason"])
        self.assertInLeadPool(lead, self.other_lead_pool)
        self.other_lead_pool.admin_ids = [(3, self.other_manager.id)]
        self.assertFalse(batch.with_user(self.other_manager).can_undo)
        with self.assertRaises(AccessError):
            self._undo(result, self.other_manager)
        self.assertFalse(self._undo(result, self.boss)["refused"])
        self.assertInLeadPool(lead)

    def test_archived_pool(self):
        """Nothing returns to a pool that is no longer in use."""
        lead = self._pooled_leads(1)
        result = self._move(lead)
        self.lead_pool.active = False
        told = self._undo(result, self.boss)
        self.assertIn("archived", told["refused"][0]["reason"])
        self.assertInLeadPool(lead, self.other_lead_pool)


@tagged("post_install", "-at_install")
class TestLeadBatchDoors(LeadMoveCase, HttpCase):
    """Covers: P03, P12, P14."""

    def _call(self, user, url, body):
        """Call a method over the API as ``user``; return the response."""
        keys = self.env["res.users.apikeys"].with_user(user).sudo()
        key = keys._generate(None, "test", date(2030, 1, 1))
        return self.url_open(
            f"/json/2/{url}", json=body, headers={"Authorization": f"bearer {key}"}
        )

    def test_json2(self):
        """Over the API: the administrator moves and undoes, the member is refused."""
        lead = self._pooled_leads(1)
        body = {"ids": lead.ids, "pool_id": self.other_lead_pool.id}
        for user, status in ((self.sam, 403), (self.other_manager, 200)):
            response = self._call(user, "crm.pool.lead/action_move", body)
            self.assertEqual(response.status_code, status, response.text[:300])
        body = {"batch_id": response.json()["batch_id"]}
        for user, status in ((self.xia, 422), (self.other_manager, 200)):
            response = self._call(user, "crm.pool/action_undo", body)
            self.assertEqual(response.status_code, status, response.text[:300])
        self.assertEqual(response.json()["undone"], lead.ids)
