from odoo import api, models
from odoo.tools import SQL

# what makes an opportunity, opens and closes it, and says whose it is
TOLD = frozenset(
    {"active", "date_conversion", "partner_id", "probability", "stage_id", "type"}
)


class CrmLead(models.Model):
    """Opportunities are facts of their customer, which the clocks of pools read.

    Since when there has been one, and whether one is open now; see
    ``res.partner._crm_note_facts``.
    """

    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._crm_note_opportunities(leads._crm_opportunity_customers())
        return leads

    def write(self, vals):
        if TOLD.isdisjoint(vals):
            return super().write(vals)
        before = self._crm_opportunity_customers()
        result = super().write(vals)
        self._crm_note_opportunities(before | self._crm_opportunity_customers())
        return result

    def unlink(self):
        customers = self._crm_opportunity_customers()
        result = super().unlink()
        self._crm_note_opportunities(customers)
        return result

    def _crm_after_restore(self):
        result = super()._crm_after_restore()
        self._crm_note_opportunities(self._crm_opportunity_customers())
        return result

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_opportunity_customers(self):
        """Return the customers (res.partner, sudo) of the opportunities among these."""
        # sudo: which customer it is, whoever changes the opportunity
        opportunities = self.sudo().filtered(lambda lead: lead.type == "opportunity")
        return opportunities.partner_id.crm_customer_id

    @api.model
    def _crm_note_opportunities(self, customers):
        """Note what is true now of the opportunities of customers, in one query.

        :param customers: res.partner records
        """
        if not customers:
            return
        self.flush_model(["partner_id", "won_status", *TOLD])
        customers.flush_model(["crm_customer_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.crm_customer_id,
                       date_trunc('second', max(
                           COALESCE(lead.date_conversion, lead.create_date)
                       )),
                       bool_or(lead.active AND lead.won_status = 'pending')
                  FROM crm_lead lead
                  JOIN res_partner partner ON partner.id = lead.partner_id
                 WHERE lead.type = 'opportunity' AND partner.crm_customer_id IN %s
                 GROUP BY partner.crm_customer_id
                """,
                tuple(customers.ids),
            )
        )
        known = {id_: (last, is_open) for id_, last, is_open in rows}
        facts = {}
        for id_ in customers.exists().ids:
            last, is_open = known.get(id_, (False, False))
            facts[id_] = {
                "last_opportunity_at": last,
                "crm_has_open_opportunity": is_open,
            }
        self.env["res.partner"]._crm_note_facts(facts)
