from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

# what nobody fills from a spreadsheet
SKIPPED_TYPES = {"binary", "one2many", "properties", "properties_definition", "json"}
SKIPPED_TYPES |= {"reference", "many2one_reference", "image"}


class CrmImportProfile(models.Model):
    """A kind of spreadsheet that can be imported: what its rows are, and its columns.

    Addons add profiles as data. How rows become records is decided by the handler, an
    abstract model that inherits ``crm.import.handler``.
    """

    _name = "crm.import.profile"
    _description = "Import Profile"
    _order = "sequence, id"
    _crm_recycle = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, copy=False, help="Fixed key for the external API."
    )
    description = fields.Char(translate=True)
    sequence = fields.Integer(default=50)
    active = fields.Boolean(default=True)
    model_id = fields.Many2one(
        "ir.model",
        required=True,
        ondelete="cascade",
        domain=[("transient", "=", False), ("abstract", "=", False)],
    )
    model = fields.Char("Technical Model", related="model_id.model", store=True)
    handler = fields.Char(
        required=True,
        default="crm.import.handler",
        help="The abstract model that turns rows into records.",
    )
    column_ids = fields.One2many("crm.import.profile.column", "profile_id", "Columns")

    _code_uniq = models.UniqueIndex(
        "(code)", "There is already a profile of this code."
    )

    @api.constrains("handler", "model_id")
    def _check_handler(self):
        base = self.env.registry["crm.import.handler"]
        for profile in self:
            model = self.env.registry.get(profile.handler)
            if model is None or not issubclass(model, base):
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is no handler of imports.", name=profile.handler
                    )
                )
            # sudo: names of models are no secret
            if self.env.registry[profile.sudo().model_id.model]._abstract:
                raise ValidationError(self.env._("Choose a model that keeps records."))

    @api.depends("name")
    def _compute_display_name(self):
        for profile in self:
            profile.display_name = profile.name

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: imports of colleagues keep their profile just as one's own do
        imports = self.env["crm.import.batch"].sudo()
        used = imports.search([("profile_id", "in", self.ids)], limit=1).profile_id
        if used:
            raise UserError(
                self.env._(
                    "The profile “%(name)s” has imports; archive it instead.",
                    name=used.display_name,
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_fill_columns(self):
        """Add a column for each field of the model that has none; return True."""
        self.check_access("write")
        for profile in self:
            known = set(profile.column_ids.mapped("field"))
            position = max(profile.column_ids.mapped("sequence"), default=0)
            self.env["crm.import.profile.column"].create(
                [
                    {
                        "profile_id": profile.id,
                        "field": name,
                        "sequence": position + 10 * index,
                        "required": required,
                    }
                    for index, (name, required) in enumerate(
                        profile._crm_importable_fields(), 1
                    )
                    if name not in known
                ]
            )
        return True

    def action_template(self):
        """Download an empty spreadsheet with the columns of this profile.

        :return: the action (dict)
        :raise AccessError: for those who may not import
        """
        self.ensure_one()
        self.env["crm.import.batch"]._crm_check_allowed()
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm_base/import_template/{self.id}",
            "target": "download",
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_handler(self):
        """Return the handler, an empty record of the environment's user."""
        self.ensure_one()
        return self.env[self.handler]

    @api.model
    def _crm_for_model(self, model):
        """Return the profile for a model, made now if it has none.

        :param str model: technical name
        :raise UserError: when there is no such model for this user
        :raise AccessError: when this user may not create its records
        """
        profile = self.search([("model", "=", model)], limit=1)
        if profile:
            return profile
        known = self.env.registry.get(model) if isinstance(model, str) else None
        if known is None or known._abstract or known._transient or not known._auto:
            raise UserError(
                self.env._("“%(model)s” cannot be imported.", model=str(model)[:64])
            )
        self._crm_check_create(model)
        # sudo: profiles are set up by directors; this one holds nothing but fields that
        # the model has, and rows are stored with the rights of whoever imports
        record = self.env["ir.model"].sudo()._get(model)
        profile = self.sudo().create(
            {"name": record.name, "code": model, "model_id": record.id, "sequence": 90}
        )
        profile.with_user(self.env.user).sudo().action_fill_columns()
        return profile.with_env(self.env)

    @api.model
    def _crm_check_create(self, model):
        """Refuse to import what the user may not create one by one.

        :param str model: technical name
        :raise AccessError: names the model
        """
        # the ORM computes stored fields as the system; the person counts
        if not self.env[model].sudo(False).has_access("create"):
            raise AccessError(
                self.env._("You may not create what this file holds (%(m)s).", m=model)
            )

    @api.model
    def _crm_uninstall(self, module):
        """Take the profiles of an addon away, with their imports; for its hook.

        What was imported stays: it is the users'.

        :param str module: the addon that is being uninstalled
        """
        # sudo: whoever uninstalls, the system does it
        rows = self.env["ir.model.data"].sudo()
        rows = rows.search([("module", "=", module), ("model", "=", self._name)])
        leaving = {MODULE_UNINSTALL_FLAG: True}
        # sudo: as above
        profiles = self.sudo().browse(rows.mapped("res_id")).exists()
        # sudo: as above
        imports = self.env["crm.import.batch"].sudo().with_context(**leaving)
        imports.search([("profile_id", "in", profiles.ids)]).unlink()
        profiles.with_context(**leaving)._crm_without_recycling().unlink()

    def _crm_importable_fields(self):
        """Return (name, required) of the fields that a spreadsheet can fill."""
        self.ensure_one()
        model = self.env[self.model]
        protected = set(models.MAGIC_COLUMNS) | {"parent_path"}
        if isinstance(model, self.env.registry["crm.workflow.mixin"]):
            protected |= model._crm_workflow_fields()
        defaults = model.default_get(list(model._fields))
        return [
            (name, bool(field.required and name not in defaults))
            for name, field in sorted(
                model._fields.items(), key=lambda item: (not item[1].required, item[0])
            )
            if field.type not in SKIPPED_TYPES
            and not field.readonly
            and (field.store or field.inverse)
            and name not in protected
            and model._has_field_access(field, "write")
        ]

    @api.model
    def _crm_allowed_domain(self):
        """Return the domain of the profiles that this user can import with."""
        allowed = [
            profile.id
            for profile in self.search([])
            if profile.model in self.env
            and self.env[profile.model].has_access("create")
        ]
        return Domain("id", "in", allowed)
