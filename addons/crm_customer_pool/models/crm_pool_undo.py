from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.crm_base.tools.arguments import as_text


class CrmPool(models.Model):
    """Batches are undone by their id, whatever they did."""

    _inherit = "crm.pool"

    @api.model
    def action_undo(self, batch_id):
        """Take a batch back: owner, shares, followers, plans, activities, quota.

        Allowed to the boss, to administrators of the pool, to superiors of whoever made
        the batch, and for a day to that person, claims excepted. Customers that changed
        since stay as they are and are listed. The undo is a batch of its own, and that
        of more than 500 runs in the background: ``crm.pool.batch`` tells by its id how
        far it is.

        :param str batch_id: what the method that moved the customers returned
        :return: dict with ``batch_id`` (str, of the undo), ``running`` (bool: it goes
            on in the background), ``undone`` (list of int) and ``refused`` (list of
            dicts ``id``, ``name``, ``reason``), both empty while it runs
        :raise AccessError: the batch is not yours to undo
        :raise UserError: there is no such batch, or it was undone already
        """
        batch = self.env["crm.pool.batch"]
        batch_id = as_text(batch_id)
        if batch_id:
            batch = batch.search([("batch_id", "=", batch_id)])
        if not batch:
            raise UserError(self.env._("There is no such batch."))
        return batch._crm_undo()
