from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.crm_base.tools.arguments import as_text

from .crm_contract import (
    APPROVED,
    CANCELLED,
    DONE,
    DRAFT,
    EXECUTING,
    LIVE,
    REVIEW,
    SIGNED,
    TERMINATED,
)


class CrmContract(models.Model):
    """What happens to a contract after it is written, and who may do it.

    Each step locks the contracts first: of two people who act at once, the second finds
    what the first has done.
    """

    _inherit = "crm.contract"

    delivered_ratio = fields.Float(
        "Delivered (%)",
        compute="_compute_delivered_ratio",
        store=True,
        digits=(5, 2),
        aggregator="avg",
    )

    @api.depends("delivery_plan_ids.quantity", "delivery_plan_ids.delivered_quantity")
    def _compute_delivered_ratio(self):
        for contract in self:
            plans = contract.delivery_plan_ids
            shares = [plan.delivered_quantity / (plan.quantity or 1) for plan in plans]
            contract.delivered_ratio = 100 * sum(shares) / len(plans) if plans else 0

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_sign(self, date=None):
        """Note that both sides have signed; a change comes into force by it.

        :param str date: when, ``YYYY-MM-DD``; today if it is left out
        :return: True
        :raise AccessError: somebody else's contract
        :raise UserError: not approved, or a date in the future
        """
        self._crm_check_step(
            (APPROVED,), self.env._("Only what is approved can be signed.")
        )
        today = fields.Date.context_today(self)
        date = self._crm_date(date) or today
        if date > today:
            raise UserError(self.env._("A contract is not signed in the future."))
        self._crm_step("sign", {"state": SIGNED, "date_sign": date})
        changes = self.filtered("origin_id")
        changes._crm_apply_changes()
        genuine = self - changes
        genuine._crm_signed()
        genuine.filtered(
            lambda contract: not contract.date_start or contract.date_start <= today
        )._crm_begin()
        return True

    def action_start(self):
        """Begin to carry out signed contracts.

        :return: True
        :raise AccessError: somebody else's contract
        :raise UserError: not signed, or already begun
        """
        self._crm_check_step(
            (SIGNED,), self.env._("Only what is signed, and not begun, can begin.")
        )
        self._crm_check_genuine()
        self._crm_begin()
        return True

    def action_done(self, reason=""):
        """Close contracts that both sides have fulfilled.

        :param str reason: why, when deliveries of the plan are missing
        :return: True
        :raise AccessError: somebody else's contract
        :raise UserError: not in force, or deliveries are missing and no reason is given
        """
        reason = as_text(reason)[:500]
        self._crm_check_step(
            LIVE, self.env._("Only what is in force can be completed.")
        )
        self._crm_check_genuine()
        for contract in self:
            plans = contract.delivery_plan_ids
            if not reason and plans.filtered(lambda plan: plan.progress != "done"):
                raise UserError(
                    self.env._(
                        "Not everything of “%(contract)s” is delivered. Give a reason"
                        " to complete it anyway.",
                        contract=contract.display_name,
                    )
                )
        self._crm_cancel_changes()
        self._crm_step("done", {"state": DONE, "end_reason": reason or False}, reason)
        self._crm_refresh_facts()
        return True

    def action_terminate(self, reason, date=None):
        """End contracts before their time. A manager decides.

        :param str reason: why
        :param str date: the last day, ``YYYY-MM-DD``; today if it is left out
        :return: True
        :raise AccessError: for salespeople, and out of scope
        :raise UserError: no reason, or not in force
        """
        reason = self._crm_reason(reason)
        self._crm_check_step(
            LIVE, self.env._("Only what is in force can be terminated.")
        )
        self._crm_check_genuine()
        self._crm_check_manager()
        date = self._crm_date(date) or fields.Date.context_today(self)
        self._crm_cancel_changes()
        self._crm_step(
            "terminate",
            {"state": TERMINATED, "date_terminated": date, "end_reason": reason},
            reason,
        )
        self._crm_refresh_facts()
        return True

    def action_cancel(self, reason):
        """Give contracts up before they are signed.

        :param str reason: why
        :return: True
        :raise AccessError: somebody else's contract
        :raise UserError: no reason, or signed already
        """
        reason = self._crm_reason(reason)
        self._crm_check_step(
            (DRAFT, REVIEW, APPROVED),
            self.env._("What is signed is terminated or changed, not cancelled."),
        )
        self._crm_review_end(reason)
        self._crm_step("cancel", {"state": CANCELLED, "end_reason": reason}, reason)
        return True

    def action_open_step(self):
        """Return the action (dict) of the dialog that asks for what a step needs.

        Which step is in the context, as the buttons of the form send it
        (``default_kind``).

        :raise UserError: there is no such step
        """
        self.ensure_one()
        steps = self.env["crm.contract.step"]
        kinds = dict(steps._fields["kind"]._description_selection(self.env))
        kind = as_text(self.env.context.get("default_kind"))
        if kind not in kinds:
            raise UserError(self.env._("There is no such step."))
        return {
            "type": "ir.actions.act_window",
            "name": kinds[kind],
            "res_model": steps._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_contract_id": self.id, "default_kind": kind},
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_begin(self):
        """Carry out what is signed and has not begun."""
        begun = self.filtered(lambda contract: contract.state == SIGNED)
        begun._crm_step("start", {"state": EXECUTING})

    def _crm_check_genuine(self):
        """Refuse on a change what is done with the contract itself."""
        if self.origin_id:
            raise UserError(
                self.env._("Open the contract itself: this is a change of it.")
            )

    def _crm_check_step(self, states, message):
        """Refuse a step that is not this user's, or not possible now.

        :param tuple states: where contracts may come from
        :param str message: what to say when the state is another
        """
        # two who act at once act one after the other
        self._crm_lock(allow_referencing=True)
        self.check_access("write")
        if any(contract.state not in states for contract in self):
            raise UserError(message)

    def _crm_step(self, kind, values, reason=""):
        """Take contracts a step further, and write it down."""
        if self:
            self._crm_workflow().write(values)
            self._crm_log(kind, reason)

    def _crm_log(self, kind, reason=""):
        """Append what happened to the history of these contracts."""
        Log = self.env["crm.contract.log"]
        author = Log._crm_log_author()
        # sudo: nobody has the right to create rows
        Log.sudo()._crm_workflow().create(
            [
                {
                    **author,
                    "contract_id": contract.id,
                    "contract_name": contract.display_name,
                    "kind": kind,
                    "reason": reason or False,
                    "owner_id": contract.user_id.id,
                    "partner_id": contract.partner_id.id,
                    "company_id": contract.company_id.id,
                    "currency_id": contract.currency_id.id,
                    "amount": contract.amount_total,
                }
                for contract in self.sudo()
            ]
        )

    def _crm_reason(self, reason):
        reason = as_text(reason)
        if not reason:
            raise UserError(self.env._("Give a reason."))
        return reason[:500]

    def _crm_date(self, value):
        """Return a date that a program passed, None for none."""
        if not value:
            return None
        try:
            return fields.Date.to_date(value)
        except (TypeError, ValueError) as error:
            raise ValidationError(
                self.env._("A date is written as YYYY-MM-DD.")
            ) from error

    @api.model
    def _cron_begin(self):
        """Begin what is signed and whose first day has come."""
        today = fields.Date.context_today(self)
        domain = self._crm_genuine() & fields.Domain("state", "=", SIGNED)
        domain &= fields.Domain("date_start", "<=", today)
        self.search(domain)._crm_begin()
