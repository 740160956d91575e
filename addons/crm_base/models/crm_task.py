from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

TO_DO, DOING, DONE = "todo", "doing", "done"
CONFIRMED, CANCELLED = "confirmed", "cancelled"
OPEN_STATES = (TO_DO, DOING)


class CrmTask(models.Model):
    """Something that colleagues do for somebody: they finish it, that person confirms.

    What happens to it (start, finish, confirm, send back, hand over, cancel) is in
    ``crm_task_workflow.py``, how it repeats in ``crm_task_repeat.py``.
    """

    _name = "crm.task"
    _description = "Task"
    _inherit = ["mail.thread", "crm.workflow.mixin"]
    _order = "deadline, priority desc, id desc"
    _crm_recycle = True
    _check_company_auto = True
    _crm_followers_in_scope = True
    _systray_view = "list"

    # What
    name = fields.Char("Task", required=True, tracking=True)
    description = fields.Html()
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Important"), ("2", "Urgent")],
        default="0",
        required=True,
        tracking=True,
    )
    deadline = fields.Datetime("Due By", index=True, tracking=True, copy=False)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain=[("is_crm_customer", "=", True)],
    )
    item_ids = fields.One2many("crm.task.item", "task_id", "Checklist", copy=True)
    item_progress = fields.Integer("Checked", compute="_compute_item_progress")

    # Who
    creator_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Executor",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        domain=[("share", "=", False)],
        tracking=True,
    )
    helper_ids = fields.Many2many(
        "res.users",
        "crm_task_helper_rel",
        "task_id",
        "user_id",
        "Also Executing",
        # a text, which only forms read: as a list it would be part of every search
        # that a new account sets off, before what depends on it is recomputed
        domain="[('share', '=', False)]",
    )
    executor_ids = fields.Many2many(
        "res.users",
        "crm_task_executor_rel",
        "task_id",
        "user_id",
        "Executors",
        compute="_compute_executor_ids",
        store=True,
        compute_sudo=True,
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, index=True
    )
    is_creator = fields.Boolean(compute="_compute_roles", compute_sudo=False)
    is_executor = fields.Boolean(compute="_compute_roles", compute_sudo=False)

    # State
    state = fields.Selection(
        [
            (TO_DO, "To Do"),
            (DOING, "Doing"),
            (DONE, "Done"),
            (CONFIRMED, "Confirmed"),
            (CANCELLED, "Cancelled"),
        ],
        default=TO_DO,
        required=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    started_at = fields.Datetime("Started On", readonly=True, copy=False)
    done_at = fields.Datetime("Done On", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_at = fields.Datetime("Confirmed On", readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False)
    return_reason = fields.Char("Sent Back Because", readonly=True, copy=False)
    return_count = fields.Integer("Times Sent Back", readonly=True, copy=False)
    log_ids = fields.One2many("crm.task.log", "task_id", "History", readonly=True)

    _open_deadline_idx = models.Index("(deadline) WHERE state IN ('todo', 'doing')")
    _partner_done_at_idx = models.Index(
        "(partner_id, done_at DESC) WHERE partner_id IS NOT NULL"
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("user_id", "helper_ids")
    def _compute_executor_ids(self):
        for task in self:
            task.executor_ids = task.user_id | task.helper_ids

    @api.depends("item_ids.is_done")
    def _compute_item_progress(self):
        for task in self:
            items = task.item_ids
            done = items.filtered("is_done")
            task.item_progress = round(100 * len(done) / len(items)) if items else 0

    @api.depends("state", "deadline")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for task in self:
            task.is_overdue = bool(
                task.state in OPEN_STATES and task.deadline and task.deadline < now
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "in", OPEN_STATES) & Domain(
            "deadline", "<", fields.Datetime.now()
        )

    @api.depends("creator_id", "executor_ids")
    @api.depends_context("uid")
    def _compute_roles(self):
        for task in self:
            task.is_creator = task._crm_is_creator()
            task.is_executor = task._crm_is_executor()

    @api.constrains("user_id", "helper_ids")
    def _check_executors(self):
        # sudo: that a colleague has a role in the CRM is no secret
        for user in self.sudo().executor_ids:
            if user.share or not user._crm_has_group("crm_base.group_salesperson"):
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot execute tasks: only colleagues with a role in"
                        " the CRM can.",
                        user=user.name,
                    )
                )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "creator_id",
            "state",
            "started_at",
            "done_at",
            "done_by_id",
            "confirmed_at",
            "cancel_reason",
            "return_reason",
            "return_count",
            "repeat_from",
            "next_task_id",
        }

    @api.model
    def _crm_creator_fields(self):
        """Return the names (frozenset of str) of what the creator alone decides."""
        return frozenset(
            {
                "name",
                "priority",
                "deadline",
                "partner_id",
                "user_id",
                "helper_ids",
                "company_id",
                "repeat_unit",
                "repeat_every",
                "repeat_until",
            }
        )

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        if not self.env.su:
            tasks.partner_id.check_access("read")
        return tasks

    def write(self, vals):
        if not self._crm_in_workflow():
            self._crm_check_creator_fields(vals)
        former = {task.id: task.user_id for task in self} if "user_id" in vals else {}
        result = super().write(vals)
        if "partner_id" in vals and not self.env.su:
            self.partner_id.check_access("read")
        for task in self if former else ():
            if former[task.id] != task.user_id:
                reason = self.env.context.get("crm_task_reason", "")
                task._crm_log("handover", former[task.id], task.user_id, reason)
        if {"state", "deadline", "user_id", "helper_ids"}.intersection(vals):
            self.env["crm.reminder"]._crm_recheck(self._name, self.ids)
        return result

    def unlink(self):
        ids = self.ids
        result = super().unlink()
        self.env["crm.reminder"]._crm_recheck(self._name, ids)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if self.env.su or self.env.user._crm_is_boss():
            return
        if any(task.state != TO_DO or not task._crm_is_creator() for task in self):
            raise UserError(
                self.env._(
                    "A task can be deleted by its creator until somebody begins."
                    " Cancel it instead."
                )
            )

    def _crm_check_creator_fields(self, vals):
        """Refuse executors to change what they are asked to do, and until when."""
        names = self._crm_creator_fields().intersection(vals)
        if names and not self.env.su:
            for task in self:
                if not task._crm_is_creator():
                    raise AccessError(
                        self.env._(
                            "What is to be done, by whom and until when is decided by"
                            " %(creator)s. Hand the task over, or ask for a change.",
                            # sudo: the name of a colleague
                            creator=task.sudo().creator_id.name,
                        )
                    )

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        followers = super()._message_auto_subscribe_followers(
            updated_values, default_subtype_ids
        )
        if "helper_ids" in updated_values:
            known = {follower[0] for follower in followers}
            # sudo: the partners of colleagues
            for partner in self.sudo().helper_ids.partner_id:
                if partner.id not in known:
                    template = (
                        "mail.message_user_assigned"
                        if partner != self.env.user.partner_id
                        else False
                    )
                    followers.append((partner.id, default_subtype_ids, template))
        return followers

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_in_reach(self, users):
        """Return whether the current user or somebody below is among these (bool)."""
        if self.env.su:
            return True
        ids = self.env.user._crm_scope_ids("write")
        # sudo: who has to do with a task is no secret of the task
        return ids is None or bool(set(users.sudo().ids) & set(ids))

    def _crm_is_creator(self):
        """Return whether the current user decides for the creator (bool)."""
        self.ensure_one()
        return self._crm_in_reach(self.creator_id)

    def _crm_is_executor(self):
        """Return whether the current user acts for an executor (bool)."""
        self.ensure_one()
        return self._crm_in_reach(self.executor_ids)

    def _crm_log(self, kind, from_user=None, to_user=None, reason=""):
        """Append what happened to the history of these tasks."""
        Log = self.env["crm.task.log"]
        author = Log._crm_log_author()
        # sudo: nobody has the right to create rows
        Log.sudo()._crm_workflow().create(
            [
                {
                    **author,
                    "task_id": task.id,
                    "kind": kind,
                    "from_user_id": from_user.id if from_user else False,
                    "to_user_id": to_user.id if to_user else False,
                    "reason": reason or False,
                }
                for task in self
            ]
        )
