from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, LockError, MissingError

from ..tools.workflow import WORKFLOW, WORKFLOW_KEY


class CrmWorkflowMixin(models.AbstractModel):
    """Fields that change only through methods.

    A model names its workflow fields in :meth:`_crm_workflow_fields`. They are refused
    in ``create`` and ``write`` from outside, cannot be smuggled in by a default (from
    the context or the user's own defaults), and open only for code that goes through
    :meth:`_crm_workflow`.
    """

    _name = "crm.workflow.mixin"
    _description = "Fields that change only through methods"

    crm_can_write = fields.Boolean(
        "Editable by Me",
        compute="_compute_crm_can_write",
        exportable=False,
        help="Whether the reader may change this record; forms lock themselves by it.",
    )

    @api.depends_context("uid")
    def _compute_crm_can_write(self):
        writable = self._origin._filtered_access("write")
        for record in self:
            # what is not saved yet is still its author's
            record.crm_can_write = not record._origin or record._origin in writable

    def _crm_workflow_fields(self):
        """Hook: return the names (frozenset of str) of the workflow fields.

        Call ``super()`` and add yours. Stored computed fields without an inverse are
        among them by themselves: the ORM would take a value from anybody who may write
        the record, and rules and statistics are built on them.
        """
        return self._crm_computed_fields()

    @api.model
    @tools.ormcache()
    def _crm_computed_fields(self):
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.store and field.compute and field.readonly and not field.inverse
        )

    def _crm_workflow(self):
        """Return ``self`` opened for writing workflow fields."""
        return self.with_context(**{WORKFLOW_KEY: WORKFLOW})

    def _crm_lock(self, **options):
        """Let nobody else act on these records before this transaction ends.

        :param options: of ``lock_for_update``
        :raise LockError: somebody else is at it right now
        :raise MissingError: one of them was deleted
        """
        try:
            self.lock_for_update(**options)
        except LockError as error:
            if self.exists() != self:
                raise MissingError(
                    self.env._("This was deleted in the meantime.")
                ) from error
            raise LockError(
                self.env._(
                    "Somebody else is changing this just now. Try again in a moment."
                )
            ) from error

    @api.model
    def _crm_write_facts(self, facts):
        """Write facts that the system keeps: only what differs, alike ones at once.

        :param dict facts: of a record's id to dict of field name to value
        """
        # sudo: whoever makes them, also of records that one may only read
        records = self.sudo()._crm_workflow().browse(facts)
        alike = {}
        for record in records:
            changed = tuple(
                (name, value)
                for name, value in sorted(facts[record.id].items())
                if record[name] != value
            )
            if changed:
                alike.setdefault(changed, []).append(record.id)
        for changed, ids in alike.items():
            records.browse(ids).write(dict(changed))

    def _crm_in_workflow(self):
        return self.env.context.get(WORKFLOW_KEY) is WORKFLOW

    def _crm_check_workflow_values(self, names):
        """Refuse workflow fields in the values of an external call.

        :param Iterable[str] names: the names of the fields about to be set
        :raise AccessError: names the fields, in the user's language
        """
        if self._crm_in_workflow():
            return
        refused = self._crm_workflow_fields().intersection(names)
        if refused:
            labels = self.fields_get(refused, ["string"])
            raise AccessError(
                self.env._(
                    "These fields cannot be set directly, use the action made for it:"
                    " %(fields)s",
                    fields=", ".join(
                        sorted(
                            labels.get(name, {"string": name})["string"]
                            for name in refused
                        )
                    ),
                )
            )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if not self._crm_in_workflow():
            for name in self._crm_workflow_fields().intersection(values):
                default = self._fields[name].default
                if default is None:
                    del values[name]
                else:
                    # the context may carry a default that is being refused
                    bare = self.with_context({})  # pylint: disable=context-overridden
                    field = self._fields[name]
                    cached = field.convert_to_cache(default(bare), self, validate=False)
                    values[name] = field.convert_to_write(
                        field.convert_to_record(cached, self), self
                    )
        return values

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # an empty value is what the record gets anyway
            self._crm_check_workflow_values(
                name for name, value in vals.items() if value
            )
        return super().create(vals_list)

    def write(self, vals):
        self._crm_check_workflow_values(vals)
        return super().write(vals)

    def copy_data(self, default=None):
        # what was read on behalf of the system before lies in the cache for everybody
        self.check_access("read")
        copies = super().copy_data(default)
        if self._crm_in_workflow():
            return copies
        # they belong to the record that they were written to
        refused = self._crm_workflow_fields() - set(default or ())
        return [
            {name: value for name, value in values.items() if name not in refused}
            for values in copies
        ]
