from odoo import api, models
from odoo.tools import SQL


class ResUsers(models.Model):
    """Who stands above somebody in the organisation."""

    _inherit = "res.users"

    @api.model
    def _crm_superiors_query(self, user_id):
        """Return the SQL of the nearest leaders above a user, rows of ``user_id``.

        Of each team that the user is in or leads: its leader or, where there is none,
        where it is the user, or where that account is closed, the next one above.

        :param SQL user_id: expression of the id of the user
        """
        return SQL(
            """
            SELECT DISTINCT nearest.user_id
              FROM crm_team own
             CROSS JOIN LATERAL (
                   SELECT above.user_id
                     FROM crm_team above
                     JOIN res_users leader
                       ON leader.id = above.user_id AND leader.active
                    WHERE own.parent_path LIKE above.parent_path || %(any)s
                      AND above.active
                      AND above.user_id != %(user)s
                    ORDER BY length(above.parent_path) DESC
                    LIMIT 1
                   ) nearest
             WHERE own.active
               AND (own.user_id = %(user)s OR own.id IN (
                    SELECT crm_team_id FROM crm_team_member
                     WHERE user_id = %(user)s AND active
                   ))
            """,
            user=user_id,
            any="%",
        )

    def _crm_superiors(self):
        """Return the nearest leaders above this user (res.users, sudo)."""
        self.ensure_one()
        self.flush_model(["active"])
        self.env["crm.team"].flush_model(["active", "parent_path", "user_id"])
        self.env["crm.team.member"].flush_model(["active", "crm_team_id", "user_id"])
        rows = self.env.execute_query(self._crm_superiors_query(SQL("%s", self.id)))
        # sudo: who leads whom is told by who asks
        return self.sudo().browse(user_id for (user_id,) in rows)
