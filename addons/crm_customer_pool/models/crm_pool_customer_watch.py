from odoo import api, fields, models
from odoo.tools import SQL


class CrmPoolCustomer(models.Model):
    _inherit = "crm.pool.customer"

    is_watched = fields.Boolean(
        "Watched by Me", compute="_compute_is_watched", search="_search_is_watched"
    )

    @api.depends_context("uid")
    def _compute_is_watched(self):
        watched = set(
            self.env["crm.pool.watch"]
            .search(
                [
                    ("user_id", "=", self.env.uid),
                    ("customer_res_id", "in", self.ids),
                ]
            )
            .mapped("customer_res_id")
        )
        for customer in self:
            customer.is_watched = customer.id in watched

    @api.model
    def _search_is_watched(self, operator, value):
        if operator != "in":
            return NotImplemented
        watched = (
            self.env["crm.pool.watch"]
            .search([("user_id", "=", self.env.uid)])
            .mapped("customer_res_id")
        )
        return [("id", "in" if True in value else "not in", watched)]

    def action_watch(self):
        """Keep an eye on these pooled customers.

        You are told when one is claimed or assigned, and when it can be claimed again.

        :return: True
        :raise AccessError: a customer of a pool that you do not see
        """
        self._crm_check_chosen()
        self.check_access("read")
        # sudo: the row is the current user's own
        Watch = self.env["crm.pool.watch"].sudo()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_pool_watch
                       (user_id, customer_res_id, create_uid, create_date, write_uid,
                        write_date)
                SELECT %(user)s, chosen.id, %(user)s, now() AT TIME ZONE 'UTC',
                       %(user)s, now() AT TIME ZONE 'UTC'
                  FROM unnest(%(ids)s) AS chosen (id)
                    ON CONFLICT DO NOTHING
             RETURNING id
                """,
                user=self.env.uid,
                ids=self.ids,
            )
        )
        Watch.invalidate_model()
        self.invalidate_recordset(["is_watched"])
        return True

    def action_unwatch(self):
        """Watch these customers no more; return True."""
        self.env["crm.pool.watch"].search(
            [("user_id", "=", self.env.uid), ("customer_res_id", "in", self.ids)]
        ).unlink()
        self.invalidate_recordset(["is_watched"])
        return True
