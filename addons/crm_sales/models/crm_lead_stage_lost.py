from odoo import models
from odoo.exceptions import UserError

from odoo.addons.crm_base.tools.arguments import as_id

LOST = "lost"
# by what an opportunity becomes a lost one
ENDING = frozenset({"active", "lost_reason_id", "probability", "type"})


class CrmLead(models.Model):
    """An opportunity is lost for a reason, by whatever door.

    Asked of the people of the suite; the company may let them do without.
    """

    _inherit = "crm.lead"

    def write(self, vals):
        if not ENDING.intersection(vals) or not self._crm_is_suite_user():
            return super().write(vals)
        lost = self._crm_lost()
        result = super().write(vals)
        # a reason that was given is not taken back while it is lost, either
        asked = self if "lost_reason_id" in vals else self - lost
        self._crm_check_lost_reason(asked._crm_lost())
        return result

    def action_set_lost(self, **additional_values):
        """Lose opportunities: for a reason, unless the company does without.

        :param additional_values: see Odoo; ``lost_reason_id`` (int) tells why
        :return: what Odoo's own returns
        :raise AccessError: by anybody who may not change them
        :raise UserError: no reason is given
        """
        self.check_access("write")
        deals = self.filtered(
            lambda lead: lead.type == "opportunity" and not lead.lost_reason_id
        )
        if "lost_reason_id" in additional_values:
            additional_values["lost_reason_id"] = as_id(
                additional_values["lost_reason_id"]
            )
        if reason := additional_values.get("lost_reason_id"):
            # what has no chance is lost as soon as Odoo archives it, before the rest
            # of the values is written
            deals.filtered(lambda lead: not lead.probability).lost_reason_id = reason
        else:
            self._crm_check_lost_reason(deals)
        return super().action_set_lost(**additional_values)

    def _crm_lost(self):
        """Return those of these records that are lost opportunities."""
        # sudo: what became of them, whoever may see it afterwards
        lost = self.sudo().filtered(
            lambda lead: lead.type == "opportunity" and lead.won_status == LOST
        )
        return lost.with_env(self.env)

    def _crm_asks_why_lost(self):
        """Return whether one of these may not be lost without a reason (bool)."""
        if not self._crm_is_suite_user():
            return False
        # sudo: whether there is a reason, and which company asks for one
        return any(
            lead.type == "opportunity"
            and not lead.lost_reason_id
            and not (lead.company_id or self.env.company).crm_lost_without_reason
            for lead in self.sudo()
        )

    def _crm_check_lost_reason(self, lost):
        """Refuse opportunities that are lost for nobody knows what.

        :param lost: crm.lead records
        :raise UserError: one of them has no reason
        """
        for lead in lost:
            if lead._crm_asks_why_lost():
                raise UserError(
                    self.env._(
                        "Say why “%(name)s” was lost: use Mark Lost and choose a"
                        " reason.",
                        # sudo: it was theirs until it was lost
                        name=lead.sudo().name,
                    )
                )
