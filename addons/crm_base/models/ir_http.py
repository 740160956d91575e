from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Return what the web client knows of the session (dict), with page sizes."""
        info = super().session_info()
        user = self.env.user
        if user._is_internal():
            info["crm_page_size"] = int(user.crm_page_size)
        return info
