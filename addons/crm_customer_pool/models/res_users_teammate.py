from odoo import models
from odoo.tools import SQL, ormcache


class ResUsers(models.Model):
    """Who stands beside somebody in the organisation."""

    _inherit = "res.users"

    @ormcache("self.id")
    def _crm_teammate_ids(self):
        """Return the ids (tuple of int) of those who share a team with this user.

        Members and the leader of a team share it. The cache is dropped with the
        scope's.
        """
        self.env["crm.pool"]._crm_flush_members()
        people = SQL(
            """
            SELECT crm_team_id AS team_id, user_id FROM crm_team_member WHERE active
             UNION
            SELECT id, user_id FROM crm_team WHERE user_id IS NOT NULL
            """
        )
        return tuple(
            user_id
            for (user_id,) in self.env.execute_query(
                SQL(
                    """
                    WITH people AS (%s)
                    SELECT DISTINCT mate.user_id
                      FROM people own
                      JOIN crm_team team ON team.id = own.team_id AND team.active
                      JOIN people mate ON mate.team_id = own.team_id
                     WHERE own.user_id = %s AND mate.user_id <> own.user_id
                     ORDER BY 1
                    """,
                    people,
                    self.id,
                )
            )
        )
