"""What the screens stand on: locks, subjects, times, filters, forms."""

from datetime import timedelta

from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import CrmCase

CUSTOMER_FORM = "crm_base.res_partner_view_form"


@tagged("post_install", "-at_install")
class TestScreens(CrmCase):
    def test_form_locks_itself_for_readers(self):
        """The form of a customer shared for reading is locked. Covers: B03, B05."""
        customer = self._customer(self.sam)
        self.assertTrue(customer.with_user(self.sam).crm_can_write)
        self.assertTrue(customer.with_user(self.manager).crm_can_write)
        customer.with_user(self.sam).action_share(self.xia.ids)
        self.assertFalse(customer.with_user(self.xia).crm_can_write)
        customer.with_user(self.sam).action_share(self.xia.ids, mode="write")
        customer.invalidate_recordset(["crm_can_write"])
        self.assertTrue(customer.with_user(self.xia).crm_can_write)

    def test_form_locks_itself_on_foreign_followups(self):
        """A follow-up that is only in sight is locked. Covers: B09."""
        customer = self._customer(self.sam)
        followup = self._followup(self.sam, customer)
        customer.with_user(self.sam).action_share(self.xia.ids)
        self.assertTrue(followup.with_user(self.sam).crm_can_write)
        self.assertTrue(followup.with_user(self.manager).crm_can_write)
        self.assertFalse(followup.with_user(self.xia).crm_can_write)
        self.assertTrue(
            self.env["crm.followup"].with_user(self.xia).new().crm_can_write
        )

    def test_customers_open_in_the_customer_form(self):
        """Customers and contacts get the customer form, others stock's. Covers: B05."""
        form = self.env.ref(CUSTOMER_FORM)
        customer = self._customer(self.sam)
        contact = self._contact(customer)
        for record in (customer, contact):
            self.assertEqual(record.with_user(self.sam).get_formview_id(), form.id)
            self.assertEqual(record.get_formview_id(self.sam.id), form.id)
            self.assertFalse(record.get_formview_id(self.employee.id))
        self.assertFalse(self.company.partner_id.with_user(self.sam).get_formview_id())

    def test_customer_and_contact_in_one_form(self):
        """A salesperson enters a customer with a contact at once. Covers: B05, B06."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.res_partner_customer_action"
        )
        context = safe_eval(action["context"])
        partners = self.env["res.partner"].with_user(self.sam).with_context(**context)
        with Form(partners, CUSTOMER_FORM) as form:
            form.name = "上海测试科技有限公司"
            with form.child_ids.new() as contact:
                contact.name = "单雄信"
                contact.mobile = "13800138000"
        customer = form.record
        self.assertTrue(customer.is_crm_customer)
        self.assertEqual(customer.user_id, self.sam)
        self.assertTrue(customer.customer_no)
        self.assertEqual(customer.customer_stage_id.code, "new")
        self.assertFalse(customer.child_ids.is_crm_customer)
        self.assertFalse(customer.child_ids.is_company)
        self.assertEqual(customer.child_ids.user_id, self.sam)

    def test_subject_makes_itself(self):
        """A follow-up without subject takes the first line. Covers: B09."""
        customer = self._customer(self.sam)
        Followup = self.env["crm.followup"].with_user(self.sam)

        def subject(**values):
            return Followup.create({"partner_id": customer.id, **values}).name

        self.assertEqual(subject(content="谈价格\n客户要求九折"), "谈价格")
        self.assertEqual(subject(content="长" * 50), "长" * 40 + "…")
        self.assertEqual(subject(method_id=self.visit.id), self.visit.name)
        self.assertEqual(subject(), self.phone.name)
        self.assertEqual(subject(name="回访", content="谈价格"), "回访")
        template = self.env["crm.followup.template"].create(
            {"name": "首访", "subject": "首次拜访"}
        )
        self.assertEqual(subject(template_id=template.id), "首次拜访")
        followup = Followup.with_context(default_name="约见").create(
            {"partner_id": customer.id, "content": "谈价格"}
        )
        self.assertEqual(followup.name, "约见")
        self.assertEqual(followup.display_name, f"{customer.name} · 约见")

    def test_unknown_satisfaction_is_no_zero(self):
        """Follow-ups without an answer do not lower the average. Covers: B10."""
        customer = self._customer(self.sam)
        for satisfaction in ("5", "4", False):
            self._followup(self.sam, customer, satisfaction=satisfaction)
        ((average,),) = (
            self.env["crm.followup"]
            .with_user(self.sam)
            ._read_group(
                [("partner_id", "=", customer.id)], [], ["satisfaction_score:avg"]
            )
        )
        self.assertAlmostEqual(average, 4.5)

    def test_calendar_moves_plans_only(self):
        """Dragging moves a plan; what is done keeps its time. Covers: B09, B10."""
        customer = self._customer(self.sam)
        monday = fields.Datetime.to_datetime("2030-01-07 01:00:00")
        plan = (
            self.env["crm.followup"]
            .with_user(self.sam)
            .with_context(default_date=monday)
            .create({"partner_id": customer.id})
        )
        self.assertEqual(plan.planned_at, monday)
        plan.date = monday + timedelta(days=1)
        self.assertEqual(plan.planned_at, monday + timedelta(days=1))
        self.assertEqual(customer.next_followup_at, monday + timedelta(days=1))
        plan.action_done()
        with self.assertRaises(UserError):
            plan.date = monday

    def test_calendar_proposes_the_time_that_was_clicked(self):
        """The dialog shows the clicked time, and what is entered wins. Covers: B10."""
        customer = self._customer(self.sam)
        clicked = fields.Datetime.to_datetime("2030-01-07 01:00:00")
        followups = (
            self.env["crm.followup"]
            .with_user(self.sam)
            .with_context(default_date=fields.Datetime.to_string(clicked))
        )
        quick_form = "crm_base.crm_followup_view_form_quick"
        with Form(followups, quick_form) as form:
            form.partner_id = customer
            self.assertEqual(form.planned_at, clicked)
            form.planned_at = clicked + timedelta(hours=1)
        self.assertEqual(form.record.planned_at, clicked + timedelta(hours=1))
        with Form(followups, quick_form) as form:
            form.partner_id = customer
            form.planned_at = False
        self.assertFalse(form.record.planned_at)

    def test_ledger_row_opens_its_customer(self):
        """A row opens the customer, or says why it cannot. Covers: B03."""
        customer = self._customer(self.sam)
        move = customer.owner_move_ids.with_user(self.sam)
        self.assertEqual(
            move.action_open_customer()["params"]["partner_id"], customer.id
        )
        customer.with_user(self.director).action_transfer(self.xia.id, "换人")
        with self.assertRaises(UserError):
            move.action_open_customer()

    def test_actions_of_a_customer(self):
        """Buttons of a customer and its contact open prefilled. Covers: B09, B14."""
        customer = self._customer(self.sam)
        contact = self._contact(customer).with_user(self.sam)
        context = contact.action_new_followup()["context"]
        self.assertEqual(context["default_partner_id"], customer.id)
        self.assertEqual(context["default_contact_id"], contact.id)
        action = customer.with_user(self.sam).action_open_followups()
        self.assertEqual(action["domain"], [("partner_id", "=", customer.id)])

    def test_overview_has_kinds_and_plans(self):
        """The 360° page knows its filter chips and open plans. Covers: B14."""
        customer = self._customer(self.sam)
        plan = self._followup(
            self.sam, customer, planned_at=fields.Datetime.now() - timedelta(hours=1)
        )
        overview = customer.with_user(self.sam).get_crm_overview()
        self.assertEqual(
            [kind["code"] for kind in overview["kinds"]],
            list(customer._crm_timeline_sources()),
        )
        self.assertEqual([row["id"] for row in overview["plans"]], plan.ids)
        self.assertTrue(overview["plans"][0]["is_overdue"])
        self.assertTrue(overview["plans"][0]["can_write"])

    def test_organisation_is_indented(self):
        """Teams are listed in the order of the tree, indented. Covers: B02."""
        teams = self.env["crm.team"].search(
            [("id", "child_of", self.headquarters.id)], order="parent_path"
        )
        self.assertEqual(teams[0], self.headquarters)
        indent = "\u2003"
        self.assertEqual(self.headquarters.crm_tree_name, "Headquarters")
        self.assertEqual(self.north.crm_tree_name, f"{indent}North")
        self.assertEqual(self.beijing.crm_tree_name, f"{indent * 2}Beijing")


@tagged("post_install", "-at_install")
class TestMenus(CrmCase):
    def _menus(self, user):
        visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
        root = self.env.ref("crm_base.menu_root")
        if root.id not in visible:
            # nothing hangs in the air
            return root.browse()
        return self.env["ir.ui.menu"].search(
            [("id", "child_of", root.id), ("id", "in", list(visible))]
        )

    def test_who_sees_which_menu(self):
        """The app is for roles of the suite, configuration for leaders. Covers: B02."""
        configuration = self.env.ref("crm_base.menu_configuration")
        for user in (self.sam, self.assistant):
            menus = self._menus(user)
            self.assertIn(self.env.ref("crm_base.menu_customers"), menus)
            self.assertNotIn(configuration, menus)
        for user in (self.manager, self.director, self.boss):
            self.assertIn(configuration, self._menus(user))
        dictionary = self.env.ref("crm_base.crm_dictionary_menu")
        self.assertNotIn(dictionary, self._menus(self.manager))
        self.assertIn(dictionary, self._menus(self.director))
        for user in (self.employee, self.maintainer):
            self.assertFalse(self._menus(user))

    def test_every_screen_opens(self):
        """Each role gets the views of each of its menus. Covers: B02, B26."""
        for user in (self.sam, self.assistant, self.manager, self.director, self.boss):
            for menu in self._menus(user).filtered("action"):
                action = menu.action
                if action._name != "ir.actions.act_window":
                    continue
                with self.subTest(user=user.login, menu=menu.complete_name):
                    views = [*action.views, (action.search_view_id.id, "search")]
                    self.env[action.res_model].with_user(user).get_views(views)


@tagged("post_install", "-at_install")
class TestQueries(CrmCase):
    def _page(self, model, view_type, xml_id, domain):
        """Read a page of a view as the client does; return the number of queries."""
        records = self.env[model].with_user(self.sam)
        view = records.get_view(self.env.ref(xml_id).id, view_type)
        specification = {}
        for node in etree.fromstring(view["arch"]).iter("field"):
            field = records._fields[node.get("name")]
            specification[field.name] = (
                {"fields": {"display_name": {}}} if field.relational else {}
            )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        records.web_search_read(domain, specification, limit=80)
        return self.cr.sql_log_count - before

    def test_lists_cost_the_same_for_any_number_of_rows(self):
        """A page costs as many queries for 40 rows as for 4. Covers: B05, B09."""
        tags = self.env["res.partner.category"].create(
            [{"name": "展会"}, {"name": "老客户"}]
        )
        pages = [
            ("res.partner", "list", "crm_base.res_partner_view_list", "id"),
            ("res.partner", "kanban", "crm_base.res_partner_view_kanban", "id"),
            ("crm.followup", "list", "crm_base.crm_followup_view_list", "partner_id"),
        ]
        customers = self.env["res.partner"]

        def more(count):
            nonlocal customers
            for number in range(count):
                customer = self._customer(
                    self.sam,
                    name=f"客户{number}",
                    category_id=[(6, 0, tags.ids)],
                    heat_level_id=self.env.ref("crm_base.dictionary_heat_level_hot").id,
                )
                self._followup(self.sam, customer)
                customers |= customer

        def measure():
            return {
                xml_id: self._page(
                    model, view_type, xml_id, [(field, "in", customers.ids)]
                )
                for model, view_type, xml_id, field in pages
            }

        more(4)
        measure()  # warms the caches
        few = measure()
        more(36)
        self.assertEqual(measure(), few)


@tagged("post_install", "-at_install")
class TestFilters(CrmCase):
    """Every quick filter finds what it says, in the salesperson's time zone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.filters = {}
        for model, xml_id in (
            ("res.partner", "crm_base.res_partner_view_search"),
            ("crm.followup", "crm_base.crm_followup_view_search"),
        ):
            arch = cls.env[model].get_view(cls.env.ref(xml_id).id, "search")["arch"]
            cls.filters[model] = cls._filters_of(arch)

    @staticmethod
    def _filters_of(arch):
        return {
            node.get("name"): node.get("domain")
            for node in etree.fromstring(arch).iter("filter")
            if node.get("domain")
        }

    def _found(self, model, name, records):
        domain = safe_eval(self.filters[model][name], {"uid": self.sam.id})
        return (
            self.env[model]
            .with_user(self.sam)
            .search([("id", "in", records.ids), *domain])
        )

    def test_all_filters_run(self):
        """No filter is broken, for any role that has it. Covers: B07, B09."""
        customer = self._customer(self.sam)
        followup = self._followup(self.sam, customer)
        for model, record in (("res.partner", customer), ("crm.followup", followup)):
            for name in self.filters[model]:
                with self.subTest(model=model, filter=name):
                    self._found(model, name, record)

    # Wednesday, 15 May 2030, 09:00 in Shanghai
    @freeze_time("2030-05-15 01:00:00")
    def test_customers_by_follow_ups(self):
        """Contacted, visited, to visit, silent, never. Covers: B07."""
        now = fields.Datetime.now()
        names = {
            "today": {"done_at": now - timedelta(minutes=30)},
            # 23:30 of yesterday in Shanghai
            "yesterday": {"done_at": now - timedelta(hours=9, minutes=30)},
            "old": {"done_at": now - timedelta(days=20)},
        }
        customers = {name: self._customer(self.sam, name=name) for name in names}
        customers["never"] = self._customer(self.sam, name="never")
        everybody = self.env["res.partner"].union(*customers.values())
        self.env["crm.followup"]._crm_create_history(
            [
                {
                    "name": name,
                    "partner_id": customers[name].id,
                    "user_id": self.sam.id,
                    "method_id": self.visit.id,
                    "state": "done",
                    **values,
                }
                for name, values in names.items()
            ]
        )

        def found(name):
            return set(self._found("res.partner", name, everybody).mapped("name"))

        self.assertEqual(found("contacted_today"), {"today"})
        self.assertEqual(found("visited_week"), {"today", "yesterday"})
        self.assertEqual(found("visited_month"), {"today", "yesterday"})
        # the database knows the real time: "never" was made years before
        self.assertEqual(found("silent_7"), {"old", "never"})
        self.assertEqual(found("silent_15"), {"old", "never"})
        self.assertEqual(found("silent_30"), {"never"})
        self.assertEqual(found("never"), {"never"})

    @freeze_time("2030-05-15 01:00:00")
    def test_new_customers(self):
        """New today, this week, this month, by the days of the person. Covers: B07."""
        made = {
            "today": "2030-05-14 16:30:00",
            # 23:30 of yesterday in Shanghai
            "week": "2030-05-14 15:30:00",
            "month": "2030-05-02 02:00:00",
            "old": "2030-04-30 02:00:00",
        }
        customers = {name: self._customer(self.sam, name=name) for name in made}
        everybody = self.env["res.partner"].union(*customers.values())
        self.env.flush_all()
        for name, create_date in made.items():
            self.env.cr.execute(
                "UPDATE res_partner SET create_date = %s WHERE id = %s",
                (create_date, customers[name].id),
            )
        self.env.invalidate_all()

        def found(name):
            return set(self._found("res.partner", name, everybody).mapped("name"))

        self.assertEqual(found("new_today"), {"today"})
        self.assertEqual(found("new_week"), {"today", "week"})
        self.assertEqual(found("new_month"), {"today", "week", "month"})

    @freeze_time("2030-05-15 01:00:00")
    def test_customers_by_plans(self):
        """To visit today, this week, this month; overdue. Covers: B07, B10."""
        now = fields.Datetime.now()
        plans = {
            "overdue": now - timedelta(days=1),
            "today": now + timedelta(hours=2),
            "week": now + timedelta(days=2),
            "month": now + timedelta(days=10),
            "later": now + timedelta(days=40),
        }
        customers = {name: self._customer(self.sam, name=name) for name in plans}
        everybody = self.env["res.partner"].union(*customers.values())
        for name, planned_at in plans.items():
            self._followup(
                self.sam,
                customers[name],
                planned_at=planned_at,
                method_id=self.visit.id,
            )

        def found(name):
            return set(self._found("res.partner", name, everybody).mapped("name"))

        self.assertEqual(found("due_today"), {"overdue", "today"})
        self.assertEqual(found("overdue"), {"overdue"})
        self.assertEqual(found("visit_today"), {"today"})
        self.assertEqual(found("visit_week"), {"overdue", "today", "week"})
        self.assertEqual(found("visit_month"), {"overdue", "today", "week", "month"})

    def test_customers_by_mark(self):
        """Mine, my favourites, hot, shared with me. Covers: B03, B07, B08."""
        mine = self._customer(self.sam, name="mine")
        shared = self._customer(self.xia, name="shared")
        shared.with_user(self.xia).action_share(self.sam.ids)
        shared.with_user(self.sam).is_favorite = True
        mine.heat_level_id = self.env.ref("crm_base.dictionary_heat_level_hot")
        both = mine | shared
        self.assertEqual(self._found("res.partner", "mine", both), mine)
        self.assertEqual(self._found("res.partner", "shared", both), shared)
        self.assertEqual(self._found("res.partner", "favorites", both), shared)
        self.assertEqual(self._found("res.partner", "hot", both), mine)

    @freeze_time("2030-05-15 01:00:00")
    def test_birthdays_of_this_month(self):
        """Past and coming birthdays of this month, nobody else's. Covers: B06, B07."""
        customer = self._customer(self.sam)
        contacts = self.env["res.partner"]
        for name, birthday in (
            ("past", "1980-05-02"),
            ("coming", "1990-05-30"),
            ("june", "1990-06-01"),
        ):
            contacts |= self._contact(customer, name, birthday=birthday)
        found = self._found("res.partner", "birthdays", contacts)
        self.assertEqual(set(found.mapped("name")), {"past", "coming"})

    @freeze_time("2030-05-15 01:00:00")
    def test_followups_by_time(self):
        """One hour, today, three days, week, month. Covers: B09."""
        customer = self._customer(self.sam)
        now = fields.Datetime.now()
        ages = {
            "hour": timedelta(minutes=30),
            "today": timedelta(minutes=90),
            "days": timedelta(days=1, hours=20),
            "month": timedelta(days=10),
            "older": timedelta(days=60),
        }
        followups = self.env["crm.followup"]._crm_create_history(
            [
                {
                    "name": name,
                    "partner_id": customer.id,
                    "user_id": self.sam.id,
                    "method_id": self.phone.id,
                    "state": "done",
                    "done_at": now - age,
                }
                for name, age in ages.items()
            ]
        )

        def found(name):
            return set(self._found("crm.followup", name, followups).mapped("name"))

        self.assertEqual(found("range_hour"), {"hour"})
        self.assertEqual(found("range_today"), {"hour", "today"})
        self.assertEqual(found("range_3_days"), {"hour", "today", "days"})
        self.assertEqual(found("range_week"), {"hour", "today", "days"})
        self.assertEqual(found("range_month"), {"hour", "today", "days", "month"})
