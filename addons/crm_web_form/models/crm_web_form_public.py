from odoo import api, models
from odoo.fields import Domain

from ..tools import page_token, places

LANGUAGES = ("zh_CN", "zh_TW", "en_US")
TRADITIONAL = ("zh-tw", "zh-hk", "zh-mo", "zh-hant")


class CrmWebForm(models.Model):
    """What visitors are given. They have no account: all of this runs as the system."""

    _inherit = "crm.web.form"

    @api.model
    def _crm_public_find(self, token):
        """Return the form (recordset, as the system) with this secret, or none."""
        # sudo: visitors have no rights; whoever has the address may see the page
        forms = self.sudo()
        if not isinstance(token, str) or not 8 <= len(token) <= 40:
            return forms.browse()
        return forms.search(
            Domain("token", "=", token) & self._crm_visible_domain(), limit=1
        )

    @api.model
    def _crm_public_language(self, wanted, accepted):
        """Return the language (str) of a page.

        :param str wanted: of the form, ``auto`` for the visitor's
        :param str accepted: what the browser says, the header ``Accept-Language``
        """
        # sudo: which languages there are is no secret
        installed = {
            code for code, _name in self.env["res.lang"].sudo().get_installed()
        }
        known = [code for code in LANGUAGES if code in installed]
        if wanted in known:
            return wanted
        for part in (accepted or "")[:500].lower().split(","):
            tag = part.split(";")[0].strip()
            if tag.startswith(TRADITIONAL):
                code = "zh_TW"
            else:
                code = {"zh": "zh_CN", "en": "en_US"}.get(tag[:2], "")
            if code in known:
                return code
        return known[0] if known else self.env.company.partner_id.lang or "en_US"

    def _crm_public_page(self, parameters):
        """Return what a page shows (dict), in the language of the environment.

        :param dict parameters: of the address, for where visitors come from
        """
        self.ensure_one()
        content = self.env["crm.web.form.version"]._crm_content(self.version_id.id)
        closed = self._crm_is_open() or ("full" if self._crm_is_full() else "")
        page = {
            "mode": "live",
            "form": self.token,
            "closed": self._crm_closed_text(closed),
            "texts": self._crm_public_texts(),
            "content": _public_content(content),
            "logo": f"/crm/form/{self.token}/logo" if self.logo else "",
            "places": _places_of(content),
            "utm": self._crm_utm(parameters),
        }
        if not closed:
            page["token"] = page_token.issue(self.env, self.id, self.version_id.id)
        return page

    def _crm_preview_page(self):
        """Return what the preview of the designer shows (dict): the draft."""
        self.ensure_one()
        return {
            "mode": "preview",
            "form": self.token,
            "closed": "",
            "texts": self._crm_public_texts(),
            "content": self.content,
            # a draft is not public, and the designer shows the logo itself
            "logo": f"/web/image/crm.web.form/{self.id}/logo" if self.logo else "",
            "places": places.cities(),
            "utm": {},
        }

    def _crm_is_full(self):
        if not self.max_answers:
            return False
        # sudo: how many there are
        answers = self.env["crm.web.form.answer"].sudo()
        count = answers.search_count([("form_id", "=", self.id)])
        return count >= self.max_answers

    @api.model
    def _crm_utm(self, parameters):
        """Return where a visitor comes from (dict of str), as the address says."""
        found = {}
        for name in ("utm_source", "utm_medium", "utm_campaign", "ref"):
            value = parameters.get(name)
            if isinstance(value, str) and value.strip():
                found[name] = value.strip()[:100]
        return found

    @api.model
    def _crm_closed_text(self, reason):
        if not reason:
            return ""
        if reason == "early":
            return self.env._("This form is not open yet. Please come back later.")
        if reason == "full":
            return self.env._("This form has received all the answers it can take.")
        return self.env._("This form is closed. Thank you for your interest.")

    @api.model
    def _crm_public_texts(self):
        """Return the texts of a page (dict), in the language of the environment."""
        return {
            "next": self.env._("Next"),
            "back": self.env._("Back"),
            "submit": self.env._("Submit"),
            "sending": self.env._("Sending…"),
            "choose": self.env._("Please choose"),
            "province": self.env._("Province"),
            "city": self.env._("City"),
            "required_mark": self.env._("required"),
            "step": self.env._("Page {page}"),
            "stars": self.env._("{count} of {scale}"),
            "thanks": self.env._("Thank you. We have received your answers."),
            "continue": self.env._("Continue"),
            "again": self.env._("Try Again"),
            "preview": self.env._("This is a preview: nothing is sent."),
            "summary": self.env._("Please correct these answers:"),
            "offline": self.env._(
                "Your answers could not be sent. They are still here: please try again."
            ),
            "trap": self.env._("Leave this field empty"),
            "files": self.env._("At most {count} files of 10 MB each"),
            "errors": self._crm_error_texts(),
        }

    @api.model
    def _crm_error_texts(self):
        """Return what visitors are told about an answer, a dict of code to text."""
        return {
            "required": self.env._("Please answer this question."),
            "number": self.env._("Please enter a number."),
            "min": self.env._("Not less than {min}, please."),
            "max": self.env._("Not more than {max}, please."),
            "short": self.env._("At least {min} characters, please."),
            "long": self.env._("This is too long."),
            "pattern": self.env._("This does not have the right form."),
            "email": self.env._("Please enter an e-mail address."),
            "phone": self.env._("Please enter a phone number."),
            "date": self.env._("Please enter a date."),
            "time": self.env._("Please enter a time."),
            "option": self.env._("Please choose one of the choices."),
            "few": self.env._("Please choose at least {min}."),
            "many": self.env._("These are too many."),
            "type": self.env._("This answer was not understood."),
            "used": self.env._("This answer has been given before."),
            "file_kind": self.env._("Files of this kind are not accepted."),
            "file_size": self.env._("This file is too large."),
        }


def _public_content(content):
    """Return a document without what concerns only ourselves."""
    private = {"maps", "unique"}
    return {
        **content,
        "elements": [
            {key: value for key, value in element.items() if key not in private}
            for element in content["elements"]
        ],
    }


def _places_of(content):
    has_places = any(part["kind"] == "place" for part in content["elements"])
    return places.cities() if has_places else {}
