from odoo import models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """What Odoo's merge has to know of ours: fields, and what has ended."""

    _inherit = "crm.lead"

    def _merge_get_fields(self):
        return [
            *super()._merge_get_fields(),
            "intent_id",
            "industry_id",
            "territory_id",
            "wechat",
        ]

    def _merge_opportunity(
        self, user_id=False, team_id=False, auto_unlink=True, max_length=5
    ):
        if self._crm_is_suite_user():
            ended = self.filtered(
                lambda lead: lead.lead_state in ("converted", "closed")
            )
            if any(lead.type == "lead" for lead in ended):
                raise UserError(
                    self.env._(
                        "%(name)s is closed or converted and cannot be merged.",
                        name=ended[0].name,
                    )
                )
        return super()._merge_opportunity(
            user_id=user_id,
            team_id=team_id,
            auto_unlink=auto_unlink,
            max_length=max_length,
        )
