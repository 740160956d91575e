from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.batch_id import BatchId


class ResPartner(models.Model):
    """What a batch of customers remembers beyond what it does of every record."""

    _inherit = "res.partner"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_transfer(self, user_id, reason="", with_open=True):
        result = super().action_transfer(user_id, reason, with_open)
        if result["moved"]:
            self.env["crm.pool.batch"]._crm_record(
                "transfer",
                result["batch_id"],
                result["moved"],
                to_user=self.env["res.users"].browse(user_id),
                reason=reason,
            )
        return result

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_enter_pool(self, pool, reason, *, batch_id=False, **more):
        if batch_id:
            # before anything else about them is changed, locks for example
            self = self._crm_remembering()  # noqa: PLW0642 the same customers
        return super()._crm_enter_pool(pool, reason, batch_id=batch_id, **more)

    def _crm_change_owner(
        self, user, kind, reason="", *, with_open=True, log=None, **extra
    ):
        extra["by_partner"] = self._crm_remember(
            kind, extra.get("by_partner"), extra, with_open=with_open
        )
        return super()._crm_change_owner(
            user, kind, reason, with_open=with_open, log=log, **extra
        )

    @api.model
    def _crm_new_batch_id(self):
        return BatchId.of(self.env)

    def _crm_remember_more(self):
        # the log of changes knows the follow-ups of a customer by the customer
        return {}

    def _crm_family_sql(self):
        return SQL(
            "SELECT id, crm_customer_id AS root FROM res_partner"
            " WHERE crm_customer_id IN %s",
            tuple(self.ids),
        )

    def _crm_shares_sql(self):
        return SQL(
            """
            SELECT share.partner_id AS id,
                   jsonb_agg(jsonb_build_object(
                       'user_id', share.user_id, 'mode', share.mode,
                       'until', share.until, 'note', share.note
                   ) ORDER BY share.id) AS found
              FROM crm_share share
             WHERE share.partner_id IN %s
             GROUP BY 1
            """,
            tuple(self.ids),
        )

    def _crm_open_work(self):
        """Return the open work of the owners on their customers, as JSON, by id.

        :return: dict of customer id to dict of model name to list of ids
        """
        family = self._crm_family()
        customer_of = {partner.id: partner.crm_customer_id for partner in family}
        found = {}
        for entry in self.env["res.users"]._crm_handover_models():
            if not entry.partner_field:
                continue
            # sudo: what hangs on the customer, whoever made it
            records = (
                self.env[entry.model]
                .sudo()
                .search(
                    Domain(entry.open_domain)
                    & Domain(entry.user_field, "in", self.user_id.ids)
                    & Domain(entry.partner_field, "in", family.ids),
                    order="id",
                )
            )
            for record in records:
                partner = record[entry.partner_field]
                customer = customer_of[
                    partner if isinstance(partner, int) else partner.id
                ]
                if record[entry.user_field] == customer.user_id:
                    found.setdefault(customer.id, {}).setdefault(
                        entry.model, []
                    ).append(record.id)
        return found
