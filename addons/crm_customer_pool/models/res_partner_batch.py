from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.batch_id import BatchId
from .crm_owner_move import POOL_OUT
from .crm_owner_move_batch import OVERWRITTEN, UNDOABLE

BEFORE_KEY = "crm_pool_before"


class Before(dict):
    """What customers were like, by id. A class, so that no caller can pass it in."""


class ResPartner(models.Model):
    """Batches remember what they put an end to, so that they can be taken back."""

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
            # sudo: the whole of it, before what is open on them is called off
            self = self.with_context(  # noqa: PLW0642 the same customers
                **{BEFORE_KEY: Before(self.sudo()._crm_before())}
            )
        return super()._crm_enter_pool(pool, reason, batch_id=batch_id, **more)

    def _crm_change_owner(
        self, user, kind, reason="", *, with_open=True, log=None, **extra
    ):
        if extra.get("batch_id") and kind in UNDOABLE and self:
            before = self.env.context.get(BEFORE_KEY)
            if not isinstance(before, Before):
                # sudo: the whole of it, whoever moves the customers
                customers = self.sudo()
                before = (
                    {
                        customer.id: {"values": customer._crm_overwritten()}
                        for customer in customers
                    }
                    if kind in POOL_OUT
                    else customers._crm_before(with_open)
                )
            given = extra.get("by_partner") or {}
            extra["by_partner"] = {
                id_: {**given.get(id_, {}), "before": before[id_]}
                for id_ in self.ids
                if id_ in before
            }
        return super()._crm_change_owner(
            user, kind, reason, with_open=with_open, log=log, **extra
        )

    @api.model
    def _crm_new_batch_id(self):
        return BatchId.of(self.env)

    def _crm_open_plans(self):
        before = self.env.context.get(BEFORE_KEY)
        if not isinstance(before, Before):
            return super()._crm_open_plans()
        return tuple(
            self.env[model].browse(id_ for one in before.values() for id_ in one[key])
            for model, key in (
                ("crm.followup", "plans"),
                ("mail.activity", "activities"),
            )
        )

    def _crm_overwritten(self):
        """Return the values (dict) of this customer that a move overwrites, as JSON."""
        values = {}
        for name in OVERWRITTEN:
            value = self[name]
            if self._fields[name].type == "datetime":
                value = fields.Datetime.to_string(value)
            elif self._fields[name].type == "many2one":
                value = value.id
            values[name] = value or False
        return values

    def _crm_before(self, with_open=False):
        """Return what a move puts an end to, a dict of id to what JSON can carry.

        :param bool with_open: also what changes hands with the customers
        """
        self.env.flush_all()
        before = {
            id_: {
                "values": values,
                "shares": shares or [],
                "followers": followers or [],
                "plans": plans or [],
                "activities": activities or [],
            }
            for id_, values, shares, followers, plans, activities in (
                self.env.execute_query(self._crm_before_sql())
            )
        }
        if with_open:
            for id_, opened in self._crm_open_work().items():
                before[id_]["open"] = opened
        return before

    def _crm_before_sql(self):
        """Return the SQL giving (id, values, shares, followers, plans, activities)."""
        return SQL(
            """
            WITH family AS MATERIALIZED (
                SELECT id, crm_customer_id
                  FROM res_partner
                 WHERE crm_customer_id IN %(ids)s
            ), share AS (
                SELECT share.partner_id AS id,
                       jsonb_agg(jsonb_build_object(
                           'user_id', share.user_id, 'mode', share.mode,
                           'until', share.until, 'note', share.note
                       ) ORDER BY share.id) AS found
                  FROM crm_share share
                 WHERE share.partner_id IN %(ids)s
                 GROUP BY 1
            ), follower AS (
                SELECT family.crm_customer_id AS id,
                       jsonb_agg(jsonb_build_array(
                           follower.res_id, follower.partner_id, ARRAY(
                               SELECT rel.mail_message_subtype_id
                                 FROM mail_followers_mail_message_subtype_rel rel
                                WHERE rel.mail_followers_id = follower.id
                           )
                       ) ORDER BY follower.id) AS found
                  FROM family
                  JOIN mail_followers follower ON follower.res_id = family.id
                   AND follower.res_model = 'res.partner'
                  JOIN res_partner person ON person.id = follower.partner_id
                   AND person.partner_share IS NOT TRUE
                 GROUP BY 1
            ), plan AS (
                SELECT family.crm_customer_id AS id,
                       array_agg(plan.id ORDER BY plan.id) AS found
                  FROM family
                  JOIN crm_followup plan ON plan.partner_id = family.id
                   AND plan.state = 'planned'
                 GROUP BY 1
            ), activity AS (
                SELECT family.crm_customer_id AS id,
                       array_agg(activity.id ORDER BY activity.id) AS found
                  FROM family
                  JOIN mail_activity activity ON activity.res_id = family.id
                   AND activity.res_model = 'res.partner' AND activity.active
                 GROUP BY 1
            )
            SELECT customer.id, %(values)s, share.found, follower.found, plan.found,
                   activity.found
              FROM res_partner customer
              LEFT JOIN share ON share.id = customer.id
              LEFT JOIN follower ON follower.id = customer.id
              LEFT JOIN plan ON plan.id = customer.id
              LEFT JOIN activity ON activity.id = customer.id
             WHERE customer.id IN %(ids)s
            """,
            ids=tuple(self.ids),
            values=self._crm_overwritten_sql(),
        )

    @api.model
    def _crm_overwritten_sql(self):
        """Return the SQL of what :meth:`_crm_overwritten` gives, of ``customer``."""
        pairs = []
        for name in OVERWRITTEN:
            value = SQL.identifier("customer", name)
            if self._fields[name].type == "datetime":
                value = SQL("to_char(%s, 'YYYY-MM-DD HH24:MI:SS')", value)
            # what is empty is false, as the ORM says it
            pairs.append(
                SQL("%s::text, COALESCE(to_jsonb(%s), 'false'::jsonb)", name, value)
            )
        return SQL("jsonb_build_object(%s)", SQL(", ").join(pairs))

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
