from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.session import Session


class CrmSession(Session):
    """Whoever leaves is written down."""

    @http.route()
    def destroy(self):
        self._crm_log_logout()
        return super().destroy()

    @http.route()
    def logout(self, redirect="/odoo"):
        self._crm_log_logout()
        return super().logout(redirect)

    def _crm_log_logout(self):
        uid = request.session.uid
        if uid and request.db:
            request.env["crm.login.log"]._crm_log(
                "logout", request.session.login, user_id=uid
            )
