from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# The roles of the suite by their codes, lowest first
ROLES = {
    "salesperson": "crm_base.group_salesperson",
    "assistant": "crm_base.group_assistant",
    "manager": "crm_base.group_manager",
    "director": "crm_base.group_director",
    "boss": "crm_base.group_boss",
}
# The highest role that somebody synchronising the organisation may give
SYNC_ROLE = "manager"


class ResUsers(models.Model):
    """Accounts in the hands of the boss, who is no administrator of the system."""

    _inherit = "res.users"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_close_account(self, end_access=True):
        """Close accounts: nobody logs in with them any more.

        What the person owns stays where it is; superiors reach it until it is handed
        over. Allowed to the boss and to managers for their people.

        :param bool end_access: also delete API keys and end running sessions
        :return: True
        :raise AccessError: somebody out of reach or with higher rights
        """
        self._crm_check_administrates()
        # sudo: superiors close accounts without being the system's administrator
        self.sudo().filtered("active")._crm_archive()
        if end_access:
            self._crm_end_access()
        self._crm_log_accounts(
            self.env._("Accounts closed: %(logins)s", logins=self._crm_logins())
        )
        return True

    def action_reopen_account(self):
        """Open closed accounts again, with the memberships left to the boss.

        :return: True
        :raise AccessError: by anybody but the boss, or an account with higher rights
        """
        self._crm_check_boss()
        self._crm_check_administrates()
        # sudo: the boss administrates accounts without being the system's administrator
        self.sudo().filtered(lambda user: not user.active).action_unarchive()
        self._crm_log_accounts(
            self.env._("Accounts reopened: %(logins)s", logins=self._crm_logins())
        )
        return True

    def action_new_password_link(self):
        """Take the password away and return a link by which a new one is chosen.

        Nobody but the person learns the new password. The link is valid for a few
        hours (``auth_signup.reset_password.validity.hours``) and until the next log-in;
        running sessions end at once.

        :return: list of dicts: ``user_id``, ``login``, ``link``
        :raise AccessError: by anybody but the boss, or an account with higher rights
        :raise UserError: a closed account
        """
        self._crm_check_boss()
        self._crm_check_administrates()
        # sudo: the boss administrates accounts without being the system's administrator
        users = self.sudo()
        for user in users:
            if not user.active:
                raise UserError(
                    self.env._(
                        "The account of %(user)s is closed. Reopen it first.",
                        user=user.name,
                    )
                )
        users._crm_clear_passwords()
        users._crm_end_sessions()
        links = users._crm_password_links("reset")
        self._crm_log_accounts(
            self.env._("Passwords reset: %(logins)s", logins=self._crm_logins()),
        )
        return links

    def action_open_password_link(self):
        """Open the window that shows the link for a new password; return the action."""
        self.ensure_one()
        link = self.action_new_password_link()[0]
        shown = self.env["crm.user.link"].create(
            {"name": self.name, "login": link["login"], "link": link["link"]}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Link for a New Password"),
            "res_model": "crm.user.link",
            "res_id": shown.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_open_handover(self):
        """Open a hand-over of this colleague; return the action (dict)."""
        self.ensure_one()
        self._crm_check_superior()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand-over"),
            "res_model": "crm.handover",
            "views": [(False, "form")],
            "context": {"default_user_id": self.id},
        }

    # ------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------

    @api.model
    def _crm_role_rank(self, role):
        """Return the rank (int) of a role's code, 0 for none."""
        return list(ROLES).index(role) + 1 if role else 0

    def _crm_role_code(self):
        """Return the code (str) of this user's highest role, "" without a role."""
        self.ensure_one()
        for code in reversed(ROLES):
            if self._crm_has_group(ROLES[code]):
                return code
        return ""

    @api.model
    def _crm_reserved_groups(self):
        """Hook: return external ids (list of str) of groups that outrank every role.

        Whoever is not in them cannot administrate accounts that are.
        """
        return [
            "base.group_system",
            "base.group_erp_manager",
            "crm_base.group_maintainer",
        ]

    def _crm_outranks(self, user):
        """Return whether ``user`` has rights that ``self`` has not (bool)."""
        return user._crm_role_rank(user._crm_role_code()) > self._crm_role_rank(
            self._crm_role_code()
        ) or any(
            user._crm_has_group(xml_id) and not self._crm_has_group(xml_id)
            for xml_id in self._crm_reserved_groups()
        )

    def _crm_check_boss(self):
        if not self.env.su and not self.env.user._crm_is_boss():
            raise AccessError(self.env._("This is for the boss."))

    def _crm_check_administrates(self):
        """Refuse whoever may not close, reopen or hand over the accounts of ``self``.

        :raise AccessError: not a superior, another company, higher rights, oneself
        """
        if self.env.su:
            return
        self._crm_check_superior()
        actor = self.env.user
        # sudo: companies and rights of a colleague
        for user in self.sudo():
            if user == actor:
                raise AccessError(
                    self.env._("Your own account is in somebody else's hands.")
                )
            if user.share or not user.company_ids & actor.company_ids:
                raise AccessError(
                    self.env._(
                        "%(user)s is not a colleague of your company.", user=user.name
                    )
                )
            if actor._crm_outranks(user):
                raise AccessError(
                    self.env._(
                        "%(user)s has higher rights than you. Ask the administrator.",
                        user=user.name,
                    )
                )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_archive(self):
        """Close accounts and keep what is on their desks.

        The archive button of Odoo deletes the activities of whoever it archives, and
        work with them. Superiors reach what the leaver owns through the memberships.
        """
        members = self.env["crm.team.member"].search([("user_id", "in", self.ids)])
        self.write({"active": False})
        members.write({"active": False, "is_leaver": True})

    def _crm_clear_passwords(self):
        """Take the passwords away; tokens of running sessions fail with them."""
        self.flush_recordset()
        # not through the field, which would hash an empty password
        self.env.execute_query(
            SQL(
                "UPDATE res_users SET password = NULL WHERE id IN %s RETURNING id",
                tuple(self.ids) or (0,),
            )
        )
        self.invalidate_recordset(["password"])
        self.env.registry.clear_cache()

    def _crm_end_sessions(self):
        """End what runs in the name of these users, on whatever device."""
        # sudo: devices are their owner's
        devices = self.env["res.device"].sudo().search([("user_id", "in", self.ids)])
        devices.filtered(lambda device: not device.is_current)._revoke()

    def _crm_end_access(self):
        """End sessions and delete API keys."""
        self._crm_end_sessions()
        # sudo: keys are their owner's
        self.env["res.users.apikeys"].sudo().search(
            [("user_id", "in", self.ids)]
        ).unlink()

    def _crm_password_links(self, kind):
        """Return links by which people choose their password, a list of dicts.

        :param str kind: ``signup`` for new accounts, ``reset`` for others
        """
        partners = self.partner_id.with_context(relative_url=False)
        partners.signup_prepare(signup_type=kind)
        urls = partners._get_signup_url_for_action()
        return [
            {
                "user_id": user.id,
                "login": user.login,
                "link": urls[user.partner_id.id],
            }
            for user in self
        ]

    def _crm_logins(self):
        """Return the logins (str) of ``self`` for a line of a log."""
        # sudo: the log-in of a colleague whom the actor administrates
        logins = self.sudo().mapped("login")
        return ", ".join(logins[:20]) + (" …" if len(logins) > 20 else "")

    def _crm_log_accounts(self, summary, **details):
        """Write a line about accounts into the operation log."""
        self.env["crm.operation.log"]._crm_log(
            "account", summary, "res.users", self.ids, details=details or None
        )
