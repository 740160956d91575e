from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmDuplicateQuota(models.Model):
    """How much each person has looked up within the running hour.

    One row a person, so that two searches at the same moment meet in it: PostgreSQL
    refuses the second one, and Odoo runs it again on the count that the first one left.
    """

    _name = "crm.duplicate.quota"
    _description = "Count of Duplicate Checks"
    _log_access = False
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    started_at = fields.Datetime(required=True)
    used = fields.Integer(required=True)

    _user_uniq = models.UniqueIndex("(user_id)", "One row per person.")

    @api.model
    def _crm_use(self, count):
        """Count look-ups of the current user.

        :param int count: how many rows are about to be looked up
        :raise UserError: when the company's limit for an hour is reached
        """
        limit = self.env.company.crm_duplicate_hourly
        [(used,)] = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_duplicate_quota AS quota (user_id, started_at, used)
                     VALUES (%(user)s, %(now)s, %(count)s)
                ON CONFLICT (user_id) DO UPDATE
                        SET used = CASE
                                WHEN quota.started_at > %(now)s - INTERVAL '1 hour'
                                THEN quota.used ELSE 0 END + %(count)s,
                            started_at = CASE
                                WHEN quota.started_at > %(now)s - INTERVAL '1 hour'
                                THEN quota.started_at ELSE %(now)s END
                  RETURNING used
                """,
                user=self.env.uid,
                now=fields.Datetime.now(),
                count=count,
            )
        )
        if limit and used > limit:
            raise UserError(
                self.env._(
                    "You have looked up %(limit)s customers within one hour, which is"
                    " the limit of your company. Go on later, or ask your manager.",
                    limit=limit,
                )
            )
