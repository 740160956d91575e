from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_base.models.crm_approval import PENDING, WITHDRAWN
from odoo.addons.crm_base.tools.arguments import as_text

from .crm_contract import APPROVED, DRAFT, REVIEW


class CrmContract(models.Model):
    """Who approves a contract: rules by amount, discount and type, or the superior.

    Of a change only what it changes is approved: rules reckon with what it adds to the
    amount or takes from it, and approvers see the differences.
    """

    _inherit = "crm.contract"
    _crm_approval_amount = "amount_total"
    _crm_approval_discount = "max_discount"
    _crm_approval_team = "team_id"
    # what changes in any state, and what is no part of the contract
    _crm_approval_free = frozenset({"deed_split_ids", "note", "order_ids", "user_id"})

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_submit(self, note=""):
        """Hand drafts in for approval; they are frozen from then on.

        :param str note: what the approvers are told
        :return: True
        :raise AccessError: somebody else's contract
        :raise UserError: no draft, something is missing, or nobody could approve it
        """
        return self.action_submit_approval(as_text(note))

    def action_withdraw(self):
        """Take contracts back from approval; they are drafts again.

        :return: True
        :raise AccessError: by anybody but whoever submitted it or is in charge of it
        :raise UserError: not under review
        """
        self._crm_check_step(
            (REVIEW,), self.env._("Only what is under review can be taken back.")
        )
        return self.action_withdraw_approval()

    def action_revise(self):
        """Make approved contracts drafts again; they need a new approval.

        :return: True
        :raise AccessError: somebody else's contract
        :raise UserError: not approved
        """
        self._crm_check_step(
            (APPROVED,), self.env._("Only an approved contract can be revised.")
        )
        self._crm_step(
            "revise",
            {"state": DRAFT, "approved_at": False, "approval_state": "outdated"},
        )
        for contract in self:
            # sudo: the history of the approval is the system's
            contract.sudo().approval_id._crm_workflow()._crm_log("outdated")
        return True

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    def _crm_approval_check_ready(self):
        result = super()._crm_approval_check_ready()
        if self.state != DRAFT:
            raise UserError(self.env._("Only drafts can be submitted."))
        missing = self._crm_missing()
        if missing:
            raise UserError(
                self.env._(
                    "“%(contract)s” is not complete yet:\n%(missing)s",
                    contract=self.display_name,
                    missing="\n".join(missing),
                )
            )
        return result

    def _crm_approval_facts(self):
        facts = super()._crm_approval_facts()
        amount = self.amount_total
        if self.origin_id:
            amount = abs(amount - self.origin_id.amount_total)
        # at one rate, whenever it is asked
        date = self.create_date or fields.Datetime.now()
        company = self.company_id or self.env.company
        currency = self.currency_id or company.currency_id
        return facts._replace(
            amount=currency._convert(amount, company.currency_id, company, date)
        )

    def _crm_approval_summary(self):
        names = ["type_id", "date_start", "date_end", "payment_terms", "change_reason"]
        rows = [self._crm_approval_row(name) for name in names if self[name]]
        for change in self._crm_labelled_changes():
            before, after = change["before"] or "–", change["after"] or "–"
            rows.append([change["label"], f"{before} → {after}"])
        return super()._crm_approval_summary() + rows

    def _crm_approval_submitted(self, approval):
        result = super()._crm_approval_submitted(approval)
        self._crm_step(
            "submit",
            {
                "state": REVIEW,
                "submitted_by_id": self.env.uid,
                "submitted_at": fields.Datetime.now(),
            },
        )
        return result

    def _crm_approval_approved(self, approval):
        result = super()._crm_approval_approved(approval)
        self._crm_step(
            "approve", {"state": APPROVED, "approved_at": fields.Datetime.now()}
        )
        self._crm_archive("approved")
        return result

    def _crm_approval_rejected(self, approval):
        result = super()._crm_approval_rejected(approval)
        self._crm_step("refuse", {"state": DRAFT}, approval.decision_note or "")
        return result

    def _crm_approval_withdrawn(self, approval):
        result = super()._crm_approval_withdrawn(approval)
        self._crm_step("withdraw", {"state": DRAFT}, approval.decision_note or "")
        return result

    def _crm_approval_outdated(self, approval):
        # it is revised by its button, not by editing it
        raise UserError(self._crm_frozen_message())

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_review_end(self, reason=""):
        """End the approvals under way of contracts that are given up."""
        # sudo: whoever gives the contract up, whoever submitted it
        approvals = self.sudo().approval_id
        approvals = approvals.filtered(lambda approval: approval.state == PENDING)
        if approvals:
            for approval in approvals._crm_lock_approvals():
                if approval.state == PENDING:
                    approval._crm_finish(WITHDRAWN, reason)
