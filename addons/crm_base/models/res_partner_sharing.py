from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.arguments import as_id


class ResPartner(models.Model):
    """Lending customers to colleagues."""

    _inherit = "res.partner"

    share_ids = fields.One2many("crm.share", "partner_id", "Shared With")

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_share(self, user_ids, mode="read", until=False):
        """Lend customers to colleagues, or change how they are lent.

        :param list[int] user_ids: the colleagues
        :param str mode: ``read`` or ``write``
        :param str until: last day as ``YYYY-MM-DD``, False for no end
        :return: number of shares made or changed (int)
        :raise AccessError: when one of the customers is not yours to share
        :raise UserError: no list of colleagues
        """
        user_ids = self._crm_chosen_colleagues(user_ids)
        customers = self._crm_owned_customers()
        Share = self.env["crm.share"]
        existing = Share.search(
            [("partner_id", "in", customers.ids), ("user_id", "in", user_ids)]
        )
        existing.write({"mode": mode, "until": until})
        known = {(share.partner_id.id, share.user_id.id) for share in existing}
        created = Share.create(
            [
                {
                    "partner_id": partner.id,
                    "user_id": user_id,
                    "mode": mode,
                    "until": until,
                }
                for partner in customers
                for user_id in user_ids
                if (partner.id, user_id) not in known
                # in a batch, some may belong to the colleague already
                and partner.user_id.id != user_id
            ]
        )
        return len(existing) + len(created)

    def action_unshare(self, user_ids):
        """Take back customers from colleagues.

        :param list[int] user_ids: the colleagues
        :return: number of shares revoked (int)
        :raise UserError: no list of colleagues
        """
        shares = self.env["crm.share"].search(
            [
                ("partner_id", "in", self._crm_owned_customers().ids),
                ("user_id", "in", self._crm_chosen_colleagues(user_ids)),
            ]
        )
        count = len(shares)
        shares.unlink()
        return count

    def action_open_share(self):
        """Open the sharing wizard for these customers; return the action (dict)."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_customer_share_action"
        )
        action["context"] = {"default_partner_ids": self.crm_customer_id.ids}
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_chosen_colleagues(self, user_ids):
        """Return ``user_ids`` if that is what they are.

        :raise UserError: no list of ids
        """
        if not isinstance(user_ids, (list, tuple)) or not all(map(as_id, user_ids)):
            raise UserError(self.env._("Say which colleagues, as a list of their ids."))
        return user_ids

    def _crm_end_shares(self, user):
        """End what a new owner makes pointless: the owner's own shares, or all of them.

        Otherwise a share from earlier days would come back to life at the next
        transfer, and keep pooled customers open.
        """
        domain = [("partner_id", "in", self.ids)]
        if user:
            domain.append(("user_id", "=", user.id))
        # sudo: the owner who gives the customer away need not see everybody's shares
        self.env["crm.share"].sudo().search(domain, order="id").unlink()
