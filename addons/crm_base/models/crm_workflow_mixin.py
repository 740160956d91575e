from odoo import api, models
from odoo.exceptions import AccessError

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

    def _crm_workflow_fields(self):
        """Hook: return the names (frozenset of str) of the workflow fields."""
        return frozenset()

    def _crm_workflow(self):
        """Return ``self`` opened for writing workflow fields."""
        return self.with_context(**{WORKFLOW_KEY: WORKFLOW})

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
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if not self._crm_in_workflow():
            for name in self._crm_workflow_fields().intersection(values):
                default = self._fields[name].default
                if default is None:
                    del values[name]
                else:
                    values[name] = default(self.with_context({}))
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
