from uuid import uuid4

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.crm_base.tools.arguments import as_text


class CrmPoolCustomer(models.Model):
    """Moves: administrators of both pools put customers from one into the other."""

    _inherit = "crm.pool.customer"

    def action_move(self, pool_id, reason=""):
        """Put pooled customers into another pool.

        Allowed to whoever administrates both pools, and to the boss. How long a
        customer has been pooled, its former owner and the reason of its release stay
        what they were.

        :param int pool_id: the pool that takes them in
        :param str reason: kept in the ledger
        :return: dict with ``batch_id`` (str), ``moved`` (list of int) and ``refused``
            (list of dicts ``id``, ``name``, ``reason``)
        :raise AccessError: when you do not administrate the pool that takes them in
        :raise UserError: a single customer is refused
        """
        self._crm_check_chosen()
        reason = as_text(reason)
        target = self.env["crm.pool"]._crm_administrated(pool_id)
        user = self.env.user
        pool_ids = None if user._crm_is_boss() else user._crm_pool_ids("admin")
        rows = self._crm_lock_pooled(pool_ids)
        refused = self._crm_refuse_gone(rows, pool_ids)
        # sudo: nobody but the boss sees pooled customers as partners
        customers = self.env["res.partner"].sudo().browse(rows)
        for customer in customers:
            why = target._crm_refuse_record(customer)
            if why:
                refused[customer.id] = (rows[customer.id].name, why)
        if refused and len(self) == 1:
            ((_name, why),) = refused.values()
            raise UserError(why)
        moved = customers.filtered(lambda customer: customer.id not in refused)
        batch_id = uuid4().hex
        for source, group in moved.grouped("pool_id").items():
            group._crm_workflow().with_context(tracking_disable=True).write(
                {"pool_id": target.id}
            )
            self.env["crm.owner.move"]._crm_log(
                group,
                "repool",
                self.env["res.users"],
                reason=reason,
                pool_id=target.id,
                from_pool_id=source.id,
                batch_id=batch_id,
            )
        told = [
            {"id": id_, "name": refused[id_][0], "reason": refused[id_][1]}
            for id_ in self.ids
            if id_ in refused
        ]
        self.env["crm.pool.batch"]._crm_record(
            "move", batch_id, len(moved), told, pool=target, reason=reason
        )
        return {"batch_id": batch_id, "moved": moved.ids, "refused": told}

    def action_open_move(self):
        """Open the wizard that asks for the other pool; return the action (dict)."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_pool.crm_pool_move_action"
        )
        action["context"] = {"default_customer_ids": self.ids}
        return action

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._crm_may_move())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if not self._crm_may_move():
            for button in arch.xpath("//button[@name='action_open_move']"):
                button.getparent().remove(button)
        return arch, view

    @api.model
    def _crm_may_move(self):
        """Return whether there are pools between which the user may move (bool)."""
        user = self.env.user
        return user._crm_is_boss() or len(user._crm_pool_ids("admin")) > 1
