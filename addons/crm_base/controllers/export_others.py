"""Other ways out of the web client, which ask the same right and write the same log.

Their routes are read-only in Odoo, and the log has to write.
"""

import json

from werkzeug.datastructures import FileStorage

from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.json import WebJsonController
from odoo.addons.web.controllers.pivot import TableExporter
from odoo.addons.web.controllers.vcard import Partner

from ..tools.export_files import harmless


def _is_read_only(_controller, _rule, _arguments):
    """Tell Odoo, which lets only a function change the mode of a route: it writes."""
    return False


class CrmTableExporter(TableExporter):
    @http.route(readonly=_is_read_only)
    def export_xlsx(self, data, **kw):
        export = request.env["crm.export"]
        export._crm_check_right()
        table = json.load(data) if isinstance(data, FileStorage) else json.loads(data)
        name = table.get("model") if table else None
        if name not in request.env:
            return super().export_xlsx(json.dumps(table), **kw)
        model = request.env[name]
        model.check_access("read")
        count = len(table.get("rows") or [])
        export._crm_check_rows(count)
        response = super().export_xlsx(json.dumps(_harmless(table)), **kw)
        request.env["crm.export.log"]._crm_log(
            model,
            "pivot",
            count,
            columns=", ".join(
                str(measure.get("title")) for measure in table["measure_headers"]
            ),
            file_size=len(response.get_data()),
        )
        return response


def _harmless(value):
    """Return the texts of a table so that none of them is a formula."""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, list):
        return [_harmless(item) for item in value]
    if isinstance(value, dict):
        return {
            key: item if key == "model" else _harmless(item)
            for key, item in value.items()
        }
    return value


class CrmPartner(Partner):
    @http.route(readonly=_is_read_only)
    def download_vcard(self, partner_ids=None, partner=None, **kwargs):
        """One card for one's own phone is no export; several are."""
        ids = [part for part in (partner_ids or "").split(",") if part.isdigit()]
        if len(ids) > 1:
            export = request.env["crm.export"]
            export._crm_check_right()
            export._crm_check_rows(len(ids))
            partners = request.env["res.partner"].browse(map(int, ids))
            partners.check_access("read")
            request.env["crm.export.log"]._crm_log(
                partners, "vcard", len(ids), domain=str([("id", "in", partners.ids)])
            )
        return super().download_vcard(partner_ids, partner, **kwargs)


class CrmJson(WebJsonController):
    @http.route(readonly=_is_read_only)
    def web_json_1(self, subpath, **kwargs):
        # the right is asked by Odoo itself
        response = super().web_json_1(subpath, **kwargs)
        if response.status_code == 200:
            found = json.loads(response.get_data())
            count = len(found["records"]) if "records" in found else 1
            if "groups" in found:
                count = len(found["groups"])
            action = self._get_action(subpath)[0]
            request.env["crm.export"]._crm_check_rows(count)
            request.env["crm.export.log"]._crm_log(
                request.env[action.res_model],
                "api",
                count,
                domain=kwargs.get("domain"),
                file_size=len(response.get_data()),
            )
        return response
