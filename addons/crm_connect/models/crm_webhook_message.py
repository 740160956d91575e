import json

from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools import robots
from .crm_webhook import PLACEHOLDER


class CrmWebhook(models.Model):
    """What a webhook says in words of the administrator's own."""

    _inherit = "crm.webhook"

    @api.constrains("template", "kind")
    def _check_template(self):
        for webhook in self.filtered("template"):
            if webhook.kind == "json":
                try:
                    json.loads(webhook.template)
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            "The message is no JSON document: %(error)s", error=error
                        )
                    ) from error

    def _crm_fill(self, text, record, event, url, clean):
        """Return a text with its placeholders filled in; values never become code."""

        def fill(match):
            name = match[1]
            if name == "event":
                return clean(event.name)
            if name == "url":
                return url
            return clean(_words(record, name))

        return PLACEHOLDER.sub(fill, text)

    def _crm_text(self, record, event, url):
        """Return the text (str) of a robot's message about a record."""
        template = self.template or "{{display_name}}"
        lines = [
            self._crm_fill(line, record, event, url, robots.harmless)
            for line in template.splitlines()
        ]
        return "\n".join(lines)

    def _crm_document(self, record, event, url):
        """Return the JSON document of the template, placeholders filled in."""

        def walk(value):
            if isinstance(value, str):
                return self._crm_fill(value, record, event, url, str)
            if isinstance(value, list):
                return [walk(one) for one in value]
            if isinstance(value, dict):
                return {key: walk(one) for key, one in value.items()}
            return value

        return walk(json.loads(self.template))


def _words(record, name):
    """Return the value of a field as people read it."""
    field = record._fields[name]
    value = record[name]
    if field.relational:
        return ", ".join(value.mapped("display_name"))
    if field.type == "selection":
        return dict(field._description_selection(record.env)).get(value, "")
    if value is False and field.type != "boolean":
        return ""
    return field.convert_to_display_name(value, record) or ""
