from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmExportQuota(models.Model):
    """How many rows a person has exported on a day: one row, counted up in place.

    Two exports at once write the same row; the second one waits, is refused by
    PostgreSQL and is replayed by Odoo with the first one's rows in sight.
    """

    _name = "crm.export.quota"
    _description = "Exported Rows of a Day"
    _log_access = False
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    day = fields.Date(required=True)
    rows = fields.Integer(required=True)

    _user_day_uniq = models.UniqueIndex("(user_id, day)", "One row per person and day.")

    @api.model
    def _crm_reserve(self, rows):
        """Count rows (int) that the user is about to take away today.

        :raise UserError: when they are more than the company allows in a day
        """
        day = fields.Date.context_today(self)
        ((total,),) = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_export_quota AS quota (user_id, day, rows)
                     VALUES (%(user)s, %(day)s, %(rows)s)
                ON CONFLICT (user_id, day)
                  DO UPDATE SET rows = quota.rows + %(rows)s
                  RETURNING rows
                """,
                user=self.env.uid,
                day=day,
                rows=rows,
            )
        )
        limit = self.env.company.crm_export_daily_rows
        if limit and total > limit:
            raise UserError(
                self.env._(
                    "You may export %(limit)s rows a day. %(done)s are taken today,"
                    " this would be %(rows)s more. Narrow the list, or ask whoever"
                    " sets up the CRM for a higher limit.",
                    limit=limit,
                    done=total - rows,
                    rows=rows,
                )
            )

    @api.autovacuum
    def _gc_quotas(self):
        """Forget the days before yesterday; the log of exports keeps them."""
        before = fields.Date.today() - timedelta(days=2)
        old = self.search([("day", "<", before)], limit=1000)
        old.unlink()
        return len(old), len(old) == 1000
