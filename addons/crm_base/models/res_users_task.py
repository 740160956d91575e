from datetime import datetime, time, timedelta

import pytz

from odoo import api, models
from odoo.fields import Domain
from odoo.modules.module import get_module_icon

from .crm_task import OPEN_STATES
from .res_users import HandoverModel
from .res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    """Whose tasks somebody sees, hands over, and finds in the menu of activities."""

    _inherit = "res.users"

    def _crm_task_rule(self, mode, prefix=""):
        """Return the record rule of tasks: those that the scope made or executes.

        :param str mode: ``read`` or ``write``
        :param str prefix: path to the task, for what hangs on it
        """
        made = self._crm_owner_domain(mode, f"{prefix}creator_id")
        if made.is_true():
            return made
        return made | self._crm_owner_domain(mode, f"{prefix}executor_ids")

    @api.model
    def _crm_handover_models(self):
        domain = [("state", "in", OPEN_STATES)]
        return [
            *super()._crm_handover_models(),
            HandoverModel("crm.task", "user_id", domain, "partner_id"),
            # what somebody else has finished still has to be confirmed
            HandoverModel(
                "crm.task",
                "creator_id",
                [("state", "in", (*OPEN_STATES, "done"))],
                "partner_id",
            ),
        ]

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem(
                "crm.task",
                "helper_ids",
                [("state", "in", OPEN_STATES)],
                "replace",
                "partner_id",
            ),
            # follows from the two fields that are handed over
            DeskItem("crm.task", "executor_ids", HISTORY),
            DeskItem("crm.task", "done_by_id", HISTORY),
            *(
                DeskItem("crm.task.log", field, HISTORY)
                for field in ("user_id", "from_user_id", "to_user_id")
            ),
        ]

    @api.model
    def _get_activity_groups(self):
        groups = super()._get_activity_groups()
        Task = self.env["crm.task"]
        if Task.has_access("read"):
            counts = self._crm_task_counts(Task)
            if counts["total_count"]:
                model = self.env["ir.model"]._get(Task._name)
                groups.append(
                    {
                        "id": model.id,
                        "name": model.name,
                        "model": Task._name,
                        "type": "activity",
                        "icon": get_module_icon(Task._original_module),
                        "domain": [],
                        "view_type": Task._systray_view,
                        **counts,
                    }
                )
        return groups

    @api.model
    def _crm_task_counts(self, tasks):
        """Return how much the current user has to do, as the menu of activities asks.

        :param tasks: the model
        :return: dict with ``overdue_count``, ``today_count``, ``planned_count`` and
            ``total_count`` (overdue and today)
        """
        zone = pytz.timezone(self.env.user.tz or "UTC")
        now = datetime.now(pytz.utc).replace(tzinfo=None)
        day = datetime.combine(datetime.now(zone).date() + timedelta(days=1), time())
        end = zone.localize(day).astimezone(pytz.utc).replace(tzinfo=None)
        mine = Domain("state", "in", OPEN_STATES) & Domain(
            "executor_ids", "in", self.env.user.ids
        )
        overdue = tasks.search_count(mine & Domain("deadline", "<", now))
        soon = tasks.search_count(mine & Domain("deadline", "<", end))
        return {
            "overdue_count": overdue,
            "today_count": soon - overdue,
            "planned_count": tasks.search_count(mine) - soon,
            "total_count": soon,
        }
