from odoo import api, fields, models

from .crm_contract import DRAFT


def origin_of(comodel):
    """Return the field by which a row of a change knows what it changes.

    :param str comodel: the model of the row itself
    """
    return fields.Many2one(
        comodel,
        "Changes",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )


class CrmContractPart(models.AbstractModel):
    """What a contract is made of: frozen with it, seen with it, changed with it."""

    _name = "crm.contract.part"
    _description = "Part of a Contract"
    _inherit = ["crm.approval.line.mixin", "crm.workflow.mixin"]
    _crm_approval_parent = "contract_id"
    _order = "contract_id, sequence, id"
    _crm_recycle = True

    # fields that are compared and copied when a signed contract is changed
    _crm_part_fields = ()

    contract_id = fields.Many2one(
        "crm.contract", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    state = fields.Selection(related="contract_id.state", string="Contract State")
    user_id = fields.Many2one(
        related="contract_id.user_id", string="Owner", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="contract_id.partner_id", string="Customer", store=True, index=True
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, index=True
    )

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {"origin_id"}

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._crm_check_draft()
        return parts

    def write(self, vals):
        self._crm_check_draft()
        result = super().write(vals)
        if "contract_id" in vals:
            self._crm_check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._crm_check_draft()

    def _crm_check_draft(self):
        """Refuse to edit parts of what is not a draft."""
        if not self._crm_in_workflow():
            # sudo: whose state it is, is asked of whatever is about to be written
            for contract in self.sudo().contract_id:
                if contract.state != DRAFT:
                    contract._crm_check_frozen(["line_ids"])
