from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL


class CrmPoolMixin(models.AbstractModel):
    """What outsiders answer by e-mail while a record waits in a pool.

    The message is kept on the record, where whoever claims it reads it. Until then
    administrators of the pool are told that there is one, and members see when it came:
    neither what it says nor whom it is from.
    """

    _inherit = "crm.pool.mixin"

    @api.model
    def _crm_threads_sql(self):
        """Hook: return the SQL of the ids that people write to about a record.

        They are of this model. The table has the alias ``record``.
        """
        return SQL("record.id")

    @api.model
    def _crm_answers_sql(self):
        """Return the SQL (FROM and WHERE) of the answers to a pooled record.

        The table of the record has the alias ``record``, that of the answers
        ``answer``. See ``mail.message._crm_came_in``.
        """
        return SQL(
            """
              FROM mail_message answer
             WHERE answer.model = %s AND answer.res_id IN (%s)
               AND answer.message_type = 'email' AND answer.create_uid = %s
               AND answer.crm_is_automatic IS NOT TRUE
               AND answer.create_date >= record.pooled_at
               AND NOT EXISTS (
                   SELECT FROM res_users colleague
                    WHERE colleague.partner_id = answer.author_id
                      AND NOT colleague.share
                   )
            """,
            self._name,
            self._crm_threads_sql(),
            SUPERUSER_ID,
        )

    def _crm_tell_answer(self, message):
        """Tell administrators of the pool that somebody has answered by e-mail.

        Once for as long as a record waits there: for the first answer.

        :param message: an e-mail (mail.message) that came in
        """
        if not self:
            return
        self.flush_model(["pool_id", "pooled_at", "pool_name"])
        message.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT record.pool_id, record.pool_name
                  FROM %s record
                 WHERE record.id IN %s AND record.pool_id IS NOT NULL
                   AND (SELECT array_agg(answer.id) %s) = %s
                """,
                SQL.identifier(self._table),
                tuple(self.ids),
                self._crm_answers_sql(),
                message.ids,
            )
        )
        for pool_id, name in rows:
            # sudo: whoever writes to us does not know our pools
            pool = self.env["crm.pool"].sudo().browse(pool_id)
            for user in pool.admin_ids:
                if pool_id in user._crm_pool_ids("admin"):
                    told = self.with_context(lang=user.lang)
                    user._crm_tell_pool(
                        told.env._("An answer to what waits in a pool"),
                        told.env._(
                            "Somebody has answered by e-mail. Whoever claims it from"
                            " the pool %(pool)s reads the answer.",
                            pool=pool.name,
                        ),
                        [name],
                        1,
                    )
