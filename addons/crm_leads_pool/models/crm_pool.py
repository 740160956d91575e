from odoo import api, fields, models


class CrmPool(models.Model):
    """Pools that hold leads."""

    _inherit = "crm.pool"

    holds = fields.Selection(
        selection_add=[("lead", "Leads")],
        ondelete={"lead": lambda pools: pools._crm_retire()},
    )

    @api.model
    def _crm_held_models(self):
        return {**super()._crm_held_models(), "lead": "crm.lead"}

    @api.model
    def _crm_triggers(self):
        return {**super()._crm_triggers(), "lead": {"no_followup", "no_conversion"}}

    def create_leads(self, vals_list, reason=""):
        """Enter leads straight into this pool, without an owner in between.

        Allowed to its administrators and the boss. Nobody's limit counts.

        :param list[dict] vals_list: values as for creating a lead, without owner
        :param str reason: kept in the ledger
        :return: ids (list of int) of the leads, which are those in the pool
        :raise AccessError: somebody else administrates this pool
        :raise UserError: an owner is named, or the pool takes in something else
        """
        return self._crm_create_held(
            "crm.lead", vals_list, {}, {"type": "lead"}, reason
        )
