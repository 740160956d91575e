from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import is_html_empty

DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"


class CrmNotice(models.Model):
    """A notice 公告: in everybody's inbox at once, with who has read it."""

    _name = "crm.notice"
    _description = "Notice"
    _inherit = ["crm.workflow.mixin", "mail.thread"]
    _order = "published_at desc, id desc"
    _crm_recycle = True

    name = fields.Char("Title", required=True)
    body = fields.Html("Content", required=True)
    state = fields.Selection(
        [(DRAFT, "Draft"), (PUBLISHED, "Published"), (WITHDRAWN, "Withdrawn")],
        default=DRAFT,
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    audience = fields.Selection(
        [("all", "Everybody"), ("teams", "Teams"), ("groups", "Roles")],
        default="teams",
        required=True,
    )
    team_ids = fields.Many2many(
        "crm.team", string="Teams", help="With all teams below them."
    )
    group_ids = fields.Many2many("res.groups", string="Roles")
    published_at = fields.Datetime(readonly=True, copy=False)
    author_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: self.env.uid,
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, index=True
    )
    receipt_ids = fields.One2many("crm.notice.receipt", "notice_id", "Read By")
    reader_count = fields.Integer("Recipients", compute="_compute_counts")
    read_count = fields.Integer("Read", compute="_compute_counts")
    is_unread = fields.Boolean(
        "Unread", compute="_compute_is_unread", search="_search_is_unread"
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("receipt_ids.read_at")
    def _compute_counts(self):
        # sudo: how many, not who
        rows = (
            self.env["crm.notice.receipt"]
            .sudo()
            ._read_group(
                [("notice_id", "in", self.ids)],
                ["notice_id"],
                ["__count", "read_at:count"],
            )
        )
        counts = {notice.id: (total, read) for notice, total, read in rows}
        for notice in self:
            notice.reader_count, notice.read_count = counts.get(notice.id, (0, 0))

    @api.depends("receipt_ids.read_at")
    @api.depends_context("uid")
    def _compute_is_unread(self):
        unread = self.filtered_domain(self._search_is_unread("in", [True]))
        for notice in self:
            notice.is_unread = notice in unread

    def _search_is_unread(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "=", PUBLISHED) & Domain(
            "receipt_ids",
            "any",
            [("user_id", "=", self.env.uid), ("read_at", "=", False)],
        )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "state",
            "published_at",
            "author_id",
            "receipt_ids",
        }

    @api.constrains("audience", "team_ids", "group_ids")
    def _check_audience(self):
        for notice in self:
            if (notice.audience == "teams" and not notice.team_ids) or (
                notice.audience == "groups" and not notice.group_ids
            ):
                raise ValidationError(self.env._("Say who the notice is for."))

    @api.constrains("body")
    def _check_body(self):
        if any(is_html_empty(notice.body) for notice in self):
            raise ValidationError(self.env._("The notice has no content."))

    def write(self, vals):
        fixed = {"name", "body", "audience", "team_ids", "group_ids", "company_id"}
        if fixed & vals.keys() and any(notice.state != DRAFT for notice in self):
            raise UserError(
                self.env._(
                    "What was published stays as it was read. Withdraw the notice"
                    " and write a new one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if any(notice.state != DRAFT for notice in self) and not self.env.su:
            raise UserError(self.env._("A notice that was published is withdrawn."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_publish(self):
        """Send drafts to the inbox of everybody they are for.

        :return: the number (int) of people told
        :raise UserError: when one was published before, or is for nobody
        :raise AccessError: when somebody addressed is not below you
        """
        self.check_access("write")
        told = 0
        for notice in self:
            if notice.state != DRAFT:
                raise UserError(self.env._("Only drafts can be published."))
            users = notice._crm_audience()
            notice._crm_check_audience()
            notice._crm_workflow().write(
                {"state": PUBLISHED, "published_at": fields.Datetime.now()}
            )
            messages = users._crm_notify(
                "notice", notice.name, notice.body, notice, author=notice.author_id
            )
            # sudo: receipts are written by the system only
            self.env["crm.notice.receipt"].sudo().create(
                [
                    {
                        "notice_id": notice.id,
                        "user_id": user.id,
                        "message_id": messages.id,
                    }
                    for user in users
                ]
            )
            told += len(users)
        return told

    def action_withdraw(self):
        """Take published notices back; return True.

        They leave the inbox of whoever has not read them.

        :raise UserError: when one is not published
        """
        self.check_access("write")
        if any(notice.state != PUBLISHED for notice in self):
            raise UserError(self.env._("Only published notices can be withdrawn."))
        self._crm_workflow().write({"state": WITHDRAWN})
        # sudo: the inboxes are other people's
        messages = self.sudo().receipt_ids.message_id
        self.env["mail.notification"].sudo().search(
            [("mail_message_id", "in", messages.ids), ("is_read", "=", False)]
        ).write({"is_read": True})
        return True

    def action_mark_read(self):
        """Note that you have read these notices; return True."""
        self.check_access("read")
        # sudo: receipts are written by the system only; these are one's own
        receipts = (
            self.env["crm.notice.receipt"]
            .sudo()
            .search([("notice_id", "in", self.ids), ("user_id", "=", self.env.uid)])
        )
        receipts._crm_mark_read()
        return True

    def action_remind(self):
        """Tell those who have not read a notice once more.

        :return: the number (int) of people reminded
        :raise UserError: when it is not published
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != PUBLISHED:
            raise UserError(self.env._("Only published notices have readers."))
        # sudo: the receipts of one's own notice
        late = self.sudo().receipt_ids.filtered(lambda one: not one.read_at)
        late.user_id._crm_notify(
            "notice",
            self.env._("Please read: %(name)s", name=self.name),
            self.body,
            self,
            author=self.env.user,
        )
        return len(late)

    def action_view_receipts(self):
        """Open the list of who has read this notice; return the action (dict)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_connect.crm_notice_receipt_action"
        )
        action["domain"] = [("notice_id", "=", self.id)]
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_audience(self):
        """Return the users whom this notice is for."""
        self.ensure_one()
        # sudo: who is in a team or a role is no secret of the people
        Users = self.env["res.users"].sudo()
        domain = Domain("share", "=", False)
        if self.company_id:
            domain &= Domain("company_ids", "in", self.company_id.ids)
        if self.audience == "teams":
            teams = (
                self.env["crm.team"]
                .sudo()
                .search([("id", "child_of", self.team_ids.ids)])
            )
            members = teams.crm_team_member_ids.user_id | teams.user_id
            members |= teams.assistant_ids
            domain &= Domain("id", "in", members.ids)
        elif self.audience == "groups":
            domain &= Domain("all_group_ids", "in", self.group_ids.ids)
        users = Users.search(domain)
        if not users:
            raise UserError(self.env._("Nobody belongs to the chosen teams or roles."))
        return users.sudo(False)

    def _crm_check_audience(self):
        """Refuse to speak to teams that are not the author's own."""
        if self.env.user._crm_has_group("crm_base.group_director"):
            return
        # sudo: who leads a team is no secret of the people
        led = (
            self.env["crm.team"]
            .sudo()
            .search([("id", "child_of", self._crm_led_teams().ids)])
        )
        if self.audience != "teams" or self.team_ids - led:
            raise AccessError(
                self.env._(
                    "Managers speak to their own teams. A director can publish this"
                    " notice."
                )
            )

    def _crm_led_teams(self):
        # sudo: as above
        return self.env["crm.team"].sudo().search([("user_id", "=", self.env.uid)])
