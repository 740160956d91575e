from odoo import api, fields, models


class CrmImportBatch(models.Model):
    """An import whose new records go straight into a pool."""

    _inherit = "crm.import.batch"

    pool_id = fields.Many2one(
        "crm.pool",
        "New Records into Pool",
        domain="[('is_admin', '=', True), ('holds', '=', pool_kind)]",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="New records of this file have no owner and wait in this pool, of which"
        " you are an administrator. Rows may name another one in a column of their own."
        " Empty: they are yours, or of whom the file names.",
    )
    pool_kind = fields.Char(compute="_compute_pool_kind")
    may_fill_pool = fields.Boolean(compute="_compute_pool_kind")

    @api.depends_context("uid")
    @api.depends("model")
    def _compute_pool_kind(self):
        Pool = self.env["crm.pool"]
        kinds = {model: kind for kind, model in Pool._crm_held_models().items()}
        # sudo: what one's own pools hold, also where the company is another one now
        own = set(Pool.sudo().search([("is_admin", "=", True)]).mapped("holds"))
        for batch in self:
            batch.pool_kind = kinds.get(batch.model, False)
            batch.may_fill_pool = batch.pool_kind in own

    @api.model
    def _crm_kind_labels(self):
        return {
            **super()._crm_kind_labels(),
            "pool": self.env._("Closed pool"),
            "pool_owner": self.env._("Owner beside a pool"),
        }

    def write(self, vals):
        changing = self.filtered(
            lambda batch: "pool_id" in vals and batch.pool_id.id != vals["pool_id"]
        )
        result = super().write(vals)
        # another pool takes in other rows
        changing._crm_check_again()
        return result

    def action_open_records(self):
        """Open what was created and updated, in its pool as long as it waits there.

        :return: the action (dict)
        """
        action = super().action_open_records()
        if not self.pool_kind:
            return action
        # sudo: what is pooled is out of sight; its pool shows what may be seen of it
        pooled = (
            self.env[self.model]
            .sudo()
            .with_context(active_test=False)
            .search_count([*action["domain"], ("pool_id", "!=", False)], limit=1)
        )
        if not pooled:
            return action
        shown = self.env["ir.actions.act_window"]._for_xml_id(
            self.env[self.model]._crm_pooled_action
        )
        return {**shown, "name": self.name, "domain": action["domain"], "context": {}}
