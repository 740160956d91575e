from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import places, schema

HOSTS = "crm_web_form.redirect_hosts"


class CrmWebForm(models.Model):
    """Designing a form, publishing it, putting it into other pages."""

    _inherit = "crm.web.form"

    def get_design(self) -> dict:
        """Return what the designer needs.

        :return: dict with ``name``, ``state``, ``content``, ``revision``, ``problems``,
            ``is_changed``, ``targets`` (what of a lead an answer may fill), ``places``
        :raise AccessError: when the user may not change the form
        """
        self.ensure_one()
        self.check_access("write")
        return {
            "name": self.name,
            "state": self.state,
            "content": self.content,
            "revision": self.revision,
            "is_changed": self.is_changed,
            "problems": self._crm_problems(self.content),
            "targets": [
                {"name": name, "label": label, "kinds": sorted(kinds)}
                for name, (label, kinds) in self._crm_targets().items()
            ],
            "places": places.cities(),
            "has_logo": bool(self.logo),
        }

    def save_design(self, content: dict, revision: int) -> dict:
        """Store a draft, unless somebody else has stored another one meanwhile.

        :param content: the document, as :meth:`get_design` gave it
        :param int revision: the one that the changes were made on
        :return: dict with ``saved`` (bool), ``revision``, ``problems``, and in a
            conflict ``user``, who was faster
        :raise ValidationError: when it is no document of a form
        """
        self.ensure_one()
        self.check_access("write")
        try:
            document = schema.checked(content)
        except schema.Refused as error:
            raise ValidationError(
                self.env._("This is not the design of a form (%(why)s).", why=error)
            ) from error
        self.lock_for_update()
        self.invalidate_recordset(["revision", "content"])
        if type(revision) is not int or revision != self.revision:
            # sudo: who works on the same form is no secret
            user = self.sudo().write_uid.name or ""
            return {
                "saved": False,
                "revision": self.revision,
                "user": user,
                "problems": [],
            }
        if document != self.content:
            self._crm_workflow().write(
                {
                    "content": document,
                    "revision": self.revision + 1,
                    "is_changed": True,
                }
            )
        return {
            "saved": True,
            "revision": self.revision,
            "problems": self._crm_problems(document),
        }

    def action_publish(self) -> bool:
        """Let visitors see the form as it is designed now. Return True.

        :raise UserError: says what is still missing
        """
        self.check_access("write")
        for form in self:
            form.lock_for_update()
            form.invalidate_recordset(["content", "version_id"])
            found = form._crm_problems(form.content)
            if found:
                raise UserError(
                    form.env._(
                        "The form cannot be published yet:\n%(problems)s",
                        problems="\n".join(part["text"] for part in found),
                    )
                )
            form._crm_publish()
        return True

    def _crm_publish(self):
        # sudo: versions are written by the system only
        versions = self.env["crm.web.form.version"].sudo()._crm_workflow()
        last = versions.search([("form_id", "=", self.id)], limit=1)
        version = versions.create(
            {
                **versions._crm_log_author(),
                "form_id": self.id,
                "number": last.number + 1,
                "content": self.content,
            }
        )
        self._crm_workflow().write(
            {"state": "published", "version_id": version.id, "is_changed": False}
        )

    def _crm_problems(self, content):
        """Return what keeps a form from being published, a list of dicts."""
        targets = {name: kinds for name, (_label, kinds) in self._crm_targets().items()}
        labels = {part["id"]: part["label"] for part in content["elements"]}
        numbers = {
            part["id"]: number for number, part in enumerate(content["rules"], 1)
        }
        texts = self._crm_problem_texts()
        found = []
        for problem in schema.problems(content, targets, self._crm_hosts()):
            text = texts[problem.code]
            if problem.subject in numbers:
                text = self.env._(
                    "Rule %(number)s: %(problem)s",
                    number=numbers[problem.subject],
                    problem=text,
                )
            elif labels.get(problem.subject):
                text = f"{labels[problem.subject]}: {text}"
            found.append({"id": problem.subject, "code": problem.code, "text": text})
        return found

    @api.model
    def _crm_hosts(self):
        """Return the names of hosts (frozenset) that a form may send people to."""
        # sudo: a setting of the system
        text = self.env["ir.config_parameter"].sudo().get_param(HOSTS) or ""
        return frozenset(text.replace(",", " ").lower().split())

    @api.model
    def _crm_problem_texts(self):
        return {
            "no_questions": self.env._("There is no question yet."),
            "redirect": self.env._(
                "People may be sent only to a page of this server (/page), or by https"
                " to a web site that the administrator has allowed."
            ),
            "maps": self.env._("This kind of question cannot fill that field."),
            "mapped_twice": self.env._("Another question fills the same field."),
            "label": self.env._("The text is missing."),
            "options": self.env._("A choice is missing or has no text."),
            "options_twice": self.env._("Two choices are the same."),
            "limits": self.env._("The least and the most do not fit together."),
            "conditions": self.env._("The question of the condition is missing."),
            "values": self.env._("The value of the condition does not fit."),
            "page": self.env._("Choose a later page to go to."),
            "targets": self.env._("Choose the questions that it is about."),
            "message": self.env._("The message is missing."),
            "order": self.env._(
                "A rule can only depend on questions that come before."
            ),
        }

    def get_embed_codes(self) -> dict:
        """Return how the form is put into other pages.

        :return: dict with ``link``, ``snippet``, ``iframe``, ``popup``: texts
        """
        self.ensure_one()
        self.check_access("read")
        return self._crm_embed_codes()

    def _crm_embed_codes(self):
        base = self.get_base_url()
        script = Markup('<script async src="%s/crm/form/embed.js"></script>') % base
        values = {"token": self.token, "url": self.url, "name": self.name}
        snippet = Markup('<div data-crm-form="%(token)s"></div>') % values
        popup = (
            Markup(
                '<button type="button" data-crm-form-popup="%(token)s">'
                "%(name)s</button>"
            )
            % values
        )
        iframe = (
            Markup(
                '<iframe src="%(url)s?embed=1" title="%(name)s" width="100%%"'
                ' height="720" style="border:0"></iframe>'
            )
            % values
        )
        return {
            "link": self.url,
            "snippet": f"{snippet}\n{script}",
            "iframe": str(iframe),
            "popup": f"{popup}\n{script}",
        }

    def _crm_is_open(self):
        """Return why nothing can be submitted now (str), "" when it can."""
        now = fields.Datetime.now()
        if self.state != "published" or not self.active:
            return "closed"
        if self.date_open and now < self.date_open:
            return "early"
        if self.date_close and now >= self.date_close:
            return "closed"
        return ""
