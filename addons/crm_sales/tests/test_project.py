from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestProject(SaleCase):
    """Projects: their team, companies, decision tree and phases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam, phone="010-88886666")
        cls.project = cls._opportunity(
            name="智能工厂一期", partner_id=cls.customer.id, is_project=True
        )
        cls.circle = cls.sam | cls.manager | cls.assistant | cls.director

    @classmethod
    def _member(cls, user, access="read", project=None):
        members = cls.env["crm.project.member"].with_user(cls.sam)
        project = project or cls.project
        return members.create(
            {"lead_id": project.id, "user_id": user.id, "access": access}
        ).with_env(cls.env)

    @classmethod
    def _person(cls, name, above=None, **values):
        people = cls.env["crm.project.contact"].with_user(cls.sam)
        person = people.create(
            {
                "lead_id": cls.project.id,
                "name": name,
                "parent_id": above.id if above else False,
                **values,
            }
        )
        return person.with_env(cls.env)

    def _hanging(self):
        """Return one record of each kind that hangs on the project."""
        project, env = self.project, self.env
        values = env["crm.dictionary"]
        company = env["res.partner"].create({"name": "华东设计院", "is_company": True})
        return [
            self._person("王总"),
            env["crm.need"].create({"lead_id": project.id, "name": "24 小时无人值守"}),
            env["crm.solution"].create({"lead_id": project.id, "name": "产线方案"}),
            env["crm.lead.competitor"].create(
                {
                    "lead_id": project.id,
                    "competitor_id": env["crm.competitor"].create({"name": "北机"}).id,
                }
            ),
            env["crm.lead.resource"].create(
                {
                    "lead_id": project.id,
                    "role_id": values._crm_get("resource_role", "demo").id,
                }
            ),
            env["crm.project.partner"].create(
                {
                    "lead_id": project.id,
                    "partner_id": company.id,
                    "role_id": values._crm_get("project_partner_role", "designer").id,
                }
            ),
            self._lead_followup(self.sam, project),
            project.last_stage_move_id,
            env["crm.competitor.report"].search(
                [("lead_id", "=", project.id)], limit=1
            ),
        ]

    # ------------------------------------------------------------
    # WHO SEES IT
    # ------------------------------------------------------------

    def test_team_sees_it(self):
        """Members out of scope see the project and what hangs on it; nobody else.

        Covers: S09, B01.
        """
        hanging = self._hanging()
        for record in (self.project, *hanging):
            self.assertViewers(record, self.circle)
        member = self._member(self.xia)
        for record in (self.project, *hanging, member):
            self.assertViewers(record, self.circle | self.xia)
            self.assertBlind(self.xia, record, "write")
        # it is the project that is shown, not its superior's other work
        self.assertBlind(self.xia, self._opportunity())
        member.with_user(self.sam).unlink()
        for record in (self.project, *hanging):
            self.assertViewers(record, self.circle)

    def test_no_project_no_team(self):
        """A team counts as long as the opportunity is a project. Covers: S09."""
        self._member(self.xia, "write")
        self.project.with_user(self.sam).is_project = False
        self.assertViewers(self.project, self.circle)
        self.assertBlind(self.xia, self.project, "write")

    def test_files_and_messages(self):
        """So are its files and messages. Covers: S09."""
        file = self.env["ir.attachment"].create(
            {"name": "招标文件", "res_model": "crm.lead", "res_id": self.project.id}
        )
        note = self.project.message_post(body="甲方要求月底前报价")
        for record in (file, note):
            self.assertBlind(self.xia, record)
        self._member(self.xia)
        for record in (file, note):
            self.assertSees(self.xia, record)

    def test_customer_stays_closed(self):
        """A member reads the customer's name, not the customer. Covers: S09."""
        self._member(self.xia, "write")
        self.assertBlind(self.xia, self.customer)
        project = self.project.with_user(self.xia)
        [data] = project.web_read({"partner_id": {"fields": {"display_name": {}}}})
        self.assertEqual(data["partner_id"]["display_name"], self.customer.name)
        with self.assertRaises(AccessError):
            project.phone = "13900001111"
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "opportunity_id": self.project.id}
        )
        self.assertBlind(self.xia, order)

    def test_form_opens_for_a_member(self):
        """The form shows itself to a member, to work on or to read. Covers: S09."""
        for user, access in ((self.xia, "write"), (self.tom, "read")):
            self._member(user, access)
            project = self.project.with_user(user)
            view = project.get_view(self.env.ref("crm.crm_lead_view_form").id, "form")
            self.assertIn("crm_decision_tree", view["arch"])
            with Form(project, "crm.crm_lead_view_form") as form:
                self.assertFalse(form.is_in_charge)
                self.assertEqual(form.crm_can_write, access == "write")

    def test_confidential(self):
        """A confidential project is seen by owner, superiors and team alone.

        Covers: S09, B01.
        """
        hanging = self._hanging()
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "opportunity_id": self.project.id,
                "user_id": self.sam.id,
            }
        )
        task = self.env["crm.task"].create(
            {"name": "现场勘察", "lead_id": self.project.id, "user_id": self.sam.id}
        )
        contract = self.env["crm.contract"].create(
            {
                "name": "总包合同",
                "partner_id": self.customer.id,
                "opportunity_id": self.project.id,
                "user_id": self.sam.id,
            }
        )
        self.env["sale.order.line"].create(
            {"order_id": order.id, "name": "主机", "display_type": "line_note"}
        )
        self._share(self.customer, self.tom)
        for record in (self.project, *hanging, order, contract):
            self.assertViewers(record, self.circle | self.tom)
        self.project.with_user(self.sam).is_confidential = True
        self._member(self.xia)
        ranks = self.circle - self.assistant
        for record in (self.project, *hanging):
            self.assertViewers(record, ranks | self.xia)
        for record in (order, order.order_line, contract):
            self.assertViewers(record, ranks)
        self.assertBlind(self.assistant, task)
        self.assertSees(self.manager, task)
        ledger = self._lead_moves(self.project)
        self.assertTrue(ledger)
        self.assertBlind(self.assistant, ledger)
        self.assertSees(self.manager, ledger)

    def test_confidential_log(self):
        """Nor does the log of changes tell of it. Covers: S09, B15."""
        self.customer.with_user(self.director).user_id = self.xia
        self.project.with_user(self.director).user_id = self.sam
        self.project.with_user(self.sam).is_confidential = True
        self.env.flush_all()
        self.env.cr.precommit.run()
        logs = self.env["crm.change.log"]
        domain = [("model", "=", "crm.lead"), ("res_id", "=", self.project.id)]
        self.assertTrue(logs.with_user(self.manager).search(domain))
        self.assertFalse(logs.with_user(self.other_manager).search(domain))
        self.project.with_user(self.sam).is_project = False
        self.assertTrue(logs.with_user(self.other_manager).search(domain))

    def test_own_quotation_and_task(self):
        """What somebody is to do stays visible to that person. Covers: S09."""
        self.project.with_user(self.sam).is_confidential = True
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "opportunity_id": self.project.id,
                "user_id": self.xia.id,
            }
        )
        task = self.env["crm.task"].create(
            {"name": "做标书", "lead_id": self.project.id, "user_id": self.xia.id}
        )
        self.assertSees(self.xia, order)
        self.assertSees(self.xia, task)
        self.assertBlind(self.xia, self.project)

    # ------------------------------------------------------------
    # WHO CHANGES IT
    # ------------------------------------------------------------

    def test_working_member(self):
        """A member with the right works on the project, and no more. Covers: S09."""
        self._member(self.xia, "write")
        project = self.project.with_user(self.xia)
        project.write({"need": "先上两条线", "stage_id": self.visited.id})
        need = self.env["crm.need"].with_user(self.xia)
        need = need.create({"lead_id": project.id, "name": "噪音低于 75 分贝"})
        need.state = "met"
        for values in (
            {"user_id": self.xia.id},
            {"team_id": self.south.id},
            {"is_project": False},
            {"is_confidential": True},
            {"partner_id": False},
            {"type": "lead"},
            {"active": False},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                project.write(values)
        for door in (
            lambda: project.action_transfer(self.xia.id),
            lambda: project.action_set_lost(lost_reason_id=self._lost_reason()),
            lambda: project.action_archive(),
            lambda: self._member(self.tom).with_user(self.xia).unlink(),
            lambda: (
                self.env["crm.project.member"]
                .with_user(self.xia)
                .create({"lead_id": project.id, "user_id": self.tom.id})
            ),
            lambda: project.unlink(),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                door()
        mine = self._opportunity(self.xia)
        with self.assertRaises(AccessError):
            (mine.with_user(self.xia) | project).merge_opportunity()

    def test_no_way_in(self):
        """Nobody makes himself a member, nor moves parts elsewhere. Covers: S09."""
        with self.assertRaises(AccessError):
            self.env["crm.project.member"].with_user(self.xia).create(
                {"lead_id": self.project.id, "user_id": self.xia.id}
            )
        with self.acting(self.xia), self.assertRaises(AccessError):
            self.env["crm.lead"].with_user(self.xia).create(
                {
                    "name": "假项目",
                    "type": "opportunity",
                    "is_project": True,
                    "user_id": self.sam.id,
                    "project_member_ids": [
                        (0, 0, {"user_id": self.xia.id, "access": "write"})
                    ],
                }
            )
        need = self.env["crm.need"].create({"lead_id": self.project.id, "name": "a"})
        other = self._opportunity(self.xia)
        with self.assertRaises(UserError):
            need.with_user(self.sam).lead_id = other
        with self.assertRaises(AccessError):
            self.env["crm.project.partner"].with_user(self.xia).create(
                {
                    "lead_id": other.id,
                    "partner_id": self.customer.id,
                    "role_id": self.env["crm.dictionary"]
                    ._crm_get("project_partner_role", "dealer")
                    .id,
                }
            )

    def test_team_list(self):
        """Somebody is in the team once, and has a role in the CRM. Covers: S09."""
        self._member(self.xia)
        with self.assertRaises(ValidationError):
            self._member(self.xia)
        with self.assertRaises(UserError):
            self._member(self.employee)
        notes = self.project.message_ids.filtered(lambda note: "team" in note.body)
        self.assertTrue(notes)

    def test_leaver(self):
        """Whoever takes over a desk takes over the memberships. Covers: S09, B03."""
        member = self._member(self.xia)
        desk = {(item.model, item.field) for item in self.env["res.users"]._crm_desk()}
        for one in (
            ("crm.project.member", "user_id"),
            ("crm.lead.resource", "user_id"),
            ("crm.project.contact", "colleague_id"),
        ):
            self.assertIn(one, desk)
        self._member(self.tom)
        # a successor who is there already is no obstacle
        member._crm_workflow().user_id = self.tom
        self.assertSees(self.tom, self.project)
        self.assertBlind(self.xia, self.project)

    def test_inspector(self):
        """The permission inspector gives a reason exactly where there is access.

        Covers: S09.
        """
        self._share(self.customer, self.tom)
        self._member(self.xia, "write")
        inspector = self.env["crm.permission.inspector"]
        sellers = self.everybody - self.employee - self.maintainer - self.portal
        for is_confidential in (False, True):
            self.project.is_confidential = is_confidential
            for user in sellers:
                for operation in ("read", "write"):
                    reasons = inspector._crm_reasons(user, self.project, operation)
                    with self.subTest(user=user.login, operation=operation):
                        self.assertEqual(
                            bool(reasons),
                            self.project.with_user(user).has_access(operation),
                            reasons,
                        )

    def test_queries(self):
        """A list of many projects costs what one of few costs. Covers: S09, X03."""
        self._member(self.xia)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["crm.lead"].with_user(self.xia).web_search_read(
                [("is_project", "=", True)],
                {"name": {}, "is_in_charge": {}, "crm_can_write": {}},
            )
            return self.env.cr.sql_log_count - start

        count()
        few = count()
        for number in range(15):
            project = self._opportunity(name=f"项目{number}", is_project=True)
            self._member(self.xia, project=project)
        self.assertLessEqual(count(), few)

    # ------------------------------------------------------------
    # DECISION TREE, COMPANIES, PHASES
    # ------------------------------------------------------------

    def test_tree(self):
        """People report to each other within one project, and never in a circle.

        Covers: S09.
        """
        top = self._person("王总", influence="4")
        below = self._person("李工", top)
        with self.assertRaises(ValidationError):
            top.with_user(self.sam).parent_id = below
        other = self._opportunity(name="二期", is_project=True)
        with self.assertRaises(ValidationError):
            self._person("张工", below, lead_id=other.id)
        top.with_user(self.sam).unlink()
        self.assertFalse(below.parent_id)

    def test_person_from_the_address_book(self):
        """Name, company, position and role come from the contact. Covers: S09."""
        role = self.env.ref("crm_base.dictionary_decision_role_technical")
        contact = self._contact(self.customer, name="赵敏", function="设备科长")
        contact.decision_role_id = role
        people = self.env["crm.project.contact"].with_user(self.sam)
        people = people.with_context(default_lead_id=self.project.id)
        with Form(people) as form:
            form.partner_id = contact
            form.attitude = "supporter"
        person = form.record
        self.assertEqual(
            (person.name, person.position, person.role_id), ("赵敏", "设备科长", role)
        )
        self.assertEqual(person.organisation, self.customer.name)
        with self.assertRaises(AccessError):
            self.env["crm.project.contact"].with_user(self.xia).create(
                {"lead_id": self._opportunity(self.xia).id, "partner_id": contact.id}
            )

    def test_customer_page(self):
        """A company's page shows the projects that it takes part in. Covers: S09."""
        company = self._customer(self.sam, name="中南设计院")
        page = company.with_user(self.sam).get_crm_overview()
        self.assertNotIn("projects", [tab["code"] for tab in page["tabs"]])
        role = self.env["crm.dictionary"]._crm_get("project_partner_role", "designer")
        self.project.with_user(self.sam).write(
            {
                "project_partner_ids": [
                    (0, 0, {"partner_id": company.id, "role_id": role.id})
                ]
            }
        )
        page = company.with_user(self.sam).get_crm_overview()
        [tab] = [tab for tab in page["tabs"] if tab["code"] == "projects"]
        self.assertEqual(tab["count"], 1)

    def test_phases(self):
        """A team's project process goes from start to end. Covers: S09, S03."""
        team = self._crm_team("项目部", self.manager, self.north, self.tom)
        with self.assertRaises(AccessError):
            team.with_user(self.sam).action_make_project_process()
        action = team.with_user(self.director).action_make_project_process()
        stages = self.env["crm.stage"].search(action["domain"])
        self.assertEqual(stages.mapped("is_won"), [False, False, True, True, True])
        with self.assertRaises(UserError):
            team.with_user(self.director).action_make_project_process()
        project = self._opportunity(
            self.tom, name="仓储改造", is_project=True, team_id=team.id
        )
        self.assertEqual(project.stage_id, stages[0])
        for stage in stages[1:]:
            project.with_user(self.tom).action_move_stage(stage.id)
        self.assertEqual(
            [move[2] for move in self._history(project)], list(stages), "in order"
        )
        self.assertEqual(project.won_status, "won")
