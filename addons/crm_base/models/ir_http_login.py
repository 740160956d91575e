from werkzeug.exceptions import Unauthorized

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_bearer(cls):
        header = request.httprequest.headers.get("Authorization") or ""
        if not header:
            # a session of the browser, which was noted when it began
            return super()._auth_method_bearer()
        log = request.env["crm.login.log"]
        try:
            result = super()._auth_method_bearer()
        except Unauthorized:
            log._crm_log("wrong", way="apikey")
            raise
        log._crm_log_call(request.env.uid, "apikey", header)
        return result
