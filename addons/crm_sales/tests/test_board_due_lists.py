from ast import literal_eval
from datetime import datetime, time, timedelta

import pytz

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_base.tests.board_case import BoardCase

from .contract_common import ContractCase

ZONE = pytz.timezone("Asia/Shanghai")


@tagged("post_install", "-at_install")
class TestBoardAndDueLists(BoardCase, ContractCase):
    """What wants attention: hot deals, contracts, deliveries; and the board of it.

    Days are those of people in China, whatever the time of the machine is. One class,
    because a cast takes longer to make than all of these tests to run.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "数控机床", "list_price": 1000, "taxes_id": False}
        )

    def _today(self, days=0):
        today = fields.Date.context_today(self.env.user.with_context(tz=str(ZONE)))
        return fields.Date.add(today, days=days)

    def _moment(self, day, hour):
        """Return an hour of a day in China, as the database keeps it."""
        local = ZONE.localize(datetime.combine(day, time(hour)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _on_list(self, xml_id, user):
        """Return what the list of an action shows somebody."""
        action = self.env.ref(xml_id)
        model = self.env[action.res_model].with_user(user)
        return model.search(literal_eval(action.domain)).with_env(self.env)

    def _collected(self, code, now):
        """Run the scheduler twice; return all reminders of a kind."""
        reminders = self.env["crm.reminder"]
        reminders._crm_collect(now)
        again = reminders._crm_collect(now)
        self.assertFalse(again, "What is reminded of is reminded of once")
        return reminders.search([("kind_id.code", "=", code)], order="id")

    def _order(self, user, **values):
        """Create a quotation over 1000 as its owner would."""
        return (
            self.env["sale.order"]
            .with_user(user)
            .create(
                {
                    "partner_id": self.customer.id,
                    "user_id": user.id,
                    "order_line": [Command.create({"product_id": self.product.id})],
                    **values,
                }
            )
        )

    def _hot(self, user=None):
        return self._on_list("crm_sales.crm_lead_hot_action", user or self.sam)

    def test_reasons(self):
        """Near its date, likely, a key project or moved forward. Covers: S24."""
        hot, cold = self.env["crm.lead"], self.env["crm.lead"]
        for days in (-14, 0, 14):
            hot |= self._opportunity(name=f"{days}", date_deadline=self._today(days))
        for days in (-15, 15):
            cold |= self._opportunity(name=f"{days}", date_deadline=self._today(days))
        hot |= self._opportunity(name="80", probability=80)
        cold |= self._opportunity(name="79", probability=79.9)
        key = self._opportunity(name="key", is_key_project=True)
        moved, back, old = (self._opportunity(name=name) for name in "abc")
        for lead in moved | back | old:
            lead.with_user(self.sam).stage_id = self.visited
        back.with_user(self.sam).stage_id = self.found
        self.env.cr.execute(
            "UPDATE crm_stage_move SET logged_at = logged_at - interval '8 days'"
            " WHERE lead_id = %s",
            [old.id],
        )
        self.env.invalidate_all()
        near = {"date_deadline": self._today(1)}
        omitted = self._opportunity(name="omitted", **near)
        omitted.with_user(self.sam).forecast_category = "omitted"
        won, lost = (self._opportunity(name=name, **near) for name in ("won", "lost"))
        won.with_user(self.sam).action_set_won()
        lost.with_user(self.sam).action_set_lost(lost_reason_id=self._lost_reason())
        hot |= key | moved
        cold |= back | old | omitted | won | lost | self._opportunity(name="plain")
        self.assertEqual(self._hot() & (hot | cold), hot)
        # field and list are two ways to say the same
        for lead in (hot | cold).with_user(self.sam):
            self.assertEqual(lead.is_hot, lead in hot, lead.name)
            self.assertEqual(bool(lead.hot_reason), lead in hot, lead.name)
        both = key.with_user(self.sam)
        both.write({"probability": 90, "date_deadline": self._today()})
        self.assertEqual(
            both.hot_reason, "expected to close today · probability 90% · key project"
        )
        self.assertEqual(moved.with_user(self.sam).hot_reason, "moved to 拜访")
        self.assertEqual(len(self._hot(self.manager) & hot), len(hot))
        self.assertFalse(self._hot(self.xia) & hot)

    def test_limits_of_companies(self):
        """Each company says what is hot; 0 leaves a reason out. Covers: S24."""
        other = self.env["res.company"].create({"name": "深圳分公司"})
        off = {
            "crm_hot_days": 0,
            "crm_hot_probability": 0,
            "crm_hot_moved_days": 0,
            "crm_hot_key_projects": False,
        }
        other.write(off)
        self.boss.company_ids |= other
        values = {
            "date_deadline": self._today(),
            "probability": 95,
            "is_key_project": True,
        }
        here, there, nowhere = (
            self._opportunity(self.boss, company_id=company, **values)
            for company in (self.company.id, other.id, False)
        )
        leads = here | there | nowhere
        boss = leads.with_user(self.boss).with_context(
            allowed_company_ids=(self.company | other).ids
        )
        hot = boss.search([("is_hot", "=", True), ("id", "in", leads.ids)])
        self.assertEqual(set(hot.ids), set((leads - there).ids))
        self.assertEqual(boss.mapped("is_hot"), [lead in hot for lead in boss])
        self.company.write(off)
        self.env.invalidate_all()
        self.assertFalse(boss.search([("is_hot", "=", True), ("id", "in", leads.ids)]))
        self.assertFalse(any(boss.mapped("is_hot")))
        with self.assertRaises(AccessError):
            self.company.with_user(self.manager).crm_hot_days = 3

    def test_without_a_role(self):
        """Odoo's own sales people read no history of stages by it. Covers: S24."""
        user = new_test_user(
            self.env, "olga", "sales_team.group_sale_salesman_all_leads"
        )
        lead = self.env["crm.lead"].create(
            {"name": "x", "type": "opportunity", "user_id": user.id, "probability": 99}
        )
        found = lead.with_user(user)
        self.assertFalse(found.is_hot)
        self.assertFalse(found.search([("is_hot", "=", True)]))

    def test_closing(self):
        """The owner is reminded, the superior when nothing came. Covers: S24."""
        day = self._today(30)
        lead, won = (
            self._opportunity(owner, date_deadline=day)
            for owner in (self.sam, self.sue)
        )
        week = self._moment(fields.Date.subtract(day, days=7), 9)
        found = self._collected("deal_due", week)
        self.assertEqual(found.user_id, self.sam | self.sue)
        self.assertFalse(found.filtered("is_escalation"))
        won.with_user(self.sue).action_set_won()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        gone = found.filtered(lambda reminder: reminder.res_id == won.id)
        self.assertEqual(gone.state, "withdrawn")
        self._collected("deal_due", self._moment(day, 9))
        late = self._moment(day, 9) + timedelta(hours=73)
        found = self._collected("deal_due", late)
        told = found.filtered("is_escalation")
        self.assertEqual((told.user_id, told.about_user_id), (self.manager, self.sam))
        self.assertEqual(told.res_id, lead.id)

    def test_quiet(self):
        """A hot deal that nobody follows up is brought to mind. Covers: S24."""
        hot, cold = (
            self._opportunity(self.sam, name=name, is_key_project=is_key)
            for name, is_key in (("重点", True), ("普通", False))
        )
        for lead in hot | cold:
            self._lead_followup(self.sam, lead, done=True)
        # the morning mail is about what comes, not about what was followed up lately
        reminders = self.env["crm.reminder"].with_user(self.sam)
        listed = [
            line["title"]
            for _kind, lines in reminders._crm_agenda(self.sam)
            for line in lines
        ]
        self.assertNotIn(hot.display_name, listed)
        after = hot.last_followup_at + timedelta(days=3, minutes=1)
        found = self._collected("deal_quiet", after)
        self.assertEqual(found.mapped("res_id"), hot.ids)
        self.assertEqual(found.user_id, self.sam)
        found = self._collected("deal_quiet", after + timedelta(days=4))
        told = found.filtered("is_escalation")
        self.assertEqual((told.user_id, told.about_user_id), (self.manager, self.sam))

    def test_queries_do_not_grow(self):
        """A long list of hot deals asks no more than a short one. Covers: S24."""
        leads = self.env["crm.lead"]
        for number in range(12):
            leads |= self._opportunity(name=f"{number}", is_key_project=True)

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.env["crm.lead"].with_user(self.sam)
            found = found.search([("is_hot", "=", True), ("id", "in", some.ids)])
            found.read(["name", "hot_reason"])
            return self.env.cr.sql_log_count - before

        queries(leads)
        self.assertEqual(queries(leads[:3]), queries(leads))

    def test_contracts_ending(self):
        """In force, near the end, and nobody is at it. Covers: S24."""
        first = self._today(-30)
        late, soon, far, renewed, draft = (
            self._contract(date_start=first, date_end=self._today(days))
            for days in (-1, 60, 61, 20, 20)
        )
        for contract in late | soon | far | renewed:
            self._signed(contract, fields.Date.to_string(first))
        renewed.with_user(self.sam).action_renew()
        every = late | soon | far | renewed | draft
        for user, seen in (
            (self.sam, late | soon),
            (self.manager, late | soon),
            (self.sue, every.browse()),
        ):
            found = self._on_list("crm_sales.crm_contract_ending_action", user)
            self.assertEqual(found & every, seen, user.name)

    def test_deliveries_due(self):
        """What is promised within a week, or late,, is counted and listed.

        Covers: S24.
        """
        days = (-3, 7, 8)
        contract = self._contract(
            date_start=self._today(-30),
            date_end=self._today(300),
            delivery_plan_ids=[
                Command.create(
                    {"name": f"{day}", "quantity": 1, "date_due": self._today(day)}
                )
                for day in days
            ],
        )
        plans = contract.delivery_plan_ids
        metric = self.env["crm.metric"].with_user(self.sam)
        code = "contract_deliveries_due"

        def counted():
            self.env.invalidate_all()
            return metric.compute_values([code])[0]["value"]

        before = counted()
        self._signed(contract, fields.Date.to_string(self._today(-30)))
        self.assertEqual(counted() - before, 2)
        listed = self._on_list("crm_sales.crm_contract_delivery_plan_action", self.sam)
        self.assertEqual(listed & plans, plans)
        view = self.env.ref("crm_sales.crm_contract_delivery_plan_view_search")
        node = view._get_combined_arch().find(".//filter[@name='soon']")
        soon = Domain(literal_eval(node.get("domain"))) & Domain("id", "in", plans.ids)
        found = plans.with_user(self.sam).search(soon)
        self.assertEqual(sorted(found.mapped("name")), ["-3", "7"])

    def test_board_deals(self):
        """Open, stale and hot deals, quotations and orders. Covers: S23, S24."""
        self.found.rotting_threshold_days = 10
        stale, hot, won = (
            self._opportunity(name=name, expected_revenue=100) for name in "abc"
        )
        hot.is_key_project = True
        won.with_user(self.sam).action_set_won()
        self.env.cr.execute(
            "UPDATE crm_lead SET date_last_stage_update = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=11), stale.id],
        )
        self.env.cr.execute(
            "UPDATE crm_stage_move SET logged_at = logged_at - interval '1 hour'"
        )
        self._order(self.sam)
        self._order(self.sam).action_confirm()
        late = self._order(self.sam)
        late.action_confirm()
        last_month = fields.Datetime.now() - timedelta(days=32)
        late.sudo()._crm_workflow().deed_at = last_month
        board = self._check_lists(self.manager)
        figures = self._person(board, self.sam)["figures"]
        self.assertEqual(figures["deals_open"], {"count": 2, "amount": 200})
        self.assertEqual(figures["deals_stale"]["count"], 1)
        self.assertEqual(figures["deals_hot"]["count"], 1)
        self.assertEqual(figures["quotations_open"], {"count": 1, "amount": 1000})
        self.assertEqual(figures["orders_month"], {"count": 1, "amount": 1000})
        self.assertFalse(self._counts(board, self.sue))
        self.assertEqual(self._person(board, self.sam)["last_deed"]["code"], "order")
        found = self._listed(self.manager, "deals_stale", user_id=self.sam.id)
        self.assertEqual(found.ids, stale.ids)

    def test_board_currencies(self):
        """Amounts are added up in the company's currency. Covers: S23."""
        currency = self.env["res.currency"].create(
            {
                "name": "XTS",
                "symbol": "X",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 4})],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "X", "currency_id": currency.id}
        )
        foreign = self._order(self.sam, pricelist_id=pricelist.id)
        foreign.order_line.price_unit = 400
        self._order(self.sam)
        figure = self._person(self._board(self.sam), self.sam)["figures"]
        self.assertEqual(figure["quotations_open"], {"count": 2, "amount": 1100})

    def test_board_contracts(self):
        """Signed this month by whom; what ends or is due. Covers: S23, S24."""
        today = self._today()
        contract = self._contract(
            date_start=self._today(-30),
            date_end=self._today(30),
            delivery_plan_ids=[
                Command.create({"name": "一批", "quantity": 1, "date_due": today})
            ],
        )
        self._signed(contract, fields.Date.to_string(today))
        amount = contract.amount_total
        # what was signed stays with whoever signed it
        contract.with_user(self.manager).user_id = self.sue
        board = self._check_lists(self.manager)
        sam, sue = (self._person(board, user) for user in (self.sam, self.sue))
        self.assertEqual(
            sam["figures"]["contracts_month"], {"count": 1, "amount": amount}
        )
        self.assertEqual(sam["last_deed"]["code"], "contract")
        for person, count in ((sam, 0), (sue, 1)):
            for code in ("contracts_ending", "deliveries_due"):
                self.assertEqual(person["figures"][code]["count"], count, code)
