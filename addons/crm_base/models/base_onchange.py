from odoo import models


class Base(models.AbstractModel):
    """Forms that are being filled in tell nothing of what is out of sight.

    What is computed for them is computed on behalf of the system: whoever named any
    customer in a form that is not saved would be told its name, phone and e-mail.
    """

    _inherit = "base"

    def onchange(self, values, field_names, fields_spec):
        """See Odoo; links to records out of the user's sight are refused.

        :param dict values: the form as it is filled in
        :param list field_names: the fields that were changed, none for a new form
        :param dict fields_spec: the fields that are wanted
        :return: dict with ``value`` and ``warning``, see Odoo
        :raise AccessError: something out of sight is named
        """
        if not self.env.su:
            self._crm_check_links(values)
        return super().onchange(values, field_names, fields_spec)

    def _crm_check_links(self, values):
        """Refuse links to records of the suite that the user may not read.

        :param dict values: values of a form; defaults count as well
        """
        context = self.env.context
        given = {
            **self.env["ir.default"]._get_model_defaults(self._name),
            **{
                key.removeprefix("default_"): value
                for key, value in context.items()
                if key.startswith("default_")
            },
            **(values if isinstance(values, dict) else {}),
        }
        for name, value in given.items():
            field = self._fields.get(name)
            if field is None or field.type not in ("many2one", "many2one_reference"):
                continue
            model = (
                field.comodel_name
                if field.type == "many2one"
                else given.get(field.model_field)
            )
            record_id = _id_of(value)
            if not record_id or not isinstance(model, str) or model not in self.env:
                continue
            if field.type == "many2one" and self[name].id == record_id:
                # what the record says already
                continue
            # models of which not everybody sees everything
            records = self.env[model]
            if "crm_can_write" in records._fields:
                records.browse(record_id).exists().check_access("read")


def _id_of(value):
    """Return the id (int) in a value as a form may send it, 0 for none."""
    if isinstance(value, dict):
        value = value.get("id")
    elif isinstance(value, (list, tuple)):
        value = value[0] if value else 0
    return value if type(value) is int else 0
