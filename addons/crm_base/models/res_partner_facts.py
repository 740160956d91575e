from odoo import api, fields, models


class ResPartner(models.Model):
    """Facts of customers that other addons know and everybody's clocks read.

    Declared here, so that the addon which knows a fact and the one which reads it need
    not know of each other. Without that addon a fact stays empty.
    """

    _inherit = "res.partner"

    crm_contract_end_at = fields.Date(
        "Last Contract Ends",
        readonly=True,
        copy=False,
        help="The last day of the contract that runs longest.",
    )
    crm_has_open_opportunity = fields.Boolean(
        "Has an Open Opportunity", readonly=True, copy=False
    )

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "crm_contract_end_at",
            "crm_has_open_opportunity",
        }

    def _crm_change_ignored(self):
        return super()._crm_change_ignored() | {
            "crm_contract_end_at",
            "crm_has_open_opportunity",
        }

    @api.model
    def _crm_note_facts(self, facts):
        """Keep facts about customers; what depends on them follows at once.

        For addons that know about opportunities, deals and contracts: call it with
        what is true now whenever that changes, ``last_opportunity_at``,
        ``last_deal_at``, ``crm_contract_end_at`` or ``crm_has_open_opportunity``.

        :param dict facts: of customer id to dict of field name to value
        """
        self._crm_write_facts(facts)
