from odoo import api, models
from odoo.fields import Domain

from .crm_owner_move import POOL_IN, POOL_OUT


class ResPartner(models.Model):
    """What batches of customers ask for, and put back, when they are taken back."""

    _inherit = "res.partner"

    def _crm_why_not_back(self, move, name):
        if not self.is_crm_customer:
            return self.env._("%(name)s is no customer any more.", name=name)
        if move.kind in POOL_IN and not move.from_user_id:
            return self.env._("%(name)s belonged to nobody before.", name=name)
        return super()._crm_why_not_back(move, name)

    def _crm_roots(self):
        return {
            partner.id: partner.crm_customer_id.id for partner in self._crm_family()
        }

    def _crm_changes(self, moves):
        return Domain(
            "customer_res_id", "in", self.ids
        ), lambda log: log.customer_res_id

    @api.model
    def _crm_work_begun(self, moves, roots):
        taken = moves.filtered(lambda move: move.kind in POOL_OUT)
        customer_ids = set(taken.partner_id.ids)
        family = [id_ for id_, key in roots.items() if key in customer_ids]
        begun = set()
        for entry in self.env["res.users"]._crm_handover_models() if family else ():
            if not (entry.partner_field and entry.bars_pool):
                continue
            # sudo: nothing may stay open in a pool, whoever's it is
            records = (
                self.env[entry.model]
                .sudo()
                .search(
                    Domain(entry.open_domain)
                    & Domain(entry.partner_field, "in", family)
                )
            )
            for record in records:
                partner = record[entry.partner_field]
                begun.add(roots[partner if isinstance(partner, int) else partner.id])
        return begun

    def _crm_put_back_more(self, moves):
        # sudo: shares, with whoever, as they were
        Share = self.env["crm.share"].sudo()
        present = {
            (share.partner_id.id, share.user_id.id)
            for share in Share.search([("partner_id", "in", moves.partner_id.ids)])
        }
        wanted = [
            {"partner_id": move.partner_id.id, **share}
            for move in moves
            for share in (move.before or {}).get("shares", ())
            if (move.partner_id.id, share["user_id"]) not in present
        ]
        # sudo: whether they still exist
        people = self.env["res.users"].sudo().browse({one["user_id"] for one in wanted})
        alive = set(people.exists().ids)
        Share.create([one for one in wanted if one["user_id"] in alive])
        return super()._crm_put_back_more(moves)
