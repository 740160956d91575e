from odoo import api, fields, models
from odoo.exceptions import AccessError


class CrmHandoverTarget(models.Model):
    """Who takes over the customers of a territory."""

    _name = "crm.handover.target"
    _description = "Successor for a Territory"
    _order = "id"
    _rec_name = "territory_id"

    handover_id = fields.Many2one(
        "crm.handover", required=True, index=True, ondelete="cascade"
    )
    territory_id = fields.Many2one("crm.territory", required=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users",
        "Successor",
        required=True,
        ondelete="restrict",
        domain=lambda self: self.env["crm.handover"]._domain_successor_id(),
    )

    _territory_uniq = models.UniqueIndex(
        "(handover_id, territory_id)", "This territory is in the list already."
    )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        targets = super().create(vals_list)
        targets._crm_check_draft()
        return targets

    def write(self, vals):
        self._crm_check_draft()
        result = super().write(vals)
        self._crm_check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self._crm_check_draft()

    def _crm_check_draft(self):
        """Refuse changes of a hand-over that has begun.

        :raise AccessError: it has
        """
        if any(handover.state != "draft" for handover in self.handover_id):
            raise AccessError(
                self.env._("A hand-over cannot be changed once it has begun.")
            )
