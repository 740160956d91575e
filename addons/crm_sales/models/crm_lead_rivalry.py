from odoo import api, fields, models

from .crm_lead_stage import SELLERS


class CrmLead(models.Model):
    """Against whom we sell, and to whom a deal was lost."""

    _inherit = "crm.lead"

    competitor_ids = fields.One2many(
        "crm.lead.competitor", "lead_id", "Competitors", groups=SELLERS
    )
    lost_competitor_id = fields.Many2one(
        "crm.competitor",
        "Lost To",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        tracking=True,
        groups=SELLERS,
    )

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._crm_note_winner()
        return leads

    def write(self, vals):
        result = super().write(vals)
        if "lost_reason_id" in vals and not vals["lost_reason_id"]:
            # Odoo takes the reason back when a deal is open again
            # sudo: by whomever; people without a role of ours do not see the field
            taken_back = self.sudo().filtered("lost_competitor_id")
            if taken_back and not vals.get("lost_competitor_id"):
                taken_back.lost_competitor_id = False
        if vals.get("lost_competitor_id"):
            self._crm_note_winner()
        return result

    def _crm_note_winner(self):
        """Whoever took the deal has been there, whether somebody noted it or not."""
        # sudo: the values came from somebody who may write them
        missing = self.sudo().filtered(
            lambda lead: (
                lead.lost_competitor_id
                and lead.lost_competitor_id not in lead.competitor_ids.competitor_id
            )
        )
        # sudo: as above
        self.env["crm.lead.competitor"].sudo().create(
            [
                {"lead_id": lead.id, "competitor_id": lead.lost_competitor_id.id}
                for lead in missing
            ]
        )
