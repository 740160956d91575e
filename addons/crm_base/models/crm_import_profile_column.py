import re

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools.sheets.values import folded

# what stands around a label without being part of it
DECORATION = re.compile(r"[\s*＊:：_\-—.]+|[(\[【（<][^)\]】）>]*[)\]】）>]")


def plain_label(text):
    """Return a label (str) as labels are compared: no case, width, marks, remarks."""
    plain = DECORATION.sub("", folded(text or ""))
    return plain or folded(text or "")


class CrmImportProfileColumn(models.Model):
    """A column that a profile knows: which field it fills and what people call it."""

    _name = "crm.import.profile.column"
    _description = "Import Column"
    _order = "profile_id, sequence, id"

    profile_id = fields.Many2one(
        "crm.import.profile", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    field = fields.Char(
        required=True,
        help="Technical name; contact.name is the name of a contact in the same row.",
    )
    name = fields.Char("Label", translate=True, help="Empty: the label of the field.")
    synonyms = fields.Text(
        help="Other headings that mean this column, in any language, separated by"
        " commas."
    )
    hint = fields.Char(translate=True, help="Stands in the template, below the label.")
    required = fields.Boolean()
    in_template = fields.Boolean(default=True)
    is_key = fields.Boolean(
        "Identifies", help="A record with this value is taken for the same one."
    )

    _field_uniq = models.UniqueIndex(
        "(profile_id, field)", "The profile has this column already."
    )

    @api.constrains("field", "profile_id")
    def _check_field(self):
        for column in self:
            # sudo: which fields a model has is no secret
            profile = column.profile_id.sudo()
            handler = self.env[profile.handler]
            if handler._crm_field(profile, column.field) is None:
                raise ValidationError(
                    self.env._(
                        "%(model)s has no field “%(field)s” to import.",
                        model=profile.model,
                        field=column.field,
                    )
                )

    @api.depends("name", "field", "profile_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for column in self:
            column.display_name = column._crm_label()

    def _crm_label(self):
        """Return what the column is called (str) in the language of the environment."""
        self.ensure_one()
        if self.name:
            return self.name
        # sudo: which fields a model has is no secret
        profile = self.profile_id.sudo()
        if not profile.handler:
            # a line of a form that is being filled
            return self.field or ""
        field = self.env[profile.handler]._crm_field(profile, self.field or "")
        if field is None:
            return self.field or ""
        return field._description_string(self.env)

    def _crm_headings(self):
        """Return every heading (set of str, plain) that means this column."""
        self.ensure_one()
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        labels = {self.field, self.field.rpartition(".")[2]} if self.field else set()
        for language in {"en_US", *languages}:
            labels.add(self.with_context(lang=language)._crm_label())
        labels |= set(re.split(r"[,，、;\n]", self.synonyms or ""))
        return {plain_label(label) for label in labels if label and label.strip()}

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache("profile_id")
    def _crm_heading_index(self, profile_id):
        """Return a dict of plain heading to the id of the column it means.

        What several columns are called goes to the first, its own label before what
        others are called besides.
        """
        columns = self.search([("profile_id", "=", profile_id)])
        index = {}
        for column in columns:
            index.setdefault(plain_label(column.field), column.id)
            index.setdefault(plain_label(column._crm_label()), column.id)
        for column in columns:
            for heading in column._crm_headings():
                index.setdefault(heading, column.id)
        return index
