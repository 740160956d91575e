from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    territory_id = fields.Many2one(
        "crm.territory",
        compute="_compute_territory_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Follows the address by the rules of the territories. One that you choose"
        " yourself stays until the address moves to another territory.",
    )
    territory_manager_id = fields.Many2one(
        "res.users", "Territory Manager", related="territory_id.responsible_id"
    )

    @api.depends("state_id", "city", "district")
    def _compute_territory_id(self):
        places = {
            partner: (
                partner.state_id.id or None,
                partner.city or "",
                partner.district or "",
            )
            for partner in self
        }
        found = self.env["crm.territory"]._crm_of_places(places.values())
        for partner, place in places.items():
            # where no rule says anything, what somebody chose stays
            partner.territory_id = found.get(place) or partner.territory_id
