from odoo import api, models
from odoo.exceptions import AccessDenied
from odoo.http import request

# second factors are checked by the same method as the first
SECOND_FACTORS = ("totp", "totp_mail")

WAYS = {"webauthn": "passkey", "oauth_token": "oauth"}


class ResUsers(models.Model):
    """Log-ins, wherever they come from, are written down."""

    _inherit = "res.users"

    def _login(self, credential, user_agent_env):
        if request:
            request.crm_login_locked = False
        login = str(credential.get("login") or "")
        kind = str(credential.get("type") or "password")
        way = WAYS.get(kind, kind)
        log = self.env["crm.login.log"]
        try:
            info = super()._login(credential, user_agent_env)
            self.browse(info["uid"])._crm_check_admission()
        except AccessDenied as error:
            user, result = self._crm_login_failure(login, error)
            log._crm_log(
                result,
                login,
                user.id,
                way,
                detail=str(error.args[0] or "")
                if result == "refused" and error.args
                else "",
            )
            raise
        user = self.browse(info["uid"])
        method = info.get("auth_method") or way
        if (user_agent_env or {}).get("interactive") is False:
            way = "apikey" if method == "apikey" else "api_password"
            log._crm_log_call(user.id, way)
            return info
        # sudo: whether a second factor is asked for
        pending = info.get("mfa") != "skip" and user.sudo()._mfa_url()
        log._crm_log("second_factor" if pending else "success", login, user.id, method)
        return info

    def _crm_check_admission(self):
        """Hook: refuse somebody who has just proved who it is.

        Called before the log-in is written down. Whoever refuses raises AccessDenied
        with what the person is to read, and ``crm_login_result``, a result of the log.
        """
        self.ensure_one()

    def _crm_login_failure(self, login, error):
        """Return the account (res.users, sudo) that was refused, and why (str).

        Whoever refuses for a reason of its own raises AccessDenied with the code of
        the result as its ``crm_login_result``.
        """
        # sudo: nobody is logged in yet
        users = self.sudo().with_context(active_test=False)
        user = users.search(self._get_login_domain(login), limit=1)
        if own := getattr(error, "crm_login_result", None):
            return user, own
        if request and getattr(request, "crm_login_locked", False):
            return user, "locked"
        if not user:
            return user, "unknown"
        return user, "wrong" if user.active else "archived"

    def _on_login_cooldown(self, failures, previous):
        locked = super()._on_login_cooldown(failures, previous)
        if locked and request:
            request.crm_login_locked = True
        return locked

    def _check_credentials(self, credential, env):
        kind = credential.get("type")
        if kind not in SECOND_FACTORS:
            return super()._check_credentials(credential, env)
        log = self.env["crm.login.log"]
        # sudo: the login of whoever has given the password already
        login = self.sudo().login
        try:
            info = super()._check_credentials(credential, env)
        except AccessDenied:
            log._crm_log("wrong_code", login, self.id, kind)
            raise
        log._crm_log("success", login, self.id, kind)
        return info

    @api.model
    def _check_uid_passwd(self, uid, passwd):
        log = self.env["crm.login.log"]
        try:
            result = super()._check_uid_passwd(uid, passwd)
            self.browse(uid)._crm_check_admission()
        except AccessDenied as error:
            # sudo: whose account it was tried with
            user = self.sudo().browse(uid).exists()
            locked = request and getattr(request, "crm_login_locked", False)
            result = getattr(error, "crm_login_result", "locked" if locked else "wrong")
            log._crm_log(result, user.login, user.id, "api_password")
            raise
        log._crm_log_call(uid, "api_password", str(len(passwd)))
        return result

    def action_open_my_logins(self):
        """Open one's own recent log-ins; return the action (dict)."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_login_log_action_mine"
        )
