from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_base.tools.arguments import as_id, as_text


class CrmLead(models.Model):
    """Leads end by a reason, and can be taken up again; the owner stays."""

    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def write(self, vals):
        if "active" in vals and not self._crm_in_workflow():
            self._crm_check_archiving(vals["active"])
        return super().write(vals)

    def _crm_check_archiving(self, active):
        """Refuse to end or revive leads past the methods made for it."""
        if not self._crm_is_suite_user():
            return
        changing = self.filtered(
            lambda lead: lead.type == "lead" and lead.active != bool(active)
        )
        if changing and active:
            raise UserError(
                self.env._("%(name)s is closed. Reopen it instead.", name=self[:1].name)
            )
        if changing:
            raise UserError(
                self.env._(
                    "Close %(name)s with a reason instead of archiving it.",
                    name=changing[0].name,
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_close(self, reason, note=""):
        """Close leads that will come to nothing; planned follow-ups are cancelled.

        :param reason: code (str) or id (int) of a value of the dictionary
            ``lead_close_reason``
        :param str note: what else there is to say
        :return: True
        :raise AccessError: when one of the leads is not yours to change
        :raise UserError: no such reason, or one of them is converted or closed already
        """
        self.check_access("write")
        value = self._crm_close_reason(reason)
        note = as_text(note)
        for lead in self:
            if lead.lead_state not in ("new", "working"):
                raise UserError(
                    self.env._("%(name)s is not an open lead.", name=lead.name)
                )
        self._crm_workflow().write(
            {
                "active": False,
                "probability": 0,
                "automated_probability": 0,
                "closed_at": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
                "close_reason_id": value.id,
                "close_note": note or False,
            }
        )
        # sudo: the plans of colleagues end with the lead as well
        plans = self.env["crm.followup"].sudo()
        plans = plans.search([("lead_id", "in", self.ids), ("state", "=", "planned")])
        if plans:
            plans.action_cancel(
                self.env._("Lead closed: %(reason)s", reason=value.name)
            )
        self._message_log_batch(
            bodies={
                lead.id: self.env._(
                    "Closed: %(reason)s %(note)s", reason=value.name, note=note
                )
                for lead in self
            }
        )
        return True

    def action_reopen(self, note=""):
        """Take closed leads up again; they keep their owner.

        :param str note: why
        :return: True
        :raise AccessError: when one of the leads is not yours to change
        :raise UserError: when one of them is not closed
        """
        self.check_access("write")
        if any(lead.lead_state != "closed" for lead in self):
            raise UserError(self.env._("Only closed leads can be reopened."))
        if not self:
            return True
        opened = self._crm_workflow()
        opened.write(
            {
                "active": True,
                "closed_at": False,
                "closed_by_id": False,
                "close_reason_id": False,
                "close_note": False,
                "lost_reason_id": False,
            }
        )
        opened._compute_probabilities()
        for lead in opened:
            lead.probability = lead.automated_probability
        self._message_log_batch(
            bodies={
                lead.id: self.env._("Reopened. %(note)s", note=str(note or "").strip())
                for lead in self
            }
        )
        return True

    def action_open_close(self):
        """Open the dialog that closes these leads; return the action (dict)."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_leads.crm_lead_close_action"
        )
        action["context"] = {"default_lead_ids": self.ids}
        return action

    def action_set_lost(self, **additional_values):
        """Lose opportunities; leads are closed for the suite's people.

        :param additional_values: see Odoo; ``lost_reason_id`` tells the note
        :return: True, or what Odoo returns
        """
        leads = self.filtered(lambda lead: lead.type == "lead")
        if not leads or not self._crm_is_suite_user():
            return super().action_set_lost(**additional_values) or True
        reason = self.env["crm.lost.reason"].browse(
            additional_values.get("lost_reason_id") or ()
        )
        leads.action_close("other", reason.name or "")
        others = self - leads
        return super(CrmLead, others).action_set_lost(**additional_values) or True

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_close_reason(self, reason):
        """Return the value of the dictionary for a code or an id."""
        values = self.env["crm.dictionary"]
        domain = [("kind", "=", "lead_close_reason")]
        if code := as_text(reason):
            values = values.search([*domain, ("code", "=", code)])
        elif value_id := as_id(reason):
            values = values.search([*domain, ("id", "=", value_id)])
        if len(values) != 1:
            raise UserError(self.env._("Choose why the lead is closed."))
        return values
