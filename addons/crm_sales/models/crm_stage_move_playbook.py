from odoo import api, models


class CrmStageMove(models.Model):
    """A step of an opportunity calls the playbooks that start by themselves."""

    _inherit = "crm.stage.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        if moves and self.env["crm.playbook"]._crm_waits_for("crm.lead"):
            self.env["crm.playbook"]._crm_wake()
        return moves
