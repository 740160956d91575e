from odoo import http
from odoo.http import request

from odoo.addons.crm_base.controllers.session import CrmSession

from .login import LOGGED_IN


class CrmOidcSession(CrmSession):
    """Whoever leaves here leaves the provider, too, if it is set so."""

    @http.route()
    def logout(self, redirect="/odoo"):
        url = self._crm_logout_url()
        answer = super().logout(redirect)
        return request.redirect(url, local=False) if url else answer

    def _crm_logout_url(self):
        provider_id, token = request.session.get(LOGGED_IN) or (None, "")
        if not provider_id or not request.session.uid or not request.db:
            return ""
        # sudo: a setting of the system
        providers = request.env["auth.oauth.provider"].sudo()
        provider = providers.browse(provider_id).exists()
        back = request.httprequest.url_root + "web/login"
        return provider._crm_logout_url(token, back) if provider else ""
