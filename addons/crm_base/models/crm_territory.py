from odoo import api, fields, models


class CrmTerritory(models.Model):
    """A sales region: a tree of names, each standing for provinces."""

    _name = "crm.territory"
    _description = "Territory"
    _parent_store = True
    _order = "parent_path, sequence, id"
    _crm_recycle = True

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(compute="_compute_complete_name", recursive=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one(
        "crm.territory", "Parent Territory", index=True, ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.territory", "parent_id", "Sub-territories")
    state_ids = fields.Many2many(
        "res.country.state",
        string="Provinces",
        help="Customers of these provinces get this territory by themselves.",
    )

    @api.depends("name", "parent_id.complete_name")
    @api.depends_context("lang")
    def _compute_complete_name(self):
        for territory in self:
            parent = territory.parent_id.complete_name
            territory.complete_name = (
                f"{parent} / {territory.name}" if parent else territory.name
            )

    @api.depends("complete_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for territory in self:
            territory.display_name = territory.complete_name

    @api.model
    def _crm_by_state(self, states):
        """Return the territory of each province.

        :param states: recordset of ``res.country.state``
        :return: dict of state id to ``crm.territory`` record (deepest, then first)
        """
        found = {}
        # sudo: the region of a customer does not depend on who typed the address
        territories = self.sudo().search([("state_ids", "in", states.ids)])
        for territory in territories.sorted(
            lambda t: (-t.parent_path.count("/"), t.sequence, t.id)
        ):
            for state in territory.state_ids & states:
                found.setdefault(state.id, territory)
        return found
