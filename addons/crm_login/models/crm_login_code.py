import hmac as hmac_module
import logging
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessDenied
from odoo.tools import SQL
from odoo.tools.misc import hmac

from odoo.addons.crm_base.tools.transaction import in_own_transaction

_logger = logging.getLogger(__name__)

VALID_MINUTES = 5
MAX_TRIES = 5
TEXT = "crm_login.sms_text"


class CrmLoginCode(models.Model):
    """A wish to log in by a code, from the phone number to the code that was used.

    The page that takes the wish does not look whether the number belongs to anybody:
    the sender does, later. So the page answers, and takes as long, for any number.
    """

    _name = "crm.login.code"
    _description = "Log-in Code"
    _rec_name = "id"

    token = fields.Char(required=True)
    phone = fields.Char(required=True)
    user_id = fields.Many2one("res.users", ondelete="cascade")
    code_hash = fields.Char()
    state = fields.Selection(
        [
            ("new", "New"),
            ("sent", "Sent"),
            ("void", "Void"),
            ("used", "Used"),
        ],
        required=True,
        default="new",
        index=True,
    )
    tries = fields.Integer(required=True, default=0)
    expires_at = fields.Datetime(required=True)

    _token_uniq = models.UniqueIndex("(token)", "A wish has one token.")

    @api.model
    def _crm_ask(self, phone):
        """Take the wish to log in with a phone number; return its token (str)."""
        token = secrets.token_urlsafe(32)
        now = fields.Datetime.now()
        self.create(
            {
                "token": token,
                "phone": phone,
                "expires_at": now + timedelta(minutes=VALID_MINUTES),
            }
        )
        # sudo: whoever logs in has no rights yet
        self.env.ref("crm_login.ir_cron_send_codes").sudo()._trigger()
        return token

    @api.model
    def _cron_send_codes(self):
        """Send codes to the numbers that belong to somebody."""
        IrCron = self.env["ir.cron"]
        waiting = self.search([("state", "=", "new")], order="id")
        IrCron._commit_progress(remaining=len(waiting))
        for wish in waiting:
            locked = wish.try_lock_for_update().filtered_domain([("state", "=", "new")])
            if locked:
                locked._crm_send_code()
            if not IrCron._commit_progress(1):
                break

    def _crm_send_code(self):
        """Make a code and send it; it is nowhere but in the message."""
        self.ensure_one()
        user = self._crm_find_user()
        gateway = user.company_id._crm_sms_gateway() if user else None
        if not gateway or self.expires_at < fields.Datetime.now():
            self.state = "void"
            return
        code = f"{secrets.randbelow(10**6):06d}"
        # written before it is sent: a code that arrives is one that works
        self.write(
            {
                "user_id": user.id,
                "code_hash": self._crm_hash(code),
                "state": "sent",
                "expires_at": fields.Datetime.now() + timedelta(minutes=VALID_MINUTES),
            }
        )
        # earlier codes of the same person end with the new one
        self.search(
            [
                ("user_id", "=", user.id),
                ("state", "=", "sent"),
                ("id", "!=", self.id),
            ]
        ).state = "void"
        api_class = user.company_id._get_sms_api_class()(self.env)
        api_class._set_company(user.company_id)
        recipient = {"number": self.phone, "uuid": secrets.token_hex(16)}
        message = {"content": self._crm_text(user, code), "numbers": [recipient]}
        (result,) = api_class._send_sms_batch([message])
        if result["state"] != "success":
            _logger.warning(
                "Log-in code for user %s was not sent: %s %s",
                user.id,
                result["state"],
                result["failure_reason"],
            )
            self.state = "void"

    def _crm_find_user(self):
        users = self.env["res.users"].search(
            [
                ("crm_login_phone", "=", self.phone),
                ("share", "=", False),
            ]
        )
        return users if len(users) == 1 else users.browse()

    def _crm_text(self, user, code):
        template = self.env["ir.config_parameter"].get_param(TEXT)
        if template and "{code}" in template:
            return template.replace("{code}", code)
        return self.with_context(lang=user.lang).env._(
            "Your code is %(code)s. It is valid for 5 minutes.", code=code
        )

    def _crm_hash(self, code):
        return hmac(self.env(su=True), "crm_login.code", (self.token, code))

    @api.model
    def _crm_redeem(self, token, code):
        """Use a code.

        Counting and using happen in transactions of their own, each in one statement,
        so that guesses at the same moment are counted one by one and a code works once.

        :return: the user
        :raise AccessDenied: in one and the same way, whatever is wrong
        """
        refusal = AccessDenied(self.env._("This code is wrong or no longer valid."))
        found = in_own_transaction(self, "_crm_code_try", token, MAX_TRIES)
        row_id, code_hash, user_id = found or (0, "", 0)
        expected = code_hash or self._crm_hash("nobody")
        given = self.new({"token": token})._crm_hash(code)
        if not hmac_module.compare_digest(expected, given) or not row_id:
            raise refusal
        if not in_own_transaction(self, "_crm_code_use", row_id):
            raise refusal
        return self.env["res.users"].browse(user_id)

    @api.model
    def _crm_owner(self, token):
        """Return whose code a wish led to (res.users), empty if it led to none."""
        return self.search([("token", "=", token)]).user_id

    @api.model
    def _crm_code_try(self, token, most):
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE crm_login_code
                   SET tries = tries + 1
                 WHERE token = %s AND state = 'sent' AND tries < %s AND expires_at > %s
             RETURNING id, code_hash, user_id
                """,
                token,
                most,
                fields.Datetime.now(),
            )
        )
        return rows[0] if rows else None

    @api.model
    def _crm_code_use(self, row_id):
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE crm_login_code
                   SET state = 'used', code_hash = NULL
                 WHERE id = %s AND state = 'sent'
             RETURNING id
                """,
                row_id,
            )
        )
        return bool(rows)

    @api.autovacuum
    def _gc_codes(self):
        old = self.search([("expires_at", "<", "now -1d")], limit=10000)
        old.unlink()
        return len(old), len(old) == 10000
