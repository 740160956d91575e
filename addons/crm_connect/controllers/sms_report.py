import json

from odoo.http import Controller, request, route
from odoo.tools import consteq

# reports of one call; the services send at most this many
LIMIT = 1000
BODY_LIMIT = 256 * 1024


class SmsReport(Controller):
    """Delivery reports of SMS services, at an address that only the service knows."""

    @route(
        "/crm_connect/sms/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def report(self, token):
        """Note which text messages arrived."""
        # sudo: the caller is a service without an account; its token is the key
        gateways = request.env["crm.sms.gateway"].sudo()
        gateway = gateways.search([("report_token", "=", token)], limit=1)
        if not gateway or not consteq(gateway.report_token, token):
            return request.not_found()
        if (request.httprequest.content_length or 0) > BODY_LIMIT:
            return request.make_json_response({"code": 1, "result": 1}, status=413)
        try:
            rows = json.loads(request.httprequest.get_data() or b"[]")
            reports = [_read(row) for row in rows[:LIMIT]]
        except (ValueError, TypeError, AttributeError, KeyError):
            return request.make_json_response({"code": 1, "result": 1}, status=400)
        for uuid, arrived, reason in filter(None, reports):
            # sudo: as above
            tracker = request.env["sms.tracker"].sudo()
            found = tracker.search([("sms_uuid", "=", uuid)])
            if arrived:
                found._action_update_from_sms_state("sent")
            else:
                found._action_update_from_sms_state(
                    "error", failure_type="crm_rejected", failure_reason=reason
                )
        # the words that each of the services wants to hear
        return request.make_json_response({"code": 0, "result": 0, "errmsg": "OK"})


def _read(row):
    """Return (uuid, whether it arrived, why not) of one report, None if not ours."""
    uuid = row.get("out_id") or row.get("ext") or row.get("id")
    if not isinstance(uuid, str):
        return None
    arrived = row.get("success") is True or row.get("report_status") == "SUCCESS"
    reason = row.get("err_msg") or row.get("description") or row.get("errmsg") or ""
    return uuid, arrived, str(reason)[:200]
