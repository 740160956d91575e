from odoo import api, fields, models


class CrmPoolOutcome(models.TransientModel):
    """Says which customers of a batch were refused, and why each."""

    _name = "crm.pool.outcome"
    _description = "Outcome of a Batch"
    _inherit = ["crm.wizard.mixin"]

    summary = fields.Char(readonly=True)
    refused_count = fields.Integer(readonly=True)
    refusals = fields.Text(readonly=True)

    @api.model
    def _crm_show(
        self, summary, refused, home="crm_customer_pool.crm_pool_customer_action"
    ):
        """Return the action (dict) that tells the outcome of a batch.

        :param str summary: what has been done
        :param list[dict] refused: ``name`` and ``reason`` of each refused customer
        :param str home: id of the action to go to when all went well, see
            :meth:`_crm_success`
        """
        if not refused:
            return self._crm_success(summary, home=home)
        outcome = self.create(
            {
                "summary": summary,
                "refused_count": len(refused),
                "refusals": "\n".join(row["reason"] for row in refused),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%(count)s Refused", count=len(refused)),
            "res_model": self._name,
            "res_id": outcome.id,
            "views": [(False, "form")],
            "target": "new",
        }
