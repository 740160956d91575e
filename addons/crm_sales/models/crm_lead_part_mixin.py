from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLeadPartMixin(models.AbstractModel):
    """What hangs on an opportunity: seen with it, changed by those who may change it.

    The rules are ``user._crm_part_rule(mode, company_ids)``; merged opportunities bring
    their parts along.
    """

    _name = "crm.lead.part.mixin"
    _description = "Part of an Opportunity"
    _inherit = ["crm.workflow.mixin"]
    _crm_recycle = True

    lead_id = fields.Many2one(
        "crm.lead",
        "Opportunity",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("type", "=", "opportunity")],
    )

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._crm_check_named()
        return parts

    def write(self, vals):
        if "lead_id" in vals and not self._crm_in_workflow():
            moved = self.filtered(lambda part: part.lead_id.id != vals["lead_id"])
            if moved:
                raise UserError(
                    self.env._("This belongs to its opportunity and stays with it.")
                )
        result = super().write(vals)
        if self._crm_named_partners().intersection(vals):
            self._crm_check_named()
        return result

    @api.model
    def _crm_named_partners(self):
        """Hook: return the names (frozenset) of the fields that name partners."""
        return frozenset()

    def _crm_check_named(self):
        """Refuse to name customers out of sight: those who see this read the name."""
        if self.env.su:
            return
        for name in self._crm_named_partners():
            self[name].check_access("read")

    @api.model
    def _crm_part_key(self):
        """Hook: return the names (tuple) of the fields that occur once per opportunity.

        When two opportunities are merged, what the one that stays has already is not
        brought along.
        """
        return ()

    def _crm_move_to(self, lead):
        """Bring these along to the opportunity that theirs is merged into."""
        key = self._crm_part_key()
        # sudo: whoever may merge opportunities moves what hangs on them
        parts = self.sudo()._crm_workflow()
        known = set()
        if key:
            present = parts.search([("lead_id", "=", lead.id)])
            known = {tuple(part[name] for name in key) for part in present}
        for part in parts:
            values = tuple(part[name] for name in key)
            if not key or values not in known:
                known.add(values)
                part.lead_id = lead
