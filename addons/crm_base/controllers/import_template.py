from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportTemplate(http.Controller):
    """Templates of imports, made when they are asked for."""

    @http.route(
        "/crm_base/import_template/<int:profile_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, profile_id):
        """Return the template of a profile, in the language of the user.

        :param int profile_id: crm.import.profile
        """
        request.env["crm.import.batch"]._crm_check_allowed()
        profile = request.env["crm.import.profile"].browse(profile_id).exists()
        if not profile or not request.env[profile.model].has_access("create"):
            raise AccessError(request.env._("There is no such template for you."))
        name = request.env._("%(name)s - template.xlsx", name=profile.name)
        return request.make_response(
            profile._crm_template(),
            headers=[
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
