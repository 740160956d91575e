from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_web_form.tests.common import CONTACT, FormCase


@tagged("post_install", "-at_install")
class TestSealed(FormCase):
    """What waits in a pool is not told by what people own themselves."""

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_answers(self):
        """The answer that a pooled lead came of is nobody's to read. Covers: L08, P10.

        Neither of whoever handles the form, and gave the lead up, nor of its maker.
        """
        pool = self.env["crm.pool"].create(
            {
                "name": "线索公海",
                "holds": "lead",
                "member_user_ids": [(6, 0, (self.sam | self.sue).ids)],
            }
        )
        self._submit(self.form, CONTACT)
        self._work()
        answer = self._answers(self.form)
        lead = answer.lead_id
        self.assertEqual(lead.user_id, self.sam)
        self.assertAnswered(1, self.sam | self.manager | self.boss)
        lead.with_user(self.boss).action_release_to_pool(pool.id, "联系不上")
        self.assertAnswered(0, self.sam | self.manager)
        self.assertAnswered(1, self.boss)
        for user in self.sam | self.manager:
            with self.assertRaises(AccessError):
                answer.with_user(user).read(["content_html"])
        self.env["crm.pool.lead"].with_user(self.sue).browse(lead.id).action_claim()
        self.assertAnswered(1, self.sue | self.manager | self.boss)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_opportunities(self):
        """Phone and e-mail of a pooled customer are not read from opportunities.

        Neither by whoever had it and was in its project team, nor by who deals out
        what nobody has; what became of them stays in one's figures. Covers: P10, S02.
        """
        pool = self.env["crm.pool"].create(
            {
                "name": "客户公海",
                "member_user_ids": [(6, 0, (self.sam | self.sue | self.manager).ids)],
            }
        )
        customer = self._customer(self.sam, phone="010-88886666")
        leads = self.env["crm.lead"].with_user(self.sam)
        lost, project = leads.create(
            [
                {
                    "name": name,
                    "type": "opportunity",
                    "partner_id": customer.id,
                    "is_project": True,
                    "project_member_ids": [Command.create({"user_id": self.sue.id})],
                }
                for name in ("钻头", "泥浆泵")
            ]
        )
        (lost | project).with_env(self.env).action_set_lost()
        moves = self.env["crm.stage.move"]
        of_both = [("lead_id", "in", (lost | project).ids)]
        past = moves.search(of_both)
        customer.with_user(self.boss).action_release_to_pool(pool.id, "联系不上")
        self.env.flush_all()
        self.env.invalidate_all()
        for user in self.sam | self.sue | self.manager:
            for lead in lost | project:
                self.assertBlind(user, lead)
                self.assertBlind(user, lead, "write")
            found = leads.with_user(user).search([("phone", "ilike", "8888666")])
            self.assertFalse(found)
        self.assertEqual(moves.with_user(self.sam).search(of_both), past)
        self.assertFalse(moves.with_user(self.sue).search(of_both))
        self.env["crm.pool.customer"].with_user(self.sue).browse(
            customer.id
        ).action_claim()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertBlind(self.sam, lost)
        for user in self.sue | self.manager:
            self.assertSees(user, lost)
            self.assertSees(user, project)

    def test_order_with_its_customer(self):
        """An order is not called by the full name of a pooled customer. Covers: P10."""
        pool = self.env["crm.pool"].create({"name": "客户公海"})
        customer = self._customer(self.sam, "上海机床厂 13800138000")
        order = (
            self.env["sale.order"]
            .with_user(self.sam)
            .create({"partner_id": customer.id})
        )
        order.action_cancel()
        shown = order.with_context(sale_show_partner_name=True)
        self.assertIn("13800138000", shown.display_name)
        customer.with_user(self.boss).action_release_to_pool(pool.id, "联系不上")
        self.env.flush_all()
        self.env.invalidate_all()
        ((_id, name),) = shown.name_search(order.name)
        for told in (name, shown.display_name):
            self.assertNotIn("13800138000", told)
            self.assertIn("上海机床厂", told)

    def assertAnswered(self, count, users):
        """Each of these finds so many answers to the form."""
        self.env.flush_all()
        self.env.invalidate_all()
        for user in users:
            Answer = self.env["crm.web.form.answer"].with_user(user)
            domain = [("form_id", "=", self.form.id)]
            self.assertEqual(Answer.search_count(domain), count, user.name)
