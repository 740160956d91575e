from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_contract import BINDING, CANCELLED


class CrmContract(models.Model):
    """A contract that follows another one."""

    _inherit = "crm.contract"

    previous_id = fields.Many2one(
        "crm.contract",
        "Renewal Of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    renewal_ids = fields.One2many("crm.contract", "previous_id", "Renewals")
    next_id = fields.Many2one(
        "crm.contract", "Renewed By", compute="_compute_next_id", compute_sudo=True
    )
    is_renewed = fields.Boolean(
        "Has a Renewal",
        compute="_compute_is_renewed",
        store=True,
        help="Somebody is at it: nobody is reminded of its end any more.",
    )

    _one_renewal = models.UniqueIndex(
        "(previous_id) WHERE state != 'cancelled'",
        "This contract is renewed already.",
    )

    @api.depends("renewal_ids.state")
    def _compute_next_id(self):
        for contract in self:
            contract.next_id = contract._crm_renewal()

    @api.depends("renewal_ids.state")
    def _compute_is_renewed(self):
        for contract in self:
            contract.is_renewed = bool(contract._crm_renewal())

    def _crm_renewal(self):
        return self.renewal_ids.filtered(lambda contract: contract.state != CANCELLED)[
            :1
        ]

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {"previous_id"}

    def action_renew(self):
        """Write the contract that follows this one, for the same time again.

        :return: the action (dict) that opens it
        :raise AccessError: somebody else's contract
        :raise UserError: never signed
        """
        self.ensure_one()
        self._crm_check_step(BINDING, self.env._("Only what was signed is renewed."))
        self._crm_check_genuine()
        # sudo: the renewal may be somebody else's by now
        following = self.sudo()._crm_renewal().sudo(False)
        if not following:
            values = self._crm_copy_values()
            values.update(self._crm_next_dates(), previous_id=self.id)
            # one that was just given up is none any more
            self.flush_model(["state"])
            following = self._crm_workflow().create(values)
            following.party_ids._crm_workflow().unlink()
            self._crm_copy_parts(following)
            # dates of the old plan mean nothing any more
            following.collection_plan_ids.date_due = False
            following.delivery_plan_ids.unlink()
            self._crm_log("renew")
            self._crm_recheck_reminders()
        return following._crm_open_form()

    def action_open_next(self):
        """Return the action (dict) that opens the renewal.

        :raise UserError: there is none
        """
        self.ensure_one()
        self.check_access("read")
        if not self.next_id:
            raise UserError(self.env._("This contract is not renewed yet."))
        return self.next_id.sudo(False)._crm_open_form()

    def _crm_next_dates(self):
        """Return first and last day of the renewal (dict)."""
        start, end = self.date_start, self.date_end
        if not start or not end:
            return {"date_start": False, "date_end": False}
        first = fields.Date.add(end, days=1)
        months = (first.year - start.year) * 12 + first.month - start.month
        if months > 0 and first.day == start.day:
            last = fields.Date.subtract(fields.Date.add(first, months=months), days=1)
        else:
            last = first + (end - start)
        return {"date_start": first, "date_end": last}
