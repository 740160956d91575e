from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmOwnerMove(models.Model):
    """The ledger also tells who had which lead."""

    _inherit = "crm.owner.move"

    kind = fields.Selection(
        selection_add=[("convert", "Converted from a Lead")],
        ondelete={"convert": lambda moves: moves._crm_forget_kind()},
    )
    lead_id = fields.Many2one("crm.lead", index="btree_not_null", ondelete="set null")

    def action_open_customer(self):
        """Open the customer or the lead of this row; return the action (dict).

        :raise UserError: when it was deleted or is out of reach by now
        """
        self.ensure_one()
        if self.partner_id or not self.lead_id:
            return super().action_open_customer()
        if not self.lead_id.has_access("read"):
            raise UserError(
                self.env._(
                    "%(name)s was deleted or now belongs to somebody out of your"
                    " reach.",
                    name=self.partner_name,
                )
            )
        return self.lead_id.action_open_lead()

    @api.model
    def _crm_log_leads(
        self,
        leads,
        kind,
        to_user,
        from_users=None,
        reason="",
        by_lead=None,
        **extra,
    ):
        """Append one row per lead.

        :param leads: crm.lead records, as they are called now
        :param str kind: one of the kinds of this model
        :param to_user: res.users record, empty when nobody owns them afterwards
        :param dict from_users: former owner's id per lead id
        :param str reason: what the person gave as reason
        :param dict by_lead: values of further fields per lead id
        :param extra: values of further fields, such as ``batch_id``
        :return: the rows
        """
        now = fields.Datetime.now()
        from_users = from_users or {}
        by_lead = by_lead or {}
        # sudo: nobody has the right to create rows; the caller has checked the move
        return (
            self.sudo()
            ._crm_workflow()
            .create(
                [
                    {
                        "lead_id": lead.id,
                        "partner_name": lead.name,
                        "kind": kind,
                        "from_user_id": from_users.get(lead.id),
                        "to_user_id": to_user.id,
                        "reason": reason,
                        "moved_at": now,
                        "actor_id": self.env.uid,
                        "company_id": lead.company_id.id,
                        **extra,
                        **by_lead.get(lead.id, {}),
                    }
                    # sudo: the lead may have left the reach of whoever moved it
                    for lead in leads.sudo()
                ]
            )
        )
