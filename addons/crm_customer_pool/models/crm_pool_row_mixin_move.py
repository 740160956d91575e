from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.crm_base.tools.arguments import as_text


class CrmPoolRowMixin(models.AbstractModel):
    """Moves: administrators of both pools put what is in one into the other."""

    _inherit = "crm.pool.row.mixin"

    # XML id of the action that asks for the other pool, and the field they are in
    _crm_move = ("", "")

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_move(self, pool_id, reason=""):
        """Put pooled customers, or what else they are, into another pool of the kind.

        Allowed to whoever administrates both pools, and to the boss. How long each has
        been pooled, its former owner and the reason of its release stay what they were.

        :param int pool_id: the pool that takes them in
        :param str reason: kept in the ledger
        :return: dict with ``batch_id`` (str), ``moved`` (list of int) and ``refused``
            (list of dicts ``id``, ``name``, ``reason``)
        :raise AccessError: when you do not administrate the pool that takes them in
        :raise UserError: a single one is refused
        """
        self._crm_check_chosen()
        reason = as_text(reason)
        target = self.env["crm.pool"]._crm_administrated(pool_id)
        user = self.env.user
        pool_ids = None if user._crm_is_boss() else user._crm_pool_ids("admin")
        rows = self._crm_lock_pooled(pool_ids)
        refused = self._crm_refuse_gone(rows, pool_ids)
        # sudo: nobody but the boss sees what is pooled as what it is
        records = self._crm_held().sudo().browse(rows)
        for record in records:
            why = target._crm_refuse_record(record)
            if why:
                refused[record.id] = (rows[record.id].name, why)
        if refused and len(self) == 1:
            ((_name, why),) = refused.values()
            raise UserError(why)
        moved = records.filtered(lambda record: record.id not in refused)
        batch_id = self._crm_held()._crm_new_batch_id()
        for source, group in moved.grouped("pool_id").items():
            group._crm_workflow().with_context(tracking_disable=True).write(
                {"pool_id": target.id}
            )
            group._crm_pool_log(
                "repool",
                reason,
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
            "move",
            batch_id,
            len(moved),
            told,
            holds=self._crm_held()._crm_pool_kind,
            pool=target,
            reason=reason,
        )
        return {"batch_id": batch_id, "moved": moved.ids, "refused": told}

    def action_open_move(self):
        """Open the wizard that asks for the other pool; return the action (dict)."""
        xml_id, field = self._crm_move
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["context"] = {f"default_{field}": self.ids}
        return action

    # ------------------------------------------------------------
    # VIEWS
    # ------------------------------------------------------------

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
        if user._crm_is_boss():
            return True
        pools = self.env["crm.pool"].browse(user._crm_pool_ids("admin"))
        # sudo: what kind of pools one administrates
        kinds = pools.sudo().mapped("holds") if len(pools) > 1 else []
        return kinds.count(self._crm_held()._crm_pool_kind) > 1
