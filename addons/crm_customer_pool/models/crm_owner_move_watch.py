from odoo import api, models

from .crm_owner_move import LOCKING


class CrmOwnerMove(models.Model):
    _inherit = "crm.owner.move"

    @api.model
    def _crm_log(
        self,
        partners,
        kind,
        to_user,
        from_users=None,
        reason="",
        by_partner=None,
        **extra,
    ):
        moves = super()._crm_log(
            partners, kind, to_user, from_users, reason, by_partner, **extra
        )
        if extra.get("pool_id") and kind not in LOCKING:
            pool = self.env["crm.pool"].browse(extra["pool_id"])
            # sudo: masked names alone are told
            self.env["crm.pool.watch"]._crm_tell(partners.sudo(), kind, to_user, pool)
        return moves
