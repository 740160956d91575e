from odoo.tests import tagged

from .order_common import OrderCase


@tagged("post_install", "-at_install")
class TestCustomerPage(OrderCase):
    """What selling adds to the page of a customer."""

    def _page(self, user):
        page = self.customer.with_user(user).get_crm_overview()
        totals = {total["code"]: total for total in page["totals"]}
        return totals, {tab["code"]: tab for tab in page["tabs"]}

    def test_approvals_and_returns(self):
        """Approvals under way and returns stand there, for those who see them.

        Covers: B14, S13, S18.
        """
        request = (
            self.env["crm.request"]
            .with_user(self.sam)
            .create({"name": "展会样品", "partner_id": self.customer.id})
        )
        request.action_submit_approval()
        order = self._order(lines=[{"product_uom_qty": 2}]).with_user(self.sam)
        order.action_confirm()
        reason = self.env["crm.dictionary"].search(
            [("kind", "=", "return_reason")], limit=1
        )
        self.env["crm.return"].with_user(self.sam).create(
            {
                "order_id": order.id,
                "reason_id": reason.id,
                "line_ids": [
                    (0, 0, {"order_line_id": order.order_line.id, "quantity": 1})
                ],
            }
        )
        totals, tabs = self._page(self.sam)
        self.assertEqual(totals["approvals_open"]["amount"], 1)
        self.assertEqual(totals["returns_open"]["amount"], 1)
        for code, row in {**totals, **tabs}.items():
            action = row.get("action", {"res_model": row.get("model"), **row})
            amount = row.get("amount", row.get("count"))
            if action and code in ("approvals_open", "returns_open"):
                found = self.env[action["res_model"]].with_user(self.sam)
                self.assertEqual(found.search_count(action["domain"]), amount, code)
        self.assertEqual((tabs["approvals"]["count"], tabs["returns"]["count"]), (1, 1))
        request.with_user(self.manager).action_approval_approve()
        totals, tabs = self._page(self.manager)
        self.assertEqual(totals["approvals_open"]["amount"], 0)
        self.assertEqual(tabs["approvals"]["count"], 1)
