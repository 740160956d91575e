from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_base.tools.board import BoardColumn, BoardDeed

from .crm_contract import BINDING, LIVE


class CrmTeamBoard(models.AbstractModel):
    """What people sell: deals, quotations, orders, contracts, and what is due."""

    _inherit = "crm.team.board"

    @api.model
    def _crm_board_columns(self):
        return [
            *super()._crm_board_columns(),
            *self._crm_deal_columns(),
            *self._crm_month_columns(),
            *self._crm_due_columns(),
        ]

    @api.model
    def _crm_deal_columns(self):
        """Return what is open, and what it may bring (list of BoardColumn)."""
        leads, group = self.env["crm.lead"], self.env._("Opportunities")
        pending = Domain(
            [
                ("type", "=", "opportunity"),
                ("won_status", "=", "pending"),
                ("active", "=", True),
            ]
        )
        opens = "crm_sales.crm_lead_action"
        return [
            BoardColumn(
                "deals_open",
                self.env._("Open Deals"),
                group,
                110,
                "crm.lead",
                pending,
                amount="expected_revenue",
                currency="company_id",
                action=opens,
            ),
            BoardColumn(
                "deals_stale",
                self.env._("Stale Deals"),
                group,
                120,
                "crm.lead",
                pending & leads._crm_stale_domain(),
                tone="warning",
                action=opens,
            ),
            BoardColumn(
                "deals_hot",
                self.env._("Hot Deals"),
                group,
                130,
                "crm.lead",
                Domain("is_hot", "=", True),
                action="crm_sales.crm_lead_hot_action",
            ),
            BoardColumn(
                "quotations_open",
                self.env._("Open Quotations"),
                group,
                140,
                "sale.order",
                Domain("state", "in", ("draft", "sent")),
                amount="amount_total",
                action="sale.action_quotations",
            ),
        ]

    @api.model
    def _crm_month_columns(self):
        """Return what was sold this month, by whom at that time."""
        start, end = self._crm_day_span("month")
        closed, month = (
            self._crm_between("deed_at", start, end),
            self.env._("This Month"),
        )
        return [
            BoardColumn(
                "orders_month",
                self.env._("Orders"),
                month,
                210,
                "sale.order",
                closed,
                "deed_user_id",
                "amount_total",
                tone="success",
                action="sale.action_orders",
            ),
            BoardColumn(
                "contracts_month",
                self.env._("Contracts Signed"),
                month,
                220,
                "crm.contract",
                closed & self.env["crm.contract"]._crm_genuine(),
                "deed_user_id",
                "amount_total",
                tone="success",
                action="crm_sales.crm_contract_action",
            ),
        ]

    @api.model
    def _crm_due_columns(self):
        """Return what contracts ask for soon."""
        return [
            BoardColumn(
                "contracts_ending",
                self.env._("Contracts Ending"),
                self.env._("Coming Up"),
                310,
                "crm.contract",
                self.env["crm.contract"]._crm_genuine()
                & Domain("state", "in", LIVE)
                & Domain("is_renewed", "=", False)
                & Domain("date_end", "<", "today +61d"),
                tone="warning",
                action="crm_sales.crm_contract_ending_action",
            ),
            BoardColumn(
                "deliveries_due",
                self.env._("Deliveries Due"),
                self.env._("Coming Up"),
                320,
                "crm.contract.delivery.plan",
                Domain("contract_id.origin_id", "=", False)
                & Domain("contract_id.state", "in", LIVE)
                & Domain("progress", "!=", "done")
                & Domain("date_due", "<", "today +8d"),
                tone="warning",
                action="crm_sales.crm_contract_delivery_plan_action",
            ),
        ]

    @api.model
    def _crm_board_deeds(self):
        return [
            *super()._crm_board_deeds(),
            BoardDeed(
                "stage",
                self.env._("Moved a deal"),
                "crm.stage.move",
                "logged_at",
                "user_id",
                Domain("kind", "in", ("move", "won", "lost", "reopen")),
                "lead_id",
            ),
            BoardDeed(
                "order",
                self.env._("Took an order"),
                "sale.order",
                "deed_at",
                "deed_user_id",
                Domain("deed_at", "!=", False),
                "partner_id",
            ),
            BoardDeed(
                "quotation",
                self.env._("Wrote a quotation"),
                "sale.order",
                "create_date",
                # whose it is: who typed it has no index
                "user_id",
                Domain("state", "!=", "cancel"),
                "partner_id",
            ),
            BoardDeed(
                "contract",
                self.env._("Signed a contract"),
                "crm.contract",
                "deed_at",
                "deed_user_id",
                Domain("state", "in", BINDING),
                "partner_id",
            ),
        ]
