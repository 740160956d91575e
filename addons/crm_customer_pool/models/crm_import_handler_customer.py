from odoo import api, models

from .crm_pool_intake import STRAIGHT_KEY


class CrmImportHandlerCustomer(models.AbstractModel):
    """New rows of an import that go straight into a pool, with their contacts."""

    _inherit = "crm.import.handler.customer"

    @api.model
    def _crm_check(self, batch, lines, targets):
        if batch.pool_id:
            for line in lines:
                if line.vals.get("user_id"):
                    line.refuse(
                        None,
                        "pool_owner",
                        self.env._(
                            "A customer that goes into a pool has no owner: leave out"
                            " the column of the person in charge."
                        ),
                    )
        return super()._crm_check(batch, lines, targets)

    @api.model
    def _crm_store(self, batch, lines):
        if not batch.pool_id:
            return super()._crm_store(batch, lines)
        # asked once more when it runs: rights may have ended since
        pool = self.env["crm.pool"]._crm_administrated(batch.pool_id.id)
        straight = pool._crm_straight(batch.name, f"import-{batch.id}")
        handler = self.with_context(**{STRAIGHT_KEY: straight})
        return super(CrmImportHandlerCustomer, handler)._crm_store(batch, lines)

    @api.model
    def _crm_take_room(self, batch, line, rooms):
        # nobody owns what goes into a pool
        return bool(batch.pool_id) or super()._crm_take_room(batch, line, rooms)

    @api.model
    def _crm_add_contacts(self, batch, joining):
        if not batch.pool_id:
            return super()._crm_add_contacts(batch, joining)
        pooled = [pair for pair in joining if pair[0].created]
        super()._crm_add_contacts(
            batch, [pair for pair in joining if pair not in pooled]
        )
        # sudo: the customers were made just now, and are out of sight in their pool
        return super(CrmImportHandlerCustomer, self.sudo())._crm_add_contacts(
            batch, pooled
        )
