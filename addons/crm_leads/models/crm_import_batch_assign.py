from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmImportBatch(models.Model):
    """Leads of a file may be left to the rules of assignment."""

    _inherit = "crm.import.batch"

    lead_owner = fields.Selection(
        [("importer", "Whoever Imports Them"), ("rules", "Assignment Rules")],
        "Owner of New Leads",
        default="importer",
        required=True,
        help="Of rows that name no owner.",
    )

    @api.constrains("lead_owner", "user_id")
    def _check_lead_owner(self):
        for batch in self:
            if batch.lead_owner == "rules" and not batch.user_id._crm_has_group(
                "crm_base.group_manager"
            ):
                raise ValidationError(
                    self.env._(
                        "What nobody owns is dealt out by managers. Ask one of them to"
                        " import the list."
                    )
                )

    def _crm_lead_defaults(self):
        """Return what leads of this file have by default, a dict for the context."""
        self.ensure_one()
        if self.lead_owner != "rules":
            return {}
        defaults = {"default_user_id": False}
        if not self.user_id._crm_has_group("crm_base.group_director"):
            # what has no team is out of the reach of whoever leads only one
            # sudo: which teams somebody leads is no secret
            team = (
                self.env["crm.team"]
                .sudo()
                .search([("user_id", "=", self.user_id.id)], limit=1)
            )
            defaults["default_team_id"] = team.id
        return defaults
