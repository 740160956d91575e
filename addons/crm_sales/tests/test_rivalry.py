from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestRivalry(SaleCase):
    """Competitors, lost deals, and what is learned from them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        competitors = cls.env["crm.competitor"]
        cls.north_machines = competitors.create(
            {"name": "北方机床厂", "strengths": "价格低", "products": "立式加工中心"}
        )
        cls.east_machines = competitors.create({"name": "东方数控厂"})
        cls.reason = cls.env["crm.lost.reason"].create({"name": "价格太高"})

    def _meet(self, lead, competitor, **values):
        rivals = self.env["crm.lead.competitor"].with_user(self.sam)
        return rivals.create(
            {"lead_id": lead.id, "competitor_id": competitor.id, **values}
        ).with_env(self.env)

    def _lose(self, lead, competitor=None, price=0, user=None):
        wizard = (
            self.env["crm.lead.lost"]
            .with_user(user or self.sam)
            .create(
                {
                    "lead_ids": [(6, 0, lead.ids)],
                    "lost_reason_id": self.reason.id,
                    "lost_competitor_id": competitor.id if competitor else False,
                    "lost_price": price,
                }
            )
        )
        return wizard.action_lost_reason_apply()

    def test_on_the_form(self):
        """A competitor begins with what is known, and tells the gap. Covers: S07."""
        lead = self._opportunity(expected_revenue=200)
        form = Form(lead.with_user(self.sam), "crm.crm_lead_view_form")
        with form.competitor_ids.new() as line:
            line.competitor_id = self.north_machines
            self.assertEqual(line.strengths, "价格低")
            line.price = 180
            line.threat = "3"
        form.save()
        [row] = lead.competitor_ids
        self.assertAlmostEqual(row.price_gap, -10)
        self.assertEqual(row.products, "立式加工中心")
        self.assertEqual(row.outcome, "open")

    def test_lost_to(self):
        """Losing asks for a reason and for whoever won. Covers: S07."""
        lead = self._opportunity(expected_revenue=200)
        lead.active = True
        self._meet(lead, self.north_machines)
        wizard = self.env["crm.lead.lost"].with_user(self.sam)
        wizard = wizard.create({"lead_ids": [(6, 0, lead.ids)]})
        with self.assertRaises(UserError):
            wizard.action_lost_reason_apply()
        # somebody whom nobody had noted
        self._lose(lead, self.east_machines, 150)
        self.assertEqual(lead.lost_competitor_id, self.east_machines)
        outcomes = {row.competitor_id: row.outcome for row in lead.competitor_ids}
        self.assertEqual(
            outcomes,
            {self.north_machines: "lost_other", self.east_machines: "lost_to"},
        )
        self.assertEqual(sum(lead.competitor_ids.mapped("price")), 150)
        lead.with_user(self.sam).action_unarchive()
        self.assertFalse(lead.lost_competitor_id)
        self.assertEqual(set(lead.competitor_ids.mapped("outcome")), {"open"})

    def test_lost_many(self):
        """Several are lost at once; leads and strangers' deals are another matter.

        Covers: S07.
        """
        leads = self._opportunity() | self._opportunity()
        self._lose(leads, self.north_machines)
        self.assertEqual(leads.competitor_ids.mapped("outcome"), ["lost_to"] * 2)
        lead = self._lead(self.sam)
        self.env["crm.lead.lost"].with_user(self.sam).create(
            {"lead_ids": [(6, 0, lead.ids)]}
        ).action_lost_reason_apply()
        self.assertFalse(lead.active)
        with self.assertRaises(AccessError):
            self._lose(self._opportunity(), user=self.xia)

    def test_people_without_a_role(self):
        """Odoo's own sales people lose and reopen deals as ever. Covers: S07."""
        group = "sales_team.group_sale_salesman_all_leads"
        outsider = new_test_user(self.env, "otto", groups=group)
        lead = self._opportunity(outsider).with_user(outsider)
        wizard = self.env["crm.lead.lost"].with_user(outsider)
        wizard = wizard.with_context(default_lead_ids=lead.ids)
        form = Form(wizard)
        form.lost_reason_id = self.reason
        form.save().action_lost_reason_apply()
        self.assertFalse(lead.active)
        lead.sudo().lost_competitor_id = self.east_machines
        lead.action_unarchive()
        self.assertFalse(lead.sudo().lost_competitor_id)

    def test_analysis(self):
        """Won and lost by competitor, as of the deed. Covers: S07, R01."""
        won = self._opportunity(expected_revenue=300)
        self._meet(won, self.north_machines, price=330)
        lost = self._opportunity(expected_revenue=200)
        self._meet(lost, self.north_machines, price=160)
        self._meet(lost, self.east_machines)
        self._opportunity(expected_revenue=50)
        won.with_user(self.sam).action_set_won()
        self._lose(lost, self.north_machines)
        # the deal stays that of whoever lost it
        lost.with_user(self.manager).user_id = self.xia
        self.env.flush_all()
        report = self.env["crm.competitor.report"].with_user(self.director)
        rows = report.search([("status", "!=", "pending")])
        self.assertEqual(rows.owner_id, self.sam)
        figures = {
            row[0]: row[1:]
            for row in report._read_group(
                [("competitor_id", "!=", False)],
                ["competitor_id"],
                ["is_won:sum", "is_lost:sum", "win_rate:avg", "lost_amount:sum"],
            )
        }
        self.assertEqual(figures[self.north_machines], (1, 1, 50.0, 200.0))
        self.assertEqual(figures[self.east_machines], (0, 1, 0.0, 200.0))
        gaps = {row.lead_id: row.price_gap for row in rows if row.their_price}
        self.assertAlmostEqual(gaps[won], 10)
        self.assertAlmostEqual(gaps[lost], -20)
        self.assertEqual(
            rows.filtered(lambda row: row.status == "lost").lost_reason_id, self.reason
        )
        counts = self.north_machines.with_user(self.director)
        self.assertEqual((counts.won_count, counts.lost_count), (1, 1))
        # whoever does not see the deals does not see that there were any
        for user, seen in ((self.other_manager, lost), (self.tom, lost.browse())):
            counts = self.north_machines.with_user(user)
            self.env.invalidate_all()
            self.assertEqual((counts.won_count, counts.lost_count), (0, len(seen)))
            self.assertEqual(report.with_user(user).search([]).lead_id, seen)

    def test_figures(self):
        """Figures of competitors for targets and reports. Covers: S07, R01."""
        lead = self._opportunity()
        self._lose(lead, self.north_machines)
        values = (
            self.env["crm.metric"]
            .with_user(self.director)
            .compute_values(["deals_lost_to_competitors"])
        )
        self.assertEqual(values[0]["value"], 1)

    def test_merge(self):
        """Merged opportunities bring along who was met, once. Covers: S07."""
        first, second = self._opportunity(), self._opportunity()
        self._meet(first, self.north_machines)
        self._meet(second, self.north_machines)
        self._meet(second, self.east_machines)
        need = self.env["crm.need"].create({"lead_id": second.id, "name": "交期"})
        people = self.env["crm.project.contact"]
        top = people.create({"lead_id": second.id, "name": "王总"})
        below = people.create(
            {"lead_id": second.id, "name": "李工", "parent_id": top.id}
        )
        with self.acting(self.sam):
            merged = (first | second).with_user(self.sam).merge_opportunity()
        self.assertEqual(len(merged.competitor_ids), 2)
        for record in (need, top, below):
            self.assertEqual(record.exists().lead_id, merged)
        self.assertEqual(below.parent_id, top)

    def test_library(self):
        """Anybody adds a competitor, managers describe it. Covers: S07."""
        competitors = self.env["crm.competitor"].with_user(self.sam)
        created = competitors.create({"name": "西部重工"})
        with self.assertRaises(AccessError):
            created.strengths = "x"
        created.with_user(self.manager).strengths = "交货快"
        with self.assertRaises(AccessError):
            created.with_user(self.manager).unlink()

    def test_queries(self):
        """Analysis and library cost the same for many rows. Covers: S07, X03."""

        def count(model, names):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            records = self.env[model].with_user(self.director)
            records.web_search_read([], {name: {} for name in names})
            return self.env.cr.sql_log_count - start

        asked = (
            ("crm.competitor.report", ("competitor_id", "outcome", "win_rate")),
            ("crm.competitor", ("name", "won_count", "lost_count")),
        )
        self._meet(self._opportunity(), self.north_machines)
        few = [count(*one) for one in asked for _again in range(2)][1::2]
        for number in range(15):
            rival = self.env["crm.competitor"].create({"name": f"对手{number}"})
            self._meet(self._opportunity(), rival)
        # the first reading fills caches that have nothing to do with the rows
        many = [count(*one) for one in asked for _again in range(2)][1::2]
        self.assertEqual(many, few)
