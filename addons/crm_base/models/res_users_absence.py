from odoo import api, fields, models
from odoo.fields import Domain

from .res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    """Who decides for whom, and who is at work."""

    _inherit = "res.users"

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem("crm.absence", "user_id", HISTORY),
            DeskItem("crm.absence", "arbiter_id", HISTORY),
            DeskItem(
                "crm.absence",
                "substitute_id",
                [("state", "!=", "cancelled"), ("date_to", ">=", "today")],
                "drop",
            ),
        ]

    def _crm_absence_rule(self):
        """Return the record rule for reading absences: the scope's, and substitutes."""
        self.ensure_one()
        owned = self._crm_owner_domain("read")
        return (
            owned if owned.is_true() else owned | Domain("substitute_id", "=", self.id)
        )

    def _crm_decides_for(self, owner):
        """Return whether this user is a superior of somebody else (bool).

        The boss decides for everybody, also for himself.
        """
        self.ensure_one()
        if not self._crm_has_group("crm_base.group_manager"):
            return False
        ids = self._crm_scope_ids("write")
        return ids is None or (owner.id in ids and owner.id != self.id)

    def _crm_absent_on(self, date=None):
        """Return those of these users (res.users) who are away on a day.

        :param date date: the day, today by default
        """
        day = date or fields.Date.context_today(self)
        # sudo: that somebody is away matters to whoever reckons with it
        away = (
            self.env["crm.absence"]
            .sudo()
            .search(
                [
                    ("user_id", "in", self.ids),
                    ("state", "=", "confirmed"),
                    ("date_from", "<=", day),
                    ("date_to", ">=", day),
                ]
            )
        )
        return self & away.user_id.sudo(False)
