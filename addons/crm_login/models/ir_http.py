from odoo import api, models
from odoo.exceptions import AccessDenied
from odoo.http import request

# where the session remembers what the log-in page must say
REFUSAL = "crm_login_refusal"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _authenticate_explicit(cls, auth):
        """Ask at every request, not only at the log-in, where an account is used."""
        super()._authenticate_explicit(auth)
        uid = request.session.uid or request.env.uid
        if not uid or uid in cls._get_public_users():
            return
        # sudo: what holds for an account does not depend on who asks
        refusal = request.env["res.users"].sudo()._crm_refusal(uid)
        if not refusal:
            return
        if request.session.uid:
            request.session.logout(keep_db=True)
            request.session[REFUSAL] = refusal
        request.env = api.Environment(request.env.cr, None, request.session.context)
        request.env.transaction.default_env = request.env
        if auth in ("user", "bearer"):
            raise AccessDenied(refusal)
        getattr(cls, f"_auth_method_{auth}")()
