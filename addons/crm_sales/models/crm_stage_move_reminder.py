from odoo import api, models


class CrmStageMove(models.Model):
    """What is won, lost or moved: reminders of it that are on screens may be void."""

    _inherit = "crm.stage.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        later = moves.filtered(lambda move: move.kind != "create")
        if later:
            self.env["crm.reminder"]._crm_recheck("crm.lead", later.lead_id.ids)
        return moves
