from odoo import fields, models
from odoo.tools import SQL


class CrmPoolQuota(models.Model):
    """One row per person, written by whatever is counted against the person's limits.

    Two tabs of one salesperson claim different customers, so no customer's row stops
    them from overrunning a limit together. Both write this row; the second one waits,
    is refused by PostgreSQL, and is replayed by Odoo with the first one's claims in
    sight. A mere lock would let it go on counting in its old snapshot.
    """

    _name = "crm.pool.quota"
    _description = "Serialization of Limits"
    _log_access = False
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    revision = fields.Integer(default=1, required=True)

    _user_uniq = models.UniqueIndex("(user_id)", "One row per person.")

    def _crm_serialize(self, user):
        """Let nobody else count against the limits of ``user`` in this transaction."""
        self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_pool_quota AS quota (user_id, revision)
                     VALUES (%s, 1)
                ON CONFLICT (user_id)
                  DO UPDATE SET revision = quota.revision + 1
                  RETURNING revision
                """,
                user.id,
            )
        )
