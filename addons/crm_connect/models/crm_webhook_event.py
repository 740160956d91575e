from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import frozendict

from odoo.addons.crm_base.tools.domains import parse_domain


class CrmWebhookEvent(models.Model):
    """What can be told to another system: something that happens to records.

    A registry of records: an addon brings its events as data, a system administrator
    makes more in the web client.
    """

    _name = "crm.webhook.event"
    _description = "Webhook Event"
    _order = "model_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="The name by which receivers know it; it stays.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    model_id = fields.Many2one(
        "ir.model",
        required=True,
        ondelete="cascade",
        domain=[("transient", "=", False)],
    )
    model = fields.Char(related="model_id.model", string="Technical Model")
    operation = fields.Selection(
        [("create", "Created"), ("write", "Changed"), ("unlink", "Deleted")],
        required=True,
        default="write",
    )
    trigger_fields = fields.Char(
        help="Technical names separated by commas: the event happens when one of them"
        " is written. Empty: any."
    )
    domain = fields.Char(
        default="[]", help="Only for records that fit after the change."
    )

    _code_uniq = models.UniqueIndex("(code)", "There is already an event of this code.")

    @api.constrains("model_id", "domain", "trigger_fields")
    def _check_definition(self):
        for event in self:
            model = self.env[event.model_id.model]
            unknown = event._crm_trigger_fields() - set(model._fields)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "%(model)s has no field %(names)s.",
                        model=event.model_id.name,
                        names=", ".join(sorted(unknown)),
                    )
                )
            event._crm_domain().validate(model)

    def _crm_trigger_fields(self):
        return frozenset(
            filter(
                None, (name.strip() for name in (self.trigger_fields or "").split(","))
            )
        )

    def _crm_is_any(self):
        """Return whether this stands for any change, not a certain one (bool)."""
        return not self._crm_trigger_fields()

    def _crm_domain(self):
        """Return the domain (Domain) that records of this event fit.

        :raise ValidationError: when it is no domain
        """
        try:
            return Domain(parse_domain(self.domain))
        except (ValueError, TypeError) as error:
            raise ValidationError(
                self.env._("The filter of “%(name)s” cannot be read.", name=self.name)
            ) from error

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache("stable")
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache("stable")
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache("stable")
        return super().unlink()

    @api.model
    @tools.ormcache(cache="stable")
    def _crm_watched(self):
        """Return what is listened to: model to operation to events.

        An event is (id, names of trigger fields, whether it stands for any change).
        Read at every create, write and unlink of every model, so it is cached, where
        only what seldom changes clears it, and empty where nobody listens.
        """
        watched = {}
        # sudo: what is listened to does not depend on who does it
        webhooks = self.env["crm.webhook"].sudo().search([("event_ids", "!=", False)])
        for event in webhooks.event_ids:
            if not event.active or event.model not in self.env:
                continue
            names = event._crm_trigger_fields()
            by_operation = watched.setdefault(event.model, {})
            by_operation.setdefault(event.operation, []).append(
                (event.id, names, event._crm_is_any())
            )
        return frozendict(watched)
