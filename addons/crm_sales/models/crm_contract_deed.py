from datetime import datetime, time

from odoo import fields, models

from .crm_lead_stage import SELLERS


class CrmContract(models.Model):
    """A signed contract is a deed: whose it was, and how much, is kept as of then.

    What a later change adds is in the versions of the contract, with its own date.
    """

    _inherit = "crm.contract"

    deed_split_ids = fields.One2many(
        "crm.deed.split",
        "contract_id",
        "Shares",
        copy=False,
        groups=SELLERS,
        help="Who has a share in this contract. Empty: all of it is the owner's.",
    )

    def _crm_free_fields(self):
        # shares have a seal of their own
        return super()._crm_free_fields() | {"deed_split_ids"}

    def _crm_signed(self):
        result = super()._crm_signed()
        self._crm_do_deed()
        return result

    def _crm_deed_amount(self):
        self.ensure_one()
        first = self.version_ids.filtered(lambda version: not version.change_id)
        if first:
            return first.amount_delta
        company = self.company_id or self.env.company
        return self.currency_id._convert(
            self.amount_total, company.currency_id, company, self.date_sign
        )

    def _crm_deed_time(self):
        self.ensure_one()
        now = super()._crm_deed_time()
        if not self.date_sign or self.date_sign == fields.Date.context_today(self):
            return now
        # in the middle of that day, in any time zone of China
        return datetime.combine(self.date_sign, time(4))
