from odoo import api, models
from odoo.exceptions import UserError

from ..tools.merge_journal import MergeJournal


class MergeChoices(dict):
    """Values chosen side by side; of a type that no external call can send."""


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Odoo's merge of contacts, made to respect ownership.

    A merge moves customers like a transfer does: it needs the same right on each of
    them, hands over open work, and is written to the ledger.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env["res.partner"].browse(partner_ids).exists()
        # sudo: whether customers are touched does not depend on who sees them
        if len(partners) < 2 or not partners.sudo().crm_customer_id:
            return super()._merge(partner_ids, dst_partner, extra_checks)
        partners._crm_check_merge()
        if not dst_partner or dst_partner not in partners:
            ordered = self._get_ordered_partner(partners.ids)
            dst_partner = (ordered.filtered("is_crm_customer") or ordered)[-1]
        if not dst_partner.crm_customer_id or (
            not dst_partner.is_crm_customer and any(partners.mapped("is_crm_customer"))
        ):
            raise UserError(
                self.env._("Keep the customer: choose it as the contact that remains.")
            )
        customers = (partners - dst_partner).filtered("is_crm_customer")
        merged = [
            (source.name, source.user_id, source.customer_no) for source in customers
        ]
        journal = MergeJournal(dst_partner, partners - dst_partner)
        if dst_partner.is_crm_customer:
            dst_partner._crm_prepare_merge(customers)
        # who may merge customers was decided above, not by their e-mail addresses
        result = super()._merge(partner_ids, dst_partner, extra_checks=False)
        self.env.invalidate_all()
        chosen = self.env.context.get("crm_merge_choices")
        if isinstance(chosen, MergeChoices):
            # what was chosen takes the place of what the registry decides
            dst_partner._crm_decided_on_duplicates().write(dict(chosen))
        dst_partner._crm_finish_merge(merged)
        self.env["crm.merge.journal"]._crm_keep(journal)
        return result

    @api.model
    def _update_values(self, src_partners, dst_partner):
        if not dst_partner.crm_customer_id:
            return super()._update_values(src_partners, dst_partner)
        values = (dst_partner + src_partners)._crm_merge_values()
        # Odoo copies whatever is not empty, workflow fields as well: let it, and put
        # right what the registry decides
        opened = dst_partner._crm_workflow()
        result = super()._update_values(src_partners, opened)
        # sudo: facts are kept by the system
        opened.sudo().write(values)
        return result
