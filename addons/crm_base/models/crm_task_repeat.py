from datetime import datetime

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

STEPS = {"day": "days", "week": "weeks", "month": "months"}


class CrmTask(models.Model):
    """Tasks that come again: when one is finished, the next one is there."""

    _inherit = "crm.task"

    repeat_unit = fields.Selection(
        [("day", "Days"), ("week", "Weeks"), ("month", "Months")], "Repeat"
    )
    repeat_every = fields.Integer("Every", default=1)
    repeat_until = fields.Date(help="The last day for which the task comes again.")
    repeat_from = fields.Datetime(
        readonly=True,
        help="The first deadline: the day of the month that later ones keep to.",
    )
    next_task_id = fields.Many2one(
        "crm.task", readonly=True, copy=False, ondelete="set null"
    )

    _repeat_every_positive = models.Constraint(
        "CHECK (repeat_every BETWEEN 1 AND 366)",
        "A task comes again after 1 to 366 days, weeks or months.",
    )

    @api.constrains("repeat_unit", "deadline")
    def _check_repeat_unit(self):
        if any(task.repeat_unit and not task.deadline for task in self):
            raise ValidationError(
                self.env._("A task that repeats needs a deadline to count from.")
            )

    def _crm_repeat(self):
        """Make the task that comes next for each of these, once."""
        for task in self:
            if not task.repeat_unit or task.next_task_id or not task.deadline:
                continue
            deadline = task._crm_next_deadline(fields.Datetime.now())
            if not deadline:
                continue
            # sudo: made in the name of the creator by whoever finishes
            following = (
                task.sudo()
                ._crm_workflow()
                .copy(
                    {
                        "name": task.name,
                        "creator_id": task.creator_id.id,
                        "deadline": deadline,
                        "repeat_from": task.repeat_from or task.deadline,
                    }
                )
            )
            following.item_ids.is_done = False
            task._crm_workflow().write({"next_task_id": following.id})

    def _crm_next_deadline(self, now):
        """Return the next deadline (datetime, UTC) after this one and after ``now``.

        Counted from the first deadline in the creator's time zone: the 31st comes back
        after a February, and nine o'clock stays nine o'clock when clocks are changed.
        None when the series is over.
        """
        self.ensure_one()
        # sudo: the time zone of a colleague
        zone = pytz.timezone(self.creator_id.sudo().tz or "UTC")

        def local(moment):
            return pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None)

        first = local(self.repeat_from or self.deadline)
        after = max(local(self.deadline), local(now))
        unit = {"day": 1, "week": 7, "month": 31}[self.repeat_unit] * self.repeat_every
        count = max(1, (after - first).days // unit)
        while (found := self._crm_occurrence(first, count)) <= after:
            count += 1
        if self.repeat_until and found.date() > self.repeat_until:
            return None
        return zone.localize(found).astimezone(pytz.utc).replace(tzinfo=None)

    def _crm_occurrence(self, first: datetime, count: int):
        step = {STEPS[self.repeat_unit]: self.repeat_every * count}
        return first + relativedelta(**step)
