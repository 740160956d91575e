from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# Nothing that these fields name is ever open: facts, and what is the person's own
HISTORY = None


class DeskItem(NamedTuple):
    """A field by which something may be open on the desk of a person.

    :ivar str model: technical name of the model
    :ivar str field: stored many2one or many2many to res.users
    :ivar list open_domain: domain of what is open; HISTORY for facts and for what is
        the person's own, which stay
    :ivar str action: what a hand-over does with it: ``transfer`` (another person is
        named instead), ``drop`` (the person is taken out), ``replace`` (taken out and
        the successor put in), the name of an operation of crm.handover, or ``show``
        (nothing: somebody has to decide)
    :ivar str partner_field: field holding the customer that it hangs on, if any: it
        follows the customer
    """

    model: str
    field: str
    open_domain: list | None
    action: str = "transfer"
    partner_field: str = ""


def _history(model, *fields):
    return [DeskItem(model, field, HISTORY) for field in fields]


class ResUsers(models.Model):
    """What lies on a person's desk, and the proof that nothing is left of it."""

    _inherit = "res.users"

    @api.model
    def _crm_desk(self):
        """Hook: return what may lie on somebody's desk, a list of DeskItem.

        What :meth:`_crm_handover_models` returns is part of it by itself. Call
        ``super()`` first and append the other fields to res.users of your models, those
        that only record facts as HISTORY: a field that nobody declares is reported as
        not covered by every hand-over.
        """
        now = "now"
        return [
            # customers come first: what hangs on them follows them
            DeskItem(
                "res.partner",
                "user_id",
                [("is_crm_customer", "=", True)],
                "customer",
                "id",
            ),
            *(
                DeskItem(
                    entry.model,
                    entry.user_field,
                    entry.open_domain,
                    "transfer",
                    entry.partner_field,
                )
                for entry in self._crm_handover_models()
                if entry.model != "mail.activity"
            ),
            # an activity may hang on anything, not only on a customer
            DeskItem(
                "mail.activity", "user_id", [("active", "=", True)], partner_field="-"
            ),
            # suppliers and the like, whose contact person somebody is
            DeskItem("res.partner", "user_id", [("crm_customer_id", "=", False)]),
            DeskItem("crm.share", "user_id", [], "share", "partner_id"),
            DeskItem("crm.team", "user_id", [("active", "=", True)], "team"),
            DeskItem("crm.team", "assistant_ids", [("active", "=", True)], "assist"),
            DeskItem(
                "crm.registration",
                "user_id",
                [("state", "in", ["draft", "submitted", "approved"])],
            ),
            DeskItem("crm.join.request", "requester_id", [("state", "=", "open")]),
            DeskItem("crm.territory", "manager_id", [("active", "=", True)]),
            DeskItem(
                "crm.team.member", "user_id", [("active", "=", True)], "membership"
            ),
            DeskItem(
                "calendar.event",
                "user_id",
                # what is private stays so
                ["&", ("stop", ">=", now), ("privacy", "!=", "private")],
                "meeting",
            ),
            DeskItem("utm.campaign", "user_id", [("active", "=", True)]),
            DeskItem("mail.template", "user_id", [("active", "=", True)]),
            DeskItem("mail.activity.type", "default_user_id", [("active", "=", True)]),
            DeskItem("mail.activity.plan.template", "responsible_id", []),
            DeskItem("ir.actions.server", "activity_user_id", []),
            # what runs in somebody's name: only the administrator knows in whose next
            DeskItem("ir.cron", "user_id", [("active", "=", True)], "show"),
            *self._crm_desk_of_others(),
            *self._crm_desk_history(),
        ]

    @api.model
    def _crm_desk_of_others(self):
        """Return fields of addons of Odoo that install themselves everywhere.

        Names alone: what is not installed has no such field, and is passed over.
        """
        return [
            DeskItem("digest.digest", "user_ids", [], "drop"),
            DeskItem("iap.account", "warning_user_ids", [], "drop"),
            DeskItem(
                "queue.job",
                "user_id",
                [("state", "in", ["wait_dependencies", "pending", "enqueued"])],
                "show",
            ),
            *_history("digest.tip", "user_ids"),
            *_history("crm.iap.lead.mining.request", "user_id"),
            *_history("hr.employee", "user_id"),
            *_history("hr.version", "last_modified_uid"),
            *_history("privacy.log", "user_id"),
            *_history("resource.resource", "user_id"),
            *_history("snailmail.letter", "user_id"),
        ]

    @api.model
    def _crm_desk_history(self):
        """Return the fields to res.users that never name open work."""
        registry = self.env.registry
        log = registry["crm.log.mixin"]
        return [
            # a log says who did something, whatever it is a log of
            *(
                DeskItem(name, "user_id", HISTORY)
                for name in registry
                if issubclass(registry[name], log)
            ),
            *_history("crm.followup", "reviewer_id"),
            *_history("crm.duplicate.quota", "user_id"),
            *_history("crm.export.log", "user_id"),
            *_history("crm.export.quota", "user_id"),
            *_history("crm.import.batch", "user_id"),
            *_history("crm.import.memory", "user_id"),
            *_history("crm.merge.journal", "actor_id", "undone_by_id"),
            *_history("crm.recycle.entry", "user_id", "owner_id"),
            *_history("crm.team", "favorite_user_ids"),
            *_history("crm.owner.move", "from_user_id", "to_user_id", "actor_id"),
            *_history(
                "crm.handover",
                "user_id",
                "successor_id",
                "actor_id",
                "undone_by_id",
                "dealt_user_ids",
            ),
            *_history("crm.registration", "arbiter_id"),
            *_history("crm.reminder", "user_id", "about_user_id"),
            *_history("crm.reminder.delivery", "user_id"),
            *_history("crm.reminder.preference", "user_id"),
            *_history("crm.handover.target", "user_id"),
            *_history("crm.handover.row", "to_user_id"),
            *_history("res.partner", "favorite_user_ids"),
            *_history("calendar.filters", "user_id"),
            *_history("ir.default", "user_id"),
            *_history("ir.embedded.actions", "user_id"),
            *_history("ir.filters", "user_ids"),
            *_history("ir.mail_server", "owner_user_id"),
            *_history("ir.ui.view.custom", "user_id"),
            *_history("mail.presence", "user_id"),
            *_history("res.company", "user_ids"),
            *_history("res.device.log", "user_id"),
            *_history("res.groups", "user_ids"),
            *_history("res.role", "user_ids"),
            *_history("res.users.deletion", "user_id"),
            *_history("res.users.settings", "user_id"),
            *_history("web_tour.tour", "user_consumed_ids"),
        ]

    @api.model
    def _crm_person_fields(self):
        """Return every stored field that names a person, a list of (model, field).

        Found in the registry, not declared by anybody: many2one and many2many fields to
        res.users of every model with a table of its own, besides who created and last
        changed a record, and besides fields that repeat another one.
        """
        found = []
        for model_name in sorted(self.env.registry):
            model = self.env[model_name]
            if model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                if (
                    field.store
                    and field.type in ("many2one", "many2many")
                    and field.comodel_name == "res.users"
                    and field.name not in models.MAGIC_COLUMNS
                    and not (field.related and field.readonly)
                    and not (field.compute and field.readonly and not field.inverse)
                ):
                    found.append((model_name, field.name))
        return found

    def _crm_desk_domain(self, item):
        """Return the domain of what is open on the desk of ``self``."""
        return Domain(item.field, "in", self.ids) & Domain(item.open_domain)

    def _crm_desk_findings(self):
        """Search every model for what is still open on the desk of ``self``.

        :return: list of dicts with ``model``, ``field``, ``count`` and ``status``:
            ``open``, or ``unknown`` for records by a field that nobody declared
        """
        declared = {}
        for item in self._crm_desk():
            declared.setdefault((item.model, item.field), []).append(item)
        findings = []
        # sudo: the proof counts what is there, whoever may see it
        env = self.sudo().with_context(active_test=False).env
        for model, field in self._crm_person_fields():
            items = declared.get((model, field))
            if items is None:
                domain, status = Domain(field, "in", self.ids), "unknown"
            else:
                domain = Domain.OR(
                    self._crm_desk_domain(item)
                    for item in items
                    if item.open_domain is not HISTORY
                )
                status = "open"
            if domain.is_false():
                continue
            count = env[model].search_count(domain)
            if count:
                findings.append(
                    {"model": model, "field": field, "count": count, "status": status}
                )
        return findings

    def get_open_work(self):
        """Say what is still open on these people, as the proof of a hand-over does.

        Every model with a field that names a person is searched.

        :return: list of dicts: ``model``, ``model_name``, ``field``, ``field_name``,
            ``count`` (int) and ``status``: ``open``, or ``unknown`` for records found
            by a field that no addon has declared; empty when nothing is left
        :raise AccessError: by anybody but superiors of these people
        """
        self._crm_check_superior()
        Model = self.env["ir.model"]
        fields_by_model = {}
        result = []
        for finding in self._crm_desk_findings():
            name = finding["model"]
            if name not in fields_by_model:
                # sudo: what models and fields are called is no secret
                fields_by_model[name] = self.env[name].sudo().fields_get()
            result.append(
                {
                    **finding,
                    "model_name": Model.sudo()._get(name).name,
                    "field_name": fields_by_model[name][finding["field"]]["string"],
                }
            )
        return result

    def _crm_handover_rule(self, path=""):
        """Return the record rule of hand-overs: of the own people, or by oneself.

        :param str path: from the model to the hand-over, with a dot at the end
        """
        rule = self._crm_owner_domain("write", f"{path}user_id")
        # whoever left the teams by it is out of the scope, and can still be put back
        return (
            rule if rule.is_true() else rule | Domain(f"{path}actor_id", "=", self.id)
        )

    def _crm_check_superior(self):
        """Refuse everybody but the boss, and managers of all people of ``self``.

        :raise AccessError: names the first one who is nobody's concern
        """
        actor = self.env.user
        if not self.env.su and not actor._crm_has_group("crm_base.group_manager"):
            raise AccessError(self.env._("This is for managers and the boss."))
        ids = actor._crm_scope_ids("write")
        for user in self:
            # sudo: that somebody is a colleague is no secret
            if (
                not self.env.su
                and ids is not None
                and (user.id not in ids or user == actor)
            ):
                raise AccessError(
                    self.env._(
                        "%(user)s is not one of your people.", user=user.sudo().name
                    )
                )
