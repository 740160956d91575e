import hashlib
import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.sql_db import db_connect
from odoo.tools import SQL

from ..tools.flood_gate import FloodGate
from ..tools.visit import current_visit

_logger = logging.getLogger(__name__)

LOGIN_LENGTH = 128
AGENT_LENGTH = 300

# failures that are written down: from one address and altogether, in ten minutes, by
# each process
FAILURES = FloodGate(per_source=30, overall=1000, seconds=600)


class CrmLoginLog(models.Model):
    """Who came in, who tried to, and who left: by whatever way, from where.

    Rows are written on a connection of their own: the transaction of whoever is
    refused is rolled back.
    """

    _name = "crm.login.log"
    _description = "Login Log"
    _inherit = ["crm.log.mixin"]
    _rec_name = "login"
    _crm_keep_parameter = "crm_base.login_log_days"

    login = fields.Char(readonly=True, help="As it was typed.")
    result = fields.Selection("_selection_result", readonly=True, required=True)
    way = fields.Selection("_selection_way", readonly=True)
    detail = fields.Char(readonly=True)
    user_agent = fields.Char("Browser or Program", readonly=True)
    sample = fields.Char(readonly=True)

    _logged_at_idx = models.Index("(logged_at DESC, id DESC)")
    _user_logged_at_idx = models.Index("(user_id, logged_at DESC)")
    # calls of programs are told once an hour, by however many workers
    _sample_uniq = models.UniqueIndex("(sample) WHERE sample IS NOT NULL")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.model
    def _selection_result(self):
        """Hook: return the results of log-ins, a list of (code, name)."""
        return list(
            {
                "success": self.env._("Logged In"),
                "second_factor": self.env._("Second Factor Pending"),
                "wrong": self.env._("Wrong Password or Key"),
                "wrong_code": self.env._("Wrong Second Factor"),
                "unknown": self.env._("No Such Account"),
                "archived": self.env._("Closed Account"),
                "locked": self.env._("Locked after Too Many Failures"),
                "refused": self.env._("Refused"),
                "logout": self.env._("Logged Out"),
            }.items()
        )

    @api.model
    def _selection_way(self):
        """Hook: return the ways to log in, a list of (code, name)."""
        return list(
            {
                "password": self.env._("Password"),
                "apikey": self.env._("API Key"),
                "passkey": self.env._("Passkey"),
                "oauth": self.env._("Single Sign-on"),
                "oidc": self.env._("OpenID Connect"),
                "ldap": self.env._("LDAP"),
                "sms": self.env._("SMS Code"),
                "totp": self.env._("Authenticator"),
                "totp_mail": self.env._("Code by E-mail"),
                "api_password": self.env._("Password over the API"),
            }.items()
        )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_log(self, result, login="", user_id=None, way=None, **more):
        """Append one row, whatever becomes of the present transaction.

        A log that cannot be written keeps nobody out.

        :param str result: a code of :meth:`_selection_result`
        :param str login: as it was typed
        :param int user_id: the account, None when there is none
        :param str way: a code of :meth:`_selection_way`
        :param more: ``detail`` (str); ``sample`` (str): of rows with the same one only
            the first is kept
        :return: whether it was let through (bool)
        """
        ip_address = self._crm_log_ip()
        detail = more.get("detail") or ""
        if result not in ("success", "second_factor", "logout"):
            held_back = FAILURES.admit((self.env.cr.dbname, ip_address))
            if held_back is None:
                return False
            if held_back:
                detail = f"{detail} (+{held_back})".strip()
        visit = current_visit()
        agent = visit.user_agent if visit else ""
        values = {
            "login": (login or "")[:LOGIN_LENGTH].replace("\x00", ""),
            "user_id": user_id or None,
            "result": result,
            "way": way,
            "detail": detail or None,
            "sample": more.get("sample"),
            "ip_address": ip_address,
            "user_agent": agent[:AGENT_LENGTH].replace("\x00", ""),
        }
        try:
            # never a cursor that shares its connection with the present request
            with db_connect(self.env.cr.dbname).cursor() as cr:
                self.with_env(api.Environment(cr, SUPERUSER_ID, {}))._crm_insert(values)
        except Exception:  # pylint: disable=broad-except; see above
            _logger.exception("A log-in could not be written down.")
            return False
        return True

    @api.model
    def _crm_insert(self, values):
        user = self.env["res.users"].browse(values["user_id"] or ()).exists()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_login_log
                       (create_uid, create_date, write_uid, write_date, logged_at,
                        user_id, user_name, role, login, result, way, detail, sample,
                        ip_address, user_agent)
                VALUES (%(uid)s, %(now)s, %(uid)s, %(now)s, %(now)s,
                        %(user)s, %(name)s, %(role)s, %(login)s, %(result)s, %(way)s,
                        %(detail)s, %(sample)s, %(ip)s, %(agent)s)
                ON CONFLICT DO NOTHING
                """,
                uid=SUPERUSER_ID,
                now=fields.Datetime.now(),
                user=user.id or None,
                name=user.name or None,
                role=user._crm_role() if user else None,
                login=values["login"],
                result=values["result"],
                way=values["way"],
                detail=values["detail"],
                sample=values["sample"],
                ip=values["ip_address"],
                agent=values["user_agent"],
            )
        )

    @api.model
    def _crm_log_call(self, user_id, way, key=""):
        """Note a call of a program: one row per account, key, address and hour.

        :param int user_id: the account
        :param str way: a code of :meth:`_selection_way`
        :param str key: what tells one key from another; nothing of it is kept
        """
        if not current_visit():
            return
        hour = fields.Datetime.now().strftime("%Y%m%d%H")
        parts = (hour, str(user_id), way, self._crm_log_ip(), key)
        sample = hashlib.sha256("|".join(parts).encode()).hexdigest()
        seen = self._crm_seen(hour)
        if sample in seen:
            return
        seen.add(sample)
        # sudo: the login of the account that just came in
        login = self.env["res.users"].sudo().browse(user_id).login
        self._crm_log("success", login, user_id, way, sample=sample)

    @api.model
    def _crm_seen(self, hour):
        """Return what this process has noted in this hour (set of str)."""
        registry = self.env.registry
        known = getattr(registry, "_crm_login_samples", None)
        if known is None or known[0] != hour:
            known = registry._crm_login_samples = (hour, set())
        return known[1]

    @api.autovacuum
    def _gc_login_log(self):
        return self._crm_gc()
