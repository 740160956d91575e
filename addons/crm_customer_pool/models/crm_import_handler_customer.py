from odoo import api, models


class CrmImportHandlerCustomer(models.AbstractModel):
    """Customers that an import puts straight into a pool, with their contacts."""

    _inherit = "crm.import.handler.customer"

    @api.model
    def _crm_becomes_own(self, batch):
        return not batch.pool_id and super()._crm_becomes_own(batch)

    @api.model
    def _crm_take_room(self, batch, line, rooms):
        # nobody owns what goes into a pool
        return bool(self._crm_pool_of(batch, line)) or super()._crm_take_room(
            batch, line, rooms
        )

    @api.model
    def _crm_add_contacts(self, batch, joining):
        pooled = [pair for pair in joining if self._crm_joins_pooled(batch, *pair)]
        super()._crm_add_contacts(
            batch, [pair for pair in joining if pair not in pooled]
        )
        # sudo: this file has brought the customers, and they are out of sight by now
        return super(CrmImportHandlerCustomer, self.sudo())._crm_add_contacts(
            batch, pooled
        )

    @api.model
    def _crm_joins_pooled(self, batch, line, owner):
        """Return whether a contact goes to a customer that this file has pooled (bool).

        :param owner: the line of its customer, or the customer's id
        """
        if not isinstance(owner, int):
            return bool(owner.created and self._crm_pool_of(batch, owner))
        if not line.matches[0].get("row"):
            return False
        # an earlier row that this one repeats
        # sudo: as above
        pool = self.env["res.partner"].sudo().browse(owner).pool_id
        user = self.env.user
        return bool(pool) and (
            user._crm_is_boss() or pool.id in user._crm_pool_ids("admin")
        )
