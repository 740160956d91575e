import json

from odoo import fields, models
from odoo.tools import SQL

from .crm_pool_mixin_batch import BEFORE_KEY, Before
from .crm_pool_mixin_recycle import TOLD_KEY, Told

WRITTEN = (
    "user_id",
    "owner_since",
    "pool_id",
    "pooled_at",
    "pool_former_owner_id",
    "pool_reason_id",
    "next_followup_at",
)


class Returning(Before):
    """What customers were like whose facts are written with all the rest."""


class ResPartner(models.Model):
    """A pool takes customers back by its rules: what a release does, for thousands.

    Ends what :meth:`_crm_enter_pool` ends, by the same hooks, and writes the same rows
    with a few statements for all of them. The ledger keeps under ``batch_id`` what is
    needed to take the batch back (``crm.pool.action_undo``).
    """

    _inherit = "res.partner"

    def _crm_take_back(self, pool, dues, batch_id):
        customers = self.with_context(tracking_disable=True)
        before = customers._crm_before()
        # what is open is known from here on
        customers = customers.with_context(**{BEFORE_KEY: Returning(before)})
        family = customers._crm_family()
        customers._crm_end_open(family, pool, before)
        self.env.flush_all()
        customers._crm_insert_returned(
            family - customers,
            pool,
            customers._crm_returned_json(dues, before),
            batch_id,
        )

    def _crm_open_plans(self):
        plans, activities = super()._crm_open_plans()
        if isinstance(self.env.context.get(BEFORE_KEY), Returning):
            # when all are called off there is no next one
            plans = plans._crm_facts_later()
        return plans, activities

    def _crm_end_open(self, family, pool, before):
        """End what is open on these customers, where there is something.

        :param family: the customers and their contacts
        :param dict before: what :meth:`_crm_before` has found
        """

        def having(name):
            return self.browse(id_ for id_, one in before.items() if one[name])

        locked = self.browse(
            id_ for id_, one in before.items() if one["values"]["pool_locked_until"]
        )
        if locked:
            locked._crm_unlock(self.env._("The lock had ended"))
        if followed := having("followers"):
            followed._crm_family()._crm_end_following()
        family._crm_end_work(
            self.env._("It went into the pool %(pool)s.", pool=pool.name)
        )
        if lent := having("shares"):
            lent._crm_end_shares(self.env["res.users"])

    def _crm_returned_json(self, dues, before):
        """Return what the statements need to know about each customer (str)."""
        self.fetch(["name", "mnemonic", "customer_no", "is_company"])
        returned = []
        for customer in self:
            due = dues[customer.id]
            name, key = self._crm_pool_names(
                customer.name,
                customer.mnemonic,
                customer.customer_no,
                customer.is_company,
            )
            returned.append(
                {
                    "id": customer.id,
                    "pool_name": name,
                    "search_key": key,
                    "rule_id": due.rule_id,
                    "reason": customer._crm_told(due),
                    "before": before[customer.id],
                }
            )
        return json.dumps(returned)

    def _crm_told(self, due):
        """Return why a customer goes back, in words (str), as known in this run."""
        told = self.env.context.get(TOLD_KEY)
        if not isinstance(told, Told):
            return self._crm_deadline_text(due)
        text = told.get(due[1:])
        if text is None:
            text = told[due[1:]] = self._crm_deadline_text(due)
        return text

    def _crm_insert_returned(self, contacts, pool, returned, batch_id):
        """Write customers, contacts, ledger and change log, a statement each."""
        now = fields.Datetime.now()
        known = SQL(
            """
            jsonb_to_recordset(%s::jsonb) AS known(
                id int, pool_name varchar, search_key varchar, rule_id int,
                reason varchar, before jsonb)
            """,
            returned,
        )
        # the owners are read before they are written
        self._crm_log_returned(contacts, pool, now)
        moves = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_owner_move
                       (create_uid, create_date, write_uid, write_date, partner_id,
                        partner_name, kind, from_user_id, reason, batch_id, moved_at,
                        actor_id, company_id, pool_id, rule_id, before)
                SELECT %(uid)s, %(now)s, %(uid)s, %(now)s, partner.id, partner.name,
                       'recycle', partner.user_id, known.reason, %(batch)s, %(now)s,
                       %(uid)s, partner.company_id, %(pool)s, known.rule_id,
                       known.before
                  FROM %(known)s
                  JOIN res_partner partner ON partner.id = known.id
                 ORDER BY partner.id
             RETURNING id
                """,
                uid=self.env.uid,
                now=now,
                batch=batch_id,
                pool=pool.id,
                known=known,
            )
        )
        self._crm_update_returned(contacts, pool, now, known)
        self.env.invalidate_all()
        self._crm_changed_by_sql("write", WRITTEN)
        contacts._crm_changed_by_sql("write", ("user_id",))
        moves = self.env["crm.owner.move"].browse(id_ for (id_,) in moves)
        moves._crm_changed_by_sql("create")

    def _crm_update_returned(self, contacts, pool, now, known):
        """Write the customers and their contacts."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner partner
                   SET user_id = NULL, owner_since = %(now)s, pool_id = %(pool)s,
                       pooled_at = %(now)s, pool_former_owner_id = partner.user_id,
                       pool_reason_id = NULL, pool_name = known.pool_name,
                       pool_search_key = known.search_key, pool_deadline = NULL,
                       pool_deadline_rule_id = NULL, pool_clock = NULL,
                       pool_clock_at = NULL, next_followup_at = NULL,
                       write_uid = %(uid)s, write_date = %(now)s
                  FROM %(known)s
                 WHERE partner.id = known.id
                """,
                now=now,
                pool=pool.id,
                uid=self.env.uid,
                known=known,
            )
        )
        if contacts:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE res_partner
                       SET user_id = NULL, write_uid = %s, write_date = %s
                     WHERE id IN %s AND is_crm_customer IS NOT TRUE
                    """,
                    self.env.uid,
                    now,
                    tuple(contacts.ids),
                )
            )

    def _crm_log_returned(self, contacts, pool, now):
        """Write into the change log who loses these customers to which pool."""
        log = self.env["crm.change.log"]
        author = log._crm_log_author()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_change_log
                       (create_uid, create_date, write_uid, write_date, logged_at,
                        user_id, user_name, role, ip_address, door, model, res_id,
                        kind, field_name, old_value, new_value, record_name,
                        customer_res_id, company_id)
                SELECT %(uid)s, %(now)s, %(uid)s, %(now)s, %(now)s, %(uid)s, %(name)s,
                       %(role)s, %(address)s, %(door)s, 'res.partner', partner.id,
                       'write', change.field_name, change.old_value, change.new_value,
                       COALESCE(partner.complete_name, partner.name),
                       partner.crm_customer_id, partner.company_id
                  FROM res_partner partner
                  LEFT JOIN res_users owner ON owner.id = partner.user_id
                  LEFT JOIN res_partner person ON person.id = owner.partner_id
                 CROSS JOIN LATERAL (
                       VALUES ('user_id',
                               jsonb_build_array(partner.user_id, person.name),
                               NULL::jsonb),
                              ('pool_id', NULL::jsonb,
                               jsonb_build_array(%(pool)s, %(pool_name)s::varchar))
                       ) AS change(field_name, old_value, new_value)
                 WHERE partner.id IN %(ids)s
                   AND (partner.is_crm_customer OR change.field_name = 'user_id')
                   AND (partner.user_id IS NOT NULL OR change.field_name = 'pool_id')
                """,
                uid=author["user_id"],
                now=now,
                name=author["user_name"],
                role=author["role"],
                address=author["ip_address"],
                door=log._crm_door(),
                pool=pool.id,
                pool_name=pool.name,
                ids=(*self.ids, *contacts.ids),
            )
        )
