from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import LeadCase


@tagged("post_install", "-at_install")
class TestVisibility(LeadCase):
    """Leads obey the one scope."""

    def test_owned(self):
        """The owner, the owner's superiors and their assistants see a lead.

        Covers: L03, B01.
        """
        for kind in ("lead", "opportunity"):
            lead = self._lead(self.sam, type=kind)
            self.assertViewers(
                lead, self.sam | self.manager | self.assistant | self.director
            )
            self.assertBlind(self.assistant, lead, "write")
            self.assertSees(self.manager, lead, "write")

    def test_unowned(self):
        """What nobody has is dealt out by the team's leaders, not seen by salespeople.

        Covers: L03, B01.
        """
        lead = self._unowned(self.beijing)
        self.assertViewers(lead, self.manager | self.assistant | self.director)
        self.assertSees(self.manager, lead, "write")
        self.assertBlind(self.assistant, lead, "write")
        self.assertViewers(self._unowned(), self.director)

    def test_on_a_customer(self):
        """Whoever has a customer on loan reads its leads, and changes none."""
        customer = self._customer(self.sam)
        lead = self._lead(self.sam, partner_id=customer.id)
        self._share(customer, self.xia, "write")
        self.assertSees(self.xia, lead)
        self.assertBlind(self.xia, lead, "write")

    def test_won_or_lost(self):
        """What is over is seen with its customer: it bears phone and e-mail of it.

        Covers: B01, P10.
        """
        customer = self._customer(self.sam, phone="010-88886666")
        values = {"type": "opportunity", "partner_id": customer.id}
        lost, won = (self._lead(self.sam, **values) for _ in range(2))
        alone = self._lead(self.sam, type="opportunity")
        lost.action_set_lost()
        won.action_set_won()
        alone.action_set_lost()
        self.assertEqual(lost.phone, "010-88886666")
        for lead in lost | won | alone:
            self.assertSees(self.sam, lead)
            self.assertSees(self.sam, lead, "write")
        customer.with_user(self.manager).action_transfer(self.sue.id)
        for lead in lost | won:
            for operation in ("read", "write"):
                self.assertBlind(self.sam, lead, operation)
            self.assertViewers(
                lead, self.sue | self.manager | self.assistant | self.director
            )
        self.assertSees(self.sam, alone)
        self._share(customer, self.sam)
        self.assertSees(self.sam, lost)
        self.assertSees(self.sam, lost, "write")

    def test_followups_of_a_lead(self):
        """Follow-ups of a lead are seen by whoever sees the lead. Covers: L03."""
        lead = self._lead(self.sam)
        followup = self._lead_followup(self.manager, lead)
        self.assertViewers(
            followup, self.sam | self.manager | self.assistant | self.director
        )
        with self.assertRaises(AccessError):
            self._lead_followup(self.xia, lead)

    def test_people_without_a_role(self):
        """Odoo's sales rights alone show what none of the suite's people has.

        Covers: L03, B01.
        """
        group = "sales_team.group_sale_salesman_all_leads"
        outsider = new_test_user(self.env, "otto", groups=group)
        chief = new_test_user(self.env, "olga", groups="sales_team.group_sale_manager")
        team = self.env["crm.team"].create({"name": "Beside", "user_id": False})
        theirs = self._lead(outsider)
        stray = self._unowned(team)
        for user in (outsider, chief):
            self.assertSees(user, theirs)
            self.assertSees(user, theirs, "write")
            for lead in (self._lead(self.sam), self._unowned(self.beijing)):
                self.assertBlind(user, lead)
        self.assertBlind(outsider, stray)
        self.assertSees(chief, stray)
        for user in (self.sam, self.manager):
            self.assertBlind(user, theirs)

    def test_change_log(self):
        """What was changed on a lead is told to those who lead its owner."""
        lead = self._lead(self.sam)
        lead.with_user(self.sam).priority = "3"
        self.env.flush_all()
        self.env.cr.precommit.run()
        logs = self.env["crm.change.log"]
        domain = [("model", "=", "crm.lead"), ("res_id", "=", lead.id)]
        self.assertTrue(logs.search(domain))
        for user in (self.manager, self.director, self.boss):
            self.assertTrue(logs.with_user(user).search(domain), user.login)
        self.assertFalse(logs.with_user(self.other_manager).search(domain))

    def test_no_phone_by_linking(self):
        """A lead that is linked to a stranger's customer would copy the phone."""
        customer = self._customer(self.xia, phone="010-88886666")
        lead = self._lead(self.sam)
        with self.assertRaises(AccessError):
            lead.with_user(self.sam).write({"partner_id": customer.id})
        with self.assertRaises(AccessError):
            self._lead(self.sam, partner_id=customer.id)

    def test_facts_are_refused(self):
        """What only methods change is refused through create, write and defaults.

        Covers: L01, L09.
        """
        lead = self._lead(self.sam)
        for values in (
            {"owner_since": "2020-01-01 00:00:00"},
            {"last_followup_at": "2020-01-01 00:00:00"},
            {"date_open": "2020-01-01 00:00:00"},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                lead.with_user(self.sam).write(values)
            with self.subTest(values=values), self.assertRaises(AccessError):
                self._lead(self.sam, **values)

    def test_inspector_agrees(self):
        """The permission inspector gives a reason exactly where there is access."""
        customer = self._customer(self.sam)
        self._share(customer, self.xia)
        leads = (
            self._lead(self.sam, partner_id=customer.id)
            | self._lead(self.xia)
            | self._unowned(self.beijing)
            | self._unowned()
        )
        followups = self._lead_followup(self.sam, leads[0])
        followups |= self._lead_followup(self.xia, leads[1])
        inspector = self.env["crm.permission.inspector"]
        sellers = self.everybody - self.employee - self.maintainer - self.portal
        for record in [*leads, *followups]:
            for user in sellers:
                for operation in ("read", "write"):
                    with self.subTest(
                        record=record, user=user.login, operation=operation
                    ):
                        reasons = inspector._crm_reasons(user, record, operation)
                        self.assertEqual(
                            bool(reasons),
                            record.with_user(user).has_access(operation),
                            reasons,
                        )

    def test_deleting(self):
        """Leads are deleted by the boss alone, into the recycle bin. Covers: B16."""
        lead = self._lead(self.sam, phone="13800138000")
        self._lead_followup(self.sam, lead, done=True, content="已经报价，等对方回复")
        with self.assertRaises(AccessError):
            lead.with_user(self.manager).unlink()
        lead_id = lead.id
        lead.with_user(self.boss).unlink()
        entry = self.env["crm.recycle.entry"].search(
            [("model", "=", "crm.lead"), ("res_id", "=", lead_id)]
        )
        entry.with_user(self.boss).action_restore()
        restored = self.env["crm.lead"].browse(lead_id)
        self.assertEqual(restored.phone, "13800138000")
        self.assertTrue(restored.last_followup_at)
        self.assertEqual(len(restored.followup_ids), 1)
