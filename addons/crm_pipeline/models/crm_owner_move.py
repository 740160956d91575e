from odoo import api, fields, models


class CrmOwnerMove(models.Model):
    """The ledger also tells who had which lead."""

    _inherit = "crm.owner.move"

    lead_id = fields.Many2one("crm.lead", index="btree_not_null", ondelete="set null")

    def action_open_customer(self):
        """Open the customer or the lead of this row; return the action (dict).

        :raise UserError: when it was deleted or is out of reach by now
        """
        self.ensure_one()
        if self.partner_id or not self.lead_id:
            return super().action_open_customer()
        self._crm_check_reach(self.lead_id)
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
        return self._crm_log_of(
            "lead_id", leads, kind, to_user, from_users, reason, by_lead, extra
        )
