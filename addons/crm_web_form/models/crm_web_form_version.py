from odoo import api, fields, models, tools


class CrmWebFormVersion(models.Model):
    """A form as visitors see it, or saw it: written once."""

    _name = "crm.web.form.version"
    _description = "Published Version of a Web Form"
    _inherit = ["crm.log.mixin"]
    _order = "number desc"
    _rec_name = "number"

    form_id = fields.Many2one(
        "crm.web.form", required=True, readonly=True, index=True, ondelete="cascade"
    )
    number = fields.Integer(required=True, readonly=True)
    content = fields.Json(required=True, readonly=True, exportable=False)

    _number_uniq = models.UniqueIndex(
        "(form_id, number)", "This version was published by somebody else just now."
    )

    @api.model
    @tools.ormcache("version_id")
    def _crm_content(self, version_id):
        """Return the document (dict) of a version; it never changes. Do not change it.

        :return: None when there is no such version
        """
        # sudo: the caller has found the form
        version = self.sudo().browse(version_id).exists()
        return version.content if version else None
