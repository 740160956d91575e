from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import AccessDenied, AccessError, ValidationError

from ..tools import door


class ResUsers(models.Model):
    """Limits against guessing, and where an account may be used."""

    _inherit = "res.users"

    # ------------------------------------------------------------
    # LIMITS
    # ------------------------------------------------------------

    @contextmanager
    def _assert_can_auth(self, user=None):
        """Count tries in the database, for each account and each address."""
        place = door.present()
        if not place:
            with super()._assert_can_auth(user=user):
                yield
            return
        login = user
        if isinstance(user, int):
            # sudo: the account that a program names by its number
            login = self.sudo().browse(user).exists().login or str(user)
        where = place[0]
        # sudo: the counters are the system's
        limits = self.env["crm.login.limit"].sudo()
        keys = limits._crm_reserve(
            [
                ("pair", f"{login}|{where}"),
                ("login", login),
                ("address", where),
            ],
            owner=login,
        )
        with super()._assert_can_auth(user=user):
            yield
        limits._crm_succeed(keys)

    def _on_login_cooldown(self, failures, previous):
        """The counters in the database hold for all workers; this one's does not."""
        return False

    def action_crm_unlock(self):
        """Forget failed log-ins of these users; return True.

        :raise AccessError: for whoever does not administer the system
        """
        if not self.env.is_system():
            raise AccessError(self.env._("Accounts are unlocked by administrators."))
        for user in self:
            # sudo: the counters are the system's
            self.env["crm.login.limit"].sudo()._crm_unlock(user.login)
        return True

    # ------------------------------------------------------------
    # RESTRICTIONS
    # ------------------------------------------------------------

    @api.model
    def _crm_refusal(self, uid):
        """Return why the present request may not use an account (str), or ""."""
        place = door.present()
        return self.env["crm.login.rule"]._crm_refusal(uid, *place) if place else ""

    def _crm_check_admission(self):
        # sudo: what holds for an account does not depend on who asks
        refusal = self.sudo()._crm_refusal(self.id)
        if refusal:
            error = AccessDenied(refusal)
            error.crm_login_result = "refused"
            raise error
        return super()._crm_check_admission()

    @api.constrains("active", "group_ids")
    def _check_crm_free_administrator(self):
        self._crm_check_free_administrator()

    @api.model
    def _crm_check_free_administrator(self):
        """Refuse to lock out the last administrator.

        :raise ValidationError: when every system administrator is restricted
        """
        # sudo: restrictions and administrators, whoever changes one of them
        rules = (
            self.env["crm.login.rule"]
            .sudo()
            .search(["|", ("networks", "!=", False), ("device", "!=", "any")])
        )
        if not rules:
            return
        self.env.flush_all()
        administrators = self.sudo().search(
            [("all_group_ids", "in", self.env.ref("base.group_system").ids)]
        )
        free = administrators.filtered(
            lambda user: (
                user not in rules.user_ids and not user.all_group_ids & rules.group_ids
            )
        )
        if not free:
            raise ValidationError(
                self.env._(
                    "At least one administrator must stay without restrictions, or"
                    " nobody could lift them."
                )
            )
