from odoo import models
from odoo.tools import SQL


class ResUsers(models.Model):
    _inherit = "res.users"

    def _crm_superiors(self):
        """Return the nearest leaders above this user (res.users, sudo).

        The leader of each team that the user is in; of a team that the user leads, the
        leader of the next team above.
        """
        self.ensure_one()
        self.env["crm.pool"]._crm_flush_members()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT leader.user_id
                  FROM crm_team own
                  CROSS JOIN LATERAL (
                        SELECT team.user_id
                          FROM crm_team team
                         WHERE own.parent_path LIKE team.parent_path || %(any)s
                           AND team.active
                           AND team.user_id <> %(user)s
                         ORDER BY length(team.parent_path) DESC
                         LIMIT 1
                       ) AS leader
                 WHERE own.active
                   AND (own.user_id = %(user)s OR EXISTS (
                        SELECT FROM crm_team_member member
                         WHERE member.crm_team_id = own.id
                           AND member.user_id = %(user)s AND member.active
                       ))
                """,
                any="%",
                user=self.id,
            )
        )
        # sudo: who leads whom is told by who asks
        return self.sudo().browse(user_id for (user_id,) in rows)
