from werkzeug.exceptions import Forbidden, NotFound

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import Controller, Stream, request, route


class CrmBackupDownload(Controller):
    """The way of an archive out of the house: checked, logged, streamed."""

    @route(
        "/crm_backup/<int:backup_id>/download",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=False,
    )
    def download(self, backup_id):
        """Send an archive, in pieces if the browser asks for pieces.

        :param int backup_id: the backup
        :return: the file; 403 for whoever may not have it, 404 when it is not there
        """
        backup = request.env["crm.backup"].browse(backup_id)
        try:
            backup.check_access("read")
            backup._crm_check_download()
        except AccessError as error:
            raise Forbidden(str(error)) from None
        except (MissingError, UserError):
            raise NotFound from None
        # a browser that resumes asks again and again
        if "Range" not in request.httprequest.headers:
            backup._crm_log_download()
        path = backup._crm_path()
        stream = Stream(
            type="path",
            path=str(path),
            mimetype="application/octet-stream",
            download_name=backup.name,
            size=path.stat().st_size,
            etag=backup.checksum,
        )
        return stream.get_response(as_attachment=True, max_age=0)
