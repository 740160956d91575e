from odoo.http import Controller, request, route
from odoo.tools.misc import verify_hash_signed

from ..models.crm_playbook_step_kinds import OPT_OUT


class OptOut(Controller):
    """Where the recipient of a playbook's e-mail refuses further ones."""

    @route(
        "/crm/opt-out/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
    )
    def opt_out(self, token, **_params):
        """Ask, and on POST put the address on the list of those who want no mail.

        Mail programs follow links by themselves: GET alone changes nothing. They send
        the POST for a click on their own button (RFC 8058).
        """
        # sudo: whoever has the link has received the e-mail
        env = request.env(su=True)
        try:
            address, lang = verify_hash_signed(env, OPT_OUT, token) or (None, None)
        except (ValueError, TypeError, IndexError):
            address = None
        if not address:
            return request.not_found()
        installed = {code for code, _name in env["res.lang"].get_installed()}
        if lang in installed:
            request.update_context(lang=lang)
            env = request.env(su=True)
        is_done = request.httprequest.method == "POST"
        if is_done:
            env["mail.blacklist"]._add(
                address, message=env._("Opted out of a playbook's e-mail")
            )
        return request.render(
            "crm_base.crm_playbook_opt_out", {"address": address, "is_done": is_done}
        )
