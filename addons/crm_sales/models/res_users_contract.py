from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_base.models.res_users import HandoverModel
from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem

from .crm_contract import OPEN

PARTS = (
    "crm.collection.plan",
    "crm.contract.delivery",
    "crm.contract.delivery.plan",
    "crm.contract.line",
    "crm.contract.party",
)
LOGS = ("crm.contract.archive", "crm.contract.log", "crm.contract.version")


class ResUsers(models.Model):
    """Contracts go along with the customer, and are on a desk until they end."""

    _inherit = "res.users"

    def _crm_contract_rule(self, mode, prefix=""):
        """Return the record rule of contracts: the scope's, and what one approves.

        The text bears address, phone and account of the customer: what is over is seen
        with the customer, whoever had it.

        :param str mode: ``read`` or ``write`` (which also serves create and unlink)
        :param str prefix: path to the contract, for what it is made of
        """
        rule = self._crm_owner_domain(mode)
        if rule.is_true():
            return rule
        state = f"{prefix}.state" if prefix else "state"
        rule &= self._crm_in_hand_domain(Domain(state, "in", OPEN))
        if mode != "read":
            return rule
        rule |= self._crm_on_customer_domain("read")
        approved = self._crm_approver_domain()
        if prefix:
            approved = Domain(prefix, "any", approved)
        return rule | approved

    def _crm_behind_contract_rule(self):
        """Return the record rule of what tells about a contract in sight."""
        rule = self._crm_contract_rule("read")
        return rule if rule.is_true() else Domain("contract_id", "any", rule)

    def _crm_deed_rule(self, mode):
        rule = super()._crm_deed_rule(mode)
        if rule.is_true():
            return rule
        return rule | Domain("contract_id", "any", self._crm_contract_rule(mode))

    @api.model
    def _crm_handover_models(self):
        return [
            *super()._crm_handover_models(),
            HandoverModel(
                "crm.contract", "user_id", [("state", "in", OPEN)], "partner_id"
            ),
        ]

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem("crm.contract", "deed_user_id", HISTORY),
            DeskItem("crm.contract", "submitted_by_id", HISTORY),
            # follows the owner of the contract
            *(DeskItem(model, "user_id", HISTORY) for model in PARTS),
            *(
                DeskItem(model, field, HISTORY)
                for model in LOGS
                for field in ("user_id", "owner_id")
            ),
        ]
