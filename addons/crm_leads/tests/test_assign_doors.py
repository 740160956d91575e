from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.crm_base.tests.import_files import ImportCase

from .assign_common import AssignCase

MAIL = """From: Wang Ming <wang.ming@example.org>
To: {to}
Subject: {subject}
Message-Id: <{subject}@example.org>
Content-Type: text/plain; charset=utf-8

We need two forklifts.
"""


@tagged("post_install", "-at_install")
class TestAssignDoors(ImportCase, AssignCase):
    """By whatever way a lead comes in; and who makes rules."""

    # ------------------------------------------------------------
    # WAYS IN
    # ------------------------------------------------------------

    def _mail(self, subject):
        team = self.north
        domain = self.env.company.alias_domain_id or self.env[
            "mail.alias.domain"
        ].create({"name": "crm.example.com"})
        self.env.company.alias_domain_id = domain
        team.write({"alias_name": "north-inquiry", "use_leads": True})
        team.alias_id.alias_domain_id = domain
        thread_id = self.env["mail.thread"].message_process(
            "crm.lead",
            MAIL.format(to=f"north-inquiry@{domain.name}", subject=subject),
        )
        return self.env["crm.lead"].browse(thread_id)

    def test_email(self):
        """A mail to the address of a team is given by the rule. Covers: L01, L07."""
        rule = self._rule(self.manager, self.sam, capture_channel="email")
        lead = self._mail("Forklifts")
        self.assertEqual((lead.team_id, lead.user_id), (self.beijing, self.sam))
        self.assertEqual(lead.assign_rule_id, rule)

    def test_email_that_waits(self):
        """Odoo gives it to the team's leader only where no rule will."""
        self._rule(self.manager, self.sam, occasion="background")
        lead = self._mail("Forklifts again")
        self.assertFalse(lead.user_id)
        self._background()
        self.assertEqual(lead.user_id, self.sam)
        self.env["crm.lead.assign.rule"].search([]).active = False
        lead.unlink()
        self.assertEqual(self._mail("Once more").user_id, self.manager)

    def test_api(self):
        """A lead made over the API for nobody is given by the rule. Covers: L07."""
        self._rule(self.manager, self.sam)
        leads = self.env["crm.lead"].with_user(self.manager)
        values = {"name": "x", "type": "lead", "team_id": self.north.id}
        lead = leads.create({**values, "user_id": False})
        self.assertEqual(lead.user_id, self.sam)
        # whoever does not say for whom, makes it for oneself
        self.assertEqual(leads.create(values).user_id, self.manager)

    def test_import(self):
        """A list that is left to the rules is given by them. Covers: L01, L07."""
        self._rule(self.manager, self.sam, self.tom)
        rows = [["联系人", "手机"], *([f"某某{n}", f"1380013800{n}"] for n in range(4))]
        profile = self.env.ref("crm_leads.crm_import_profile_lead")
        values = {"profile_id": profile.id, "lead_owner": "rules"}
        batch = self._import(self.manager, rows, **values)
        made = self.env["crm.lead"].search([("contact_name", "=like", "某某%")])
        self.assertEqual(len(made), 4)
        self.assertEqual(self._counts(made, self.sam, self.tom), [2, 2])
        self.assertEqual(made[0].capture_channel, "import")
        with self.assertRaises(ValidationError):
            self._import(self.sam, rows, **values)
        self._undo(batch)
        self.assertFalse(made.exists())

    def test_import_of_odoo(self):
        """Odoo's own import brings leads for nobody, too. Covers: L07."""
        self._rule(self.manager, self.sam, self.tom)
        leads = self.env["crm.lead"].with_user(self.manager)
        result = leads.load(
            ["name", "type", "user_id", "team_id/.id"],
            [[f"名单 {n}", "lead", "", str(self.north.id)] for n in range(4)],
        )
        self.assertFalse(result["messages"])
        made = leads.browse(result["ids"])
        self.assertEqual(self._counts(made, self.sam, self.tom), [2, 2])

    def test_campaign_and_call(self):
        """Every channel is the same to the rules. Covers: L01, L07."""
        self._rule(self.manager, self.sam)
        for channel in ("campaign", "web_form", "call", "import"):
            lead = (
                self.env["crm.lead"]
                ._crm_capturing(channel)
                .create(
                    {
                        "name": channel,
                        "type": "lead",
                        "user_id": False,
                        "team_id": self.north.id,
                    }
                )
            )
            self.assertEqual(lead.user_id, self.sam, channel)

    def test_opportunities_and_closed(self):
        """Only open leads are given. Covers: L07."""
        self._rule(self.manager, self.sam)
        opportunity = self.env["crm.lead"].create(
            {
                "name": "x",
                "type": "opportunity",
                "user_id": False,
                "team_id": self.north.id,
            }
        )
        self.assertFalse(opportunity.user_id)

    # ------------------------------------------------------------
    # ODOO'S OWN ASSIGNMENT
    # ------------------------------------------------------------

    def test_odoo_rests(self):
        """Odoo's own assignment leaves teams alone that have rules. Covers: L07."""
        self.env["ir.config_parameter"].set_param("crm.lead.auto.assignment", True)
        lead = self._unowned(self.north)
        rule = self._rule(self.manager, self.sam, occasion="manual")
        self.env["crm.team"]._cron_assign_leads(force_quota=True)
        self.assertFalse(lead.user_id)
        self.assertEqual(lead.type, "lead")
        with self.assertRaisesRegex(UserError, "assignment rules"):
            self.north.action_assign_leads()
        rule.active = False
        self.north.action_assign_leads()
        self.assertTrue(lead.user_id)

    # ------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------

    def test_who_makes_rules(self):
        """Managers make rules for their people, salespeople none. Covers: L07."""
        for user in (self.sam, self.assistant, self.employee):
            with self.assertRaises(AccessError):
                self._rule(user, self.sam)
            with self.assertRaises(AccessError):
                self.env["crm.lead.assign.rule"].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.env["crm.lead.assign.line"].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.env["crm.lead.assign.run"].with_user(user).search([])
        rule = self._rule(self.manager, self.sam)
        self.assertSees(self.director, rule)
        self.assertSees(self.boss, rule | rule.line_ids.rule_id)
        self.assertBlind(self.other_manager, rule)
        self.assertBlind(self.other_manager, rule.line_ids)
        self.assertBlind(self.other_manager, rule, "write")
        for user in (self.other_manager, self.sam):
            for method in ("action_assign_now", "preview_assignment"):
                with self.assertRaises(AccessError):
                    getattr(rule.with_user(user), method)()

    def test_scope_of_recipients(self):
        """No door gives leads to people outside of the scope. Covers: L07."""
        with self.assertRaises(ValidationError):
            self._rule(self.manager, self.sam, self.xia)
        with self.assertRaises(ValidationError):
            self._rule(self.manager, recipient_kind="team", team_id=self.south.id)
        with self.assertRaises(ValidationError):
            self._rule(
                self.manager, recipient_kind="team", team_id=self.headquarters.id
            )
        rule = self._rule(self.manager, self.sam).with_user(self.manager)
        refused = (
            lambda: rule.line_ids.write({"user_id": self.xia.id}),
            lambda: rule.write(
                {"line_ids": [Command.create({"user_id": self.xia.id})]}
            ),
            lambda: rule.env["crm.lead.assign.line"].create(
                {"rule_id": rule.id, "user_id": self.xia.id}
            ),
            lambda: rule.write({"user_id": self.director.id}),
            lambda: rule.write({"user_id": self.boss.id}),
            lambda: rule.write({"user_id": self.sam.id}),
            lambda: rule.write({"recipient_kind": "team", "team_id": self.south.id}),
        )
        for number, write in enumerate(refused):
            # of both kinds; what was written is taken back
            with self.subTest(number), self.assertRaises(UserError):
                write()
        theirs = self._rule(self.other_manager, self.xia)
        with self.assertRaises(UserError):
            rule.line_ids.write({"rule_id": theirs.id})
        with self.assertRaises(AccessError):
            theirs.line_ids.with_user(self.manager).write({"user_id": self.sam.id})
        # superiors may, with a rule of their own
        self._rule(self.director, self.sam, self.xia)
        rule.with_user(self.director).user_id = self.director

    def test_scope_of_leads(self):
        """A rule takes only what whoever is responsible may deal out. Covers: L07."""
        rule = self._rule(self.manager, self.sam)
        self.assertFalse(self._unowned(self.south).user_id)
        self.assertFalse(self._unowned(None).user_id)
        self.assertFalse(self._unowned(self.headquarters).user_id)
        self.assertEqual(self._unowned(self.beijing).user_id, self.sam)
        # the same rule of the director takes what has no team, too
        rule.user_id = self.director
        self.assertEqual(self._unowned(None).user_id, self.sam)
        self.assertEqual(self._unowned(self.south).user_id, self.sam)

    def test_who_is_no_longer_led(self):
        """Who leaves the team gets nothing any more; nobody is told an error."""
        rule = self._rule(self.manager, self.sam, self.tom)
        self.north.member_ids = False
        leads = self._waiting(2)
        self.assertEqual(self._counts(leads, self.sam, self.tom), [2, 0])
        self.north.user_id = self.other_manager
        self.assertFalse(self._unowned(self.beijing).user_id)
        self.manager.sudo().action_archive()
        rule.invalidate_recordset()
        self.assertIn("leads nobody any more", rule.problem)
        self.assertFalse(self._unowned(self.beijing).user_id)

    def test_buttons(self):
        """Only managers assign, and only what is theirs to give. Covers: L07."""
        self._rule(self.director, self.sam, self.xia, occasion="manual")
        north, south = self._unowned(self.north), self._unowned(self.south)
        leads = north | south
        for user in (self.sam, self.assistant, self.employee):
            with self.assertRaises(AccessError):
                leads.with_user(user).assign_by_rules()
            with self.assertRaises(AccessError):
                leads.with_user(user).action_assign_now()
        result = leads.with_user(self.manager).assign_by_rules()
        self.assertEqual(result["left"], 1)
        self.assertTrue(north.user_id)
        self.assertFalse(south.user_id)
        mine = self._lead(self.tom)
        result = mine.with_user(self.manager).assign_by_rules()
        self.assertEqual((result["dealt"], result["left"]), ([], 1))

    def test_protected(self):
        """Turns, marks and the rule of a lead are the engine's alone."""
        rule = self._rule(self.manager, self.sam)
        lead = self._unowned(self.north)
        for record, values in (
            (rule, {"worked_at": "2031-01-01 00:00:00"}),
            (rule.line_ids, {"lag": 5.0}),
            (rule.line_ids, {"given_count": 0}),
            (lead, {"assign_rule_id": False}),
        ):
            for user in (self.manager, self.boss):
                with self.assertRaises(AccessError):
                    record.with_user(user).write(values)
        with self.assertRaises(AccessError):
            self._lead_moves(lead).sudo().write({"reason": "x"})

    def test_hostile_domains(self):
        """A rule is no way to ask for what its author may not search by."""
        rule = self._rule(self.manager, self.sam).with_user(self.manager)
        for domain in (
            "x",
            "[",
            "{}",
            "[('nothing', '=', 1)]",
            "[('id', 'nonsense', 1)]",
            "__import__('os')",
            "[('user_id.password', '!=', False)]",
        ):
            with self.assertRaises(UserError):
                rule.domain = domain

    def test_handover(self):
        """Rules of whoever leaves go to the successor, and go on. Covers: B04."""
        rule = self._rule(self.manager, self.sam)
        self.manager._crm_handover(self.director)
        items = [item.model for item in self.env["res.users"]._crm_desk()]
        self.assertIn("crm.lead.assign.rule", items)
        rule._crm_workflow().user_id = self.other_manager
        self.assertIn("Nobody", rule.problem)
        rule._crm_workflow().user_id = self.director
        self.assertFalse(rule.problem)

    def test_query_counts(self):
        """A lead more costs no query more of the rules. Covers: L07."""
        rule = self._rule(self.manager, self.sam, self.sue, self.tom)
        rule.occasion = "manual"
        self._rule(self.manager, self.tom, name="其余", sequence=99)
        costs = {}
        for count in (20, 200, 400):
            leads = self.env["crm.lead"].create(
                [
                    {
                        "name": f"线索 {n}",
                        "type": "lead",
                        "user_id": False,
                        "team_id": self.south.id,
                    }
                    for n in range(count)
                ]
            )
            self.env.flush_all()
            leads.with_context(tracking_disable=True).team_id = self.north
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            outcome = self.env["crm.lead.assign.rule"]._crm_assign(leads, "manual")
            self.env.flush_all()
            costs[count] = self.env.cr.sql_log_count - before
            self.assertEqual(sum(outcome["given"].values()), count)
        # what a cache forgets meanwhile is asked again
        self.assertLessEqual(costs[400], costs[200] + 12, costs)

    def test_no_rule_no_query(self):
        """Without rules, a new lead costs what it did."""
        self.env["crm.lead.assign.rule"]._crm_rule_ids()
        with self.assertQueryCount(0):
            self.assertFalse(self.env["crm.lead.assign.rule"]._crm_rule_ids())
