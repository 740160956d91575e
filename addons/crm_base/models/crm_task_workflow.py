from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.arguments import as_id, as_text
from .crm_task import CANCELLED, CONFIRMED, DOING, DONE, OPEN_STATES, TO_DO


class CrmTask(models.Model):
    """What happens to a task. Executors start and finish, the creator confirms."""

    _inherit = "crm.task"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_start(self):
        """Begin tasks.

        :return: True
        :raise AccessError: for anybody but executors and their superiors
        :raise UserError: when one of them has begun already
        """
        self._crm_check_step((TO_DO,), "executor", self.env._("It has begun already."))
        self._crm_step("start", {"state": DOING, "started_at": fields.Datetime.now()})
        return True

    def action_done(self):
        """Finish tasks; those of one's own need nobody to confirm them.

        :return: True
        :raise AccessError: for anybody but executors and their superiors
        :raise UserError: when one of them is not open
        """
        self._crm_check_step(
            OPEN_STATES, "executor", self.env._("Only open tasks can be finished.")
        )
        now = fields.Datetime.now()
        self._crm_step(
            "done", {"state": DONE, "done_at": now, "done_by_id": self.env.uid}
        )
        own = self.filtered(lambda task: task.creator_id == self.env.user)
        own._crm_step("confirm", {"state": CONFIRMED, "confirmed_at": now})
        for task in self - own:
            task._crm_tell(
                task.creator_id, self.env._("“%(name)s” is done", name=task.name)
            )
        self._crm_repeat()
        return True

    def action_confirm(self):
        """Confirm that tasks were done well.

        :return: True
        :raise AccessError: for anybody but the creator and the creator's superiors
        :raise UserError: when one of them is not done
        """
        self._crm_check_step(
            (DONE,), "creator", self.env._("Only finished tasks can be confirmed.")
        )
        self._crm_step(
            "confirm", {"state": CONFIRMED, "confirmed_at": fields.Datetime.now()}
        )
        return True

    def action_return(self, reason):
        """Send finished tasks back to their executors.

        :param str reason: what is missing
        :return: True
        :raise AccessError: for anybody but the creator and the creator's superiors
        :raise UserError: no reason, or one of them is not done
        """
        reason = self._crm_reason(reason)
        self._crm_check_step(
            (DONE,), "creator", self.env._("Only finished tasks can be sent back.")
        )
        for task in self:
            task._crm_step(
                "return",
                {
                    "state": DOING,
                    "done_at": False,
                    "done_by_id": False,
                    "return_reason": reason,
                    "return_count": task.return_count + 1,
                },
                reason,
            )
            task._crm_tell(
                task.executor_ids,
                self.env._("“%(name)s” was sent back", name=task.name),
                reason,
            )
        return True

    def action_cancel(self, reason):
        """Call tasks off; they stay for the record, and repeat no more.

        :param str reason: why
        :return: True
        :raise AccessError: for anybody but the creator and the creator's superiors
        :raise UserError: no reason, or one of them is confirmed or cancelled
        """
        reason = self._crm_reason(reason)
        self._crm_check_step(
            (*OPEN_STATES, DONE),
            "creator",
            self.env._("Confirmed and cancelled tasks stay as they are."),
        )
        self._crm_step("cancel", {"state": CANCELLED, "cancel_reason": reason}, reason)
        for task in self:
            task._crm_tell(
                task.executor_ids,
                self.env._("“%(name)s” was cancelled", name=task.name),
                reason,
            )
        return True

    def action_hand_over(self, user_id, reason):
        """Let somebody else execute open tasks.

        Whoever helps hands over the own part, anybody else the part of the main
        executor.

        :param int user_id: the colleague who takes over
        :param str reason: why
        :return: True
        :raise AccessError: for anybody but executors, creator and their superiors
        :raise UserError: no reason, no colleague, or one of them is not open
        """
        reason = self._crm_reason(reason)
        user = self.env["res.users"].browse(as_id(user_id)).exists()
        if not user:
            raise UserError(self.env._("Choose the colleague who takes over."))
        self._crm_check_step(
            OPEN_STATES, "any", self.env._("Only open tasks can be handed over.")
        )
        for task in self:
            me = self.env.user
            is_helper = me in task.helper_ids and me != task.user_id
            former = me if is_helper else task.user_id
            if former == user:
                raise UserError(
                    self.env._("%(user)s executes it already.", user=user.name)
                )
            if is_helper:
                task._crm_log("handover", former, user, reason)
                values = {
                    "helper_ids": [
                        fields.Command.unlink(former.id),
                        fields.Command.link(user.id),
                    ]
                }
            else:
                values = {
                    "user_id": user.id,
                    "helper_ids": [fields.Command.unlink(user.id)],
                }
            # sudo: whoever hands a task over may lose it from sight by doing so
            movers = task.sudo()._crm_workflow()
            movers.with_context(crm_task_reason=reason).write(values)
        return True

    def action_move(self, state):
        """Move tasks to another column of the board, if the way there is allowed.

        :param str state: the column
        :return: True
        :raise UserError: when there is no such way, or when it needs a reason
        """
        step = {
            DOING: self.action_start,
            DONE: self.action_done,
            CONFIRMED: self.action_confirm,
        }.get(as_text(state))
        names = dict(self._fields["state"]._description_selection(self.env))
        if as_text(state) not in names:
            raise UserError(self.env._("There is no such state."))
        if any(task.state == DONE for task in self) and state == DOING:
            raise UserError(self.env._("Open the task to send it back with a reason."))
        if state == CANCELLED:
            raise UserError(self.env._("Open the task to cancel it with a reason."))
        if not step:
            raise UserError(
                self.env._(
                    "A task does not go back to “%(state)s”.", state=names[state]
                )
            )
        return step()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_reason(self, reason):
        reason = as_text(reason)
        if not reason:
            raise UserError(self.env._("Give a reason."))
        return reason[:500]

    def _crm_check_step(self, states, who, message):
        """Refuse a step that is not this user's, or not possible now.

        :param tuple states: where tasks may come from
        :param str who: ``executor``, ``creator`` or ``any`` of them
        :param str message: what to say when the state is another
        """
        # two who act at once act one after the other
        self._crm_lock(allow_referencing=True)
        self.check_access("write")
        for task in self:
            may = (who != "creator" and task._crm_is_executor()) or (
                who != "executor" and task._crm_is_creator()
            )
            if not may:
                raise AccessError(
                    self.env._("This is up to the creator of the task.")
                    if who == "creator"
                    else self.env._("This is up to those who execute the task.")
                )
            if task.state not in states:
                raise UserError(message)

    def _crm_step(self, kind, values, reason=""):
        if self:
            self._crm_workflow().write(values)
            self._crm_log(kind, reason=reason)

    def _crm_tell(self, users, subject, body=""):
        """Tell people what became of a task, unless they did it themselves."""
        # sudo: the partners of colleagues
        partners = (users - self.env.user).sudo().partner_id
        if partners:
            self.message_notify(
                partner_ids=partners.ids, subject=subject, body=body or subject
            )
